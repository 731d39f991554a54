"""A comparison as plain values for `partnership compare --json`."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from partnership_lib.decision.components import PLANS
from partnership_lib.decision.measures.comparison import Comparison, Spread


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return the answer as dictionaries, lists, numbers and text; money in SEK, what is not known as null.

    The keys are the contract of the command: they may be added to, not renamed. A negative difference means that the
    consolidated plan is cheaper; the differences of the components sum to the mean difference.
    """
    case = comparison.case
    return {
        "case": case.id,
        "base_month": case.settings.base_month.isoformat(),
        "horizon_months": case.settings.horizon_months,
        "difference_sek": _spread(comparison.difference),
        "difference_without_benefits_sek": _spread(comparison.difference_without_benefits),
        "total_cost_sek": {choice.plan: _spread(choice.total_cost) for choice in comparison.choices},
        "total_cost_cvar95_sek": {choice.plan: choice.total_cost_cvar95_sek for choice in comparison.choices},
        "regret_sek": {
            choice.plan: {"mean": choice.expected_regret_sek, "cvar95": choice.regret_cvar95_sek}
            for choice in comparison.choices
        },
        "p_consolidated_cheaper": comparison.p_consolidated_cheaper,
        "p_standard_error": comparison.p_standard_error,
        "p_saving_over_tenth": comparison.p_saving_over_tenth,
        "saving_share": comparison.saving_share,
        "coin_toss": comparison.coin_toss,
        "components_sek": {
            str(row.component): {plan: float(getattr(row, f"{plan}_sek")) for plan in PLANS}
            for row in comparison.components.itertuples(index=False)
        },
        "evpi_sek": comparison.evpi_sek,
        "evppi_sek": _column(comparison.information, "assumption", "evppi_sek"),
        "unconfirmed_share": comparison.unconfirmed_share,
        "unmeasured_quality_sek": dict(zip(("mean", "p10", "p90"), comparison.unmeasured_quality_sek, strict=True)),
        "break_even": {
            str(row["quantity"]): {key: value for key, value in row.items() if key != "quantity"}
            for row in _rows(comparison.break_evens)
        },
        **{name: _rows(getattr(comparison, name)) for name in _TABLES},
        "flags": [vars(flag) for flag in case.flags],
        "fallbacks": list(case.fallbacks),
        "paths": comparison.paths,
        "evaluations": comparison.evaluations,
        "hashes": comparison.hashes,
        "closed_form": comparison.closed_form,
    }


_TABLES = (
    "information",
    "tornado",
    "density",
    "budget",
    "term_values",
    "stress",
    "legal",
    "legal_months",
    "reference_checks",
    "honesty",
)


def _spread(spread: Spread) -> dict[str, float]:
    return {name: float(value) for name, value in asdict(spread).items()}


def _column(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    return {str(row[key]): row[value] for row in _rows(frame)}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; a number that is none becomes null."""
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
