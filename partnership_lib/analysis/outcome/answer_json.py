"""Evaluations as they stand in the contract of ``partnership outcome --json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from partnership_lib.analysis.outcome.evaluation import Evaluation
from partnership_lib.analysis.outcome.panel_answer import estimate_json, power_json, weights_json
from partnership_lib.findings import Analysis


def evaluation_json(found: Evaluation, report: Analysis, language: str) -> dict[str, Any]:
    """Return one partnership's evaluation: estimates (of the logarithm), weights and conclusion first.

    Without enough data ``estimates`` and ``weights`` are empty, and ``earliest`` says when there can be enough.
    """
    seen = found.evidence
    sentences = [finding.sentence(language) for finding in report["answer"].findings]
    answer: dict[str, Any] = {
        "agreement": found.agreement.id,
        "estimates": {},
        "weights": {},
        "conclusion": _conclusion(report, language),
        "verdict": found.conclusion.value,
        "answer": sentences,
        "minimum_data": {
            "enough": found.minimum.enough,
            "lacking": list(found.minimum.lacking),
            "earliest": found.minimum.earliest,
        },
        "series": _series(found),
        "index": dict(seen.series.index.shares) if seen.series.index else {},
        "volume_driver": seen.series.driver,
        "donors": {donor.unit.id: donor.unit.name for donor in seen.donors},
    }
    if not found.is_told:
        return answer
    return answer | {
        "estimates": {name: estimate_json(each) for name, each in found.estimates.items()},
        "weights": {name: weights_json(each) for name, each in found.estimates.items() if name != "its"},
        "effect_share": found.main.fit.effect_share,
        "interval_share": list(found.main.interval_share),
        "yearly_effect_sek": found.yearly_effect_sek(found.main.effect),
        "invoices_only": estimate_json(found.without_own_costs),
        "power": None if found.power is None else power_json(found.power),
        "checks": [
            {"code": check.code, "passed": check.passed, "text": check.text(language)} for check in found.checks
        ],
    }


def programme_json(found: Sequence[Evaluation], report: Analysis, language: str) -> dict[str, Any]:
    """Return what all partnerships say: each with its effect and interval, and the mean in the report's words."""
    values = report.finding("outcome.programme_each").table if any(each.is_told for each in found) else None
    drawn = {} if values is None else {row["agreement_id"]: row for row in values.to_dict("records")}
    return {
        "partnerships": [
            {
                "agreement": each.agreement.id,
                "name": each.agreement.name,
                "verdict": each.conclusion.value,
                "effect_share": each.main.fit.effect_share if each.is_told else None,
                "interval_share": list(each.main.interval_share) if each.is_told else None,
                "drawn_share": drawn.get(each.agreement.id, {}).get("drawn_share"),
                "lacking": list(each.minimum.lacking),
                "earliest": each.minimum.earliest,
            }
            for each in found
        ],
        "conclusion": [finding.sentence(language) for finding in report["answer"].findings],
    }


def _conclusion(report: Analysis, language: str) -> str:
    findings = report["answer"].findings
    told = [finding for finding in findings if finding.code.startswith("outcome.conclusion_")]
    return (told or list(findings))[0].sentence(language)


def _series(found: Evaluation) -> list[dict[str, Any]]:
    before = len(found.evidence.window.before)
    return [
        {
            "quarter": quarter.first_month,
            "after": number >= before,
            "agreement_ore": quarter.agreement_ore,
            "leakage_ore": quarter.leakage_ore,
            "own_sek": quarter.own_sek,
            "index_factor": quarter.index_factor,
            "volume": quarter.volume,
            "unit_cost_sek": quarter.unit_cost_sek(),
        }
        for number, quarter in enumerate(found.evidence.series.quarters)
    ]
