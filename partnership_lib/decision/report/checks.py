"""Whether the comparison can be trusted: known reference values, the honesty rules, and what it cannot tell."""

from __future__ import annotations

from typing import Any

from partnership_lib import text
from partnership_lib.decision.report.context import ReportContext, records, table
from partnership_lib.findings import Section, Signal

_CHECK_COLUMNS = ("check", "plan", "check_share", "least_share", "most_share", "ok", "leans", "source", "source_sv")
_RULE_COLUMNS = ("rule", "kept", "concerned", "amount_sek", "deviation_share")
_SHARED_RULE_COLUMNS = ("rule", "kept")
_SHARES = ("baseline_neutral", "present_price_observed", "optimism_bias_applied")
_LIMITS = (
    "no_swedish_evidence",
    "one_price_study",
    "switching_contradicts",
    "paving_not_software",
    "self_declared",
    "cost_only",
)


def reference_checks_section(context: ReportContext) -> Section:
    """Return the comparison's own figures beside what others have measured."""
    rows = records(context.comparison.reference_checks)
    shown = table((_check(row) for row in rows), _CHECK_COLUMNS)
    outside = [row for row in rows if not row["ok"]]
    code, signal = ("reference_checks", Signal.ATTENTION) if outside else ("reference_checks_all", Signal.GOOD)
    flattering = sum(row["leans"] == "consolidated" for row in outside)
    values = {"checks": len(rows), "flattering": flattering}
    finding = context.finding(code, len(outside), "count", signal=signal, table=shown, **values)
    return Section("reference_checks", (finding,))


def _check(row: dict[str, Any]) -> dict[str, Any]:
    """Return a check with its source in both languages."""
    sides = {"check_share": row["value"], "least_share": row["low"], "most_share": row["high"]}
    return {**row, **sides, "source_sv": text.word("check_source", row["check"], "sv")}


def honesty_section(context: ReportContext) -> Section:
    """Return every rule of an honest comparison, kept or broken; to suppliers without the amounts."""
    rows = records(context.comparison.honesty)
    shown = table((_rule(row) for row in rows), _SHARED_RULE_COLUMNS if context.is_shared else _RULE_COLUMNS)
    broken = [str(row["rule"]) for row in rows if not row["kept"]]
    if broken:
        finding = context.finding("honesty_broken", len(broken), "count", signal=Signal.BAD, table=shown, rules=broken)
    else:
        finding = context.finding("honesty_kept", len(rows), "count", signal=Signal.GOOD, table=shown)
    return Section("honesty", (finding,))


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    """Return a rule with its detail in the column that says what it is: names, an amount or a share."""
    detail = row["detail"]
    if not isinstance(detail, (int, float)):
        return {**row, "concerned": tuple(detail) or None}
    if row["rule"] in _SHARES:
        return {**row, "deviation_share": round(float(detail), 3) + 0.0}  # no minus before a zero
    return {**row, "amount_sek": float(detail)}


def limits_section(context: ReportContext) -> Section:
    """Return what no computation here can tell, said aloud."""
    return Section("limits", tuple(context.finding(f"limit_{code}") for code in _LIMITS))
