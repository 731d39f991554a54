"""Whether there is enough data, and what it could show."""

from __future__ import annotations

from dataclasses import replace

from partnership_lib.analysis.outcome.minimum_data import MinimumData
from partnership_lib.analysis.outcome.power import power_finding
from partnership_lib.analysis.outcome.report.context import OutcomeContext
from partnership_lib.findings import Finding, Section


def enough_section(context: OutcomeContext) -> Section:
    """Return the working rule line by line, and the power by size of the saving where an estimate is told."""
    evaluation = context.evaluation
    findings: list[Finding] = [_rule(evaluation.minimum)]
    if evaluation.is_told:
        found = evaluation.power
        findings.append(_power(power_finding(evaluation.panel, found, evaluation.rules.asked_saving_share)))
        if found is not None:
            findings.append(context.finding("false_alarm", found.false_alarm, "share", draws=found.draws))
    return Section("enough", tuple(findings))


def _power(finding: Finding) -> Finding:
    """Return the power by size of the saving, the probability as a share."""
    if finding.table is None:
        return finding
    return replace(finding, table=finding.table.rename(columns={"probability": "seen_share"}))


def _rule(minimum: MinimumData) -> Finding:
    """Return the working rule, its lines called what the words are kept under."""
    found = minimum.finding()
    assert found.table is not None
    return replace(found, table=found.table.rename(columns={"requirement": "outcome_requirement"}))
