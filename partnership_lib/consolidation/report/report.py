"""The consolidation report: the answer first, then the bundles, the price of fewer, what else it rests on."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation
from partnership_lib.consolidation.report.bundles import bundles_section, reasons_section, waterfall_section
from partnership_lib.consolidation.report.certainty import uncertainty
from partnership_lib.consolidation.report.fewer import alternatives_section, dependence_section, front_section
from partnership_lib.consolidation.report.order import order_section
from partnership_lib.findings import Analysis, Finding, Section, Signal


def consolidation_report(
    found: Consolidation, beside: Beside, as_of: date, currency: str = "SEK", opened_with: str | None = ""
) -> Analysis:
    """Return a consolidation as sections of findings and charts; it never leaves the municipality.

    Parameters
    ----------
    opened_with : str or None
        What the commands that open the bundles as cases end with, such as the file of the rules; None: the agreements
        are not in the register, and no bundle can be opened.
    """
    sections = (
        _answer(found, beside),
        bundles_section(found, beside, opened_with),
        order_section(found),
        waterfall_section(beside),
        front_section(found, beside),
        dependence_section(found, beside),
        alternatives_section(found, beside),
        reasons_section(found, beside),
        _rests_on(found),
    )
    values = {"as_of": as_of, "currency": currency}
    return Analysis("consolidation", sections, values, tuple(_facts(found, as_of)))


def _facts(found: Consolidation, as_of: date) -> list[tuple[str, Any]]:
    instance = found.instance
    return [
        ("agreements", len(instance.ids)),
        ("needs", len(instance.case.needs)),
        ("bundles_looked_at", int(found.columns.found.cover.shape[1]) - len(instance.ids)),
        ("base_month", instance.case.settings.base_month),
        ("horizon_years", instance.case.settings.horizon_months / 12),
        ("as_of", as_of),
    ]


def finding(code: str, number: float | None = None, unit: str = "", **more: Any) -> Finding:
    """Return a finding of this report; `table` and `signal` are its own, the rest are values of its sentence."""
    table, signal = more.pop("table", None), more.pop("signal", Signal.NONE)
    return Finding(f"consolidation.{code}", number, unit, {"number": number, **more}, table, signal)


def _answer(found: Consolidation, beside: Beside) -> Section:
    apart, cost = found.apart_sek, found.cost_sek
    code = "saves" if cost <= apart else "costs"
    first = finding(
        code,
        cost - apart,
        "sek",
        difference=abs(apart - cost),
        share=abs(apart - cost) / abs(apart),
        today=len(found.instance.ids),
        agreements=len(found.answer.plan.bundles),
        signal=Signal.GOOD if cost < apart else Signal.NONE,
    )
    return Section("answer", (first, *uncertainty(found, beside), _certainty(found), *_fewer(beside), _by_hand(found)))


def _certainty(found: Consolidation) -> Finding:
    answer = found.answer
    if answer.certified:
        return finding("certified", signal=Signal.GOOD)
    if answer.proven:
        return finding("proven", pool=answer.pool_size, signal=Signal.ATTENTION)
    gap = (found.cost_sek - found.lower_bound_sek) / abs(found.cost_sek)
    return finding("bounded", gap, "share", gap=gap, bound=found.lower_bound_sek, signal=Signal.ATTENTION)


def _fewer(beside: Beside) -> tuple[Finding, ...]:
    price = beside.one_fewer_sek
    return () if price is None else (finding("one_fewer", price, "sek", price=price),)


def _by_hand(found: Consolidation) -> Finding:
    if found.by_hand is None:
        return finding("by_hand_none")
    dearer = found.total_sek(found.by_hand.bundles) - found.cost_sek
    kept = found.pool.within(found.by_hand.bundles)
    code = "by_hand_breaks" if not kept else "by_hand_same" if abs(dearer) < 1.0 else "by_hand"
    return finding(code, dearer, "sek", dearer=dearer)


def _rests_on(found: Consolidation) -> Section:
    """Return what was missing or cut, and what one supplier of several agreements saves beside."""
    today, chosen = found.shared_suppliers_sek
    instance = found.instance
    findings = [finding("not_split"), finding("shared_suppliers", chosen - today, "sek", today=today, chosen=chosen)]
    for cut in found.columns.found.cuts:
        own: dict[str, Any] = {"count": len(cut.items), "size": cut.size, "allowed": cut.allowed, "first": cut.items[0]}
        findings.append(finding("cut", signal=Signal.ATTENTION, **own))
    if len(instance.unknown):
        values: dict[str, Any] = {"count": len(instance.unknown), "of": len(instance.ids)}
        findings.append(finding("unknown", len(instance.unknown), "count", signal=Signal.ATTENTION, **values))
    findings += [Finding(f"fallback.{code}", signal=Signal.ATTENTION) for code in instance.case.fallbacks]
    unconfirmed = sum(not each.confirmed_by for each in instance.case.assumptions)
    values = {"unconfirmed": unconfirmed, "of": len(instance.case.assumptions), "draws": len(found.columns.values)}
    findings.append(finding("assumptions", unconfirmed, "count", signal=Signal.ATTENTION, **values))
    return Section("rests_on", tuple(findings))
