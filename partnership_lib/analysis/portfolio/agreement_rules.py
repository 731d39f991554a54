"""What the Public Procurement Act asks of the agreements, in the portfolio report: those that need something."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.analysis.agreement_rules import RuleFinding, Severity, examine_agreements
from partnership_lib.analysis.agreement_rules.defects import SECTION
from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.findings import Finding, Section, Signal

NAMED = 3
"""So many are named in a sentence; the table has all."""

_COLUMNS = ("agreement_id", "name", "agreement_rule", "law_section", "margin_ore", "margin_days", "check_severity")


def agreement_rules_section(context: PortfolioContext) -> Section:
    """Return the agreements that a rule of the act asks something of, the gravest first.

    Notes
    -----
    The rules are those of ``partnership check``, on the report date; what is missing in the register is left to it. An
    error is bad, a warning asks for attention. Spend that may belong to several agreements is left out here.
    """
    found = examine_agreements(context.content, _spend(context), context.report_date, context.currency)
    law = [finding for finding in found if finding.section != SECTION]
    asked = [finding for finding in law if finding.severity is not Severity.INFO]
    return Section("agreement_rules", (_finding(context, law, asked),))


def _spend(context: PortfolioContext) -> pd.DataFrame:
    certain = context.spend[context.spend["agreement_id"].notna()]
    months = certain.groupby(["agreement_id", "month"], sort=True).agg(certain_ore=("amount_ore", "sum"))
    return months.assign(possible_ore=months["certain_ore"]).reset_index()


def _finding(context: PortfolioContext, law: list[RuleFinding], asked: list[RuleFinding]) -> Finding:
    if not asked:
        return context.finding("agreement_rules_none", 0, "count", signal=Signal.GOOD, examined=len(law))
    errors = sum(finding.severity is Severity.ERROR for finding in asked)
    rows = [_row(finding) for finding in asked]
    columns = [column for column in _COLUMNS if column != "margin_days" or any(row["margin_days"] for row in rows)]
    names = list(dict.fromkeys(finding.name for finding in asked))
    return context.finding(
        "agreement_rules" if len(names) <= NAMED else "agreement_rules_many",
        len(names),
        "count",
        signal=Signal.BAD if errors else Signal.ATTENTION,
        table=table(rows, columns),
        names=names[:NAMED],
        examined=len(law),
    )


def _row(finding: RuleFinding) -> dict[str, Any]:
    return {
        "agreement_id": finding.where,
        "name": finding.name,
        "agreement_rule": finding.code,
        "law_section": finding.section,
        "margin_ore": finding.margin if finding.margin_unit == "ore" else None,
        "margin_days": finding.margin if finding.margin_unit == "days" else None,
        "check_severity": finding.severity.value,
    }
