"""The bundles of a plan: what they hold, when they start, what they save, and how to defend them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.consolidation.planning.advice import BundleAdvice
from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.planning.spread import interval_sek, saves_share
from partnership_lib.consolidation.planning.stability import RECOMMENDED_SHARE
from partnership_lib.findings import Finding, Section, Signal


def bundles_section(found: Consolidation, beside: Beside, opened_with: str | None) -> Section:
    """Return the bundles in the order in which they start, which of them are stable, and how each opens as a case."""
    columns = bundle_columns(found)
    if not len(columns):
        return Section("bundles", (Finding("consolidation.bundles_none"),))
    rows = pd.DataFrame([_row(found, beside, number, int(column)) for number, column in enumerate(columns, start=1)])
    rows = rows.dropna(axis="columns", how="all")  # where nobody has asked who is able, there is no column for it
    values = {"number": len(rows), "agreements": sum(len(found.columns.members(int(each))) for each in columns)}
    first = Finding("consolidation.bundles", len(rows), "count", values, rows)
    return Section("bundles", (first, *_stable(beside), *_opened(found, opened_with)))


def _row(found: Consolidation, beside: Beside, number: int, column: int) -> dict[str, Any]:
    (proposal,) = found.columns.proposals([column])
    members = list(found.columns.members(column))
    ids = found.pool.ids(column)
    able = found.able_suppliers(column)
    row = {
        "bundle": number,
        "name": ", ".join(found.instance.agreements[item].name for item in members),
        "start_month": proposal.start,
        "consolidation_form": found.instance.rules.forms[int(found.columns.form[column])].name,
        "annual_value_sek": float(found.instance.values_sek[members].sum()),
        "difference_sek": found.difference_sek(column),
        "able_suppliers": able,
    }
    if beside.spread is not None:
        differences = beside.spread.bundles_sek[number - 1]
        row["difference_low_sek"], row["difference_high_sek"] = interval_sek(differences)
        row["saves_share"] = saves_share(differences)
    return row if beside.stability is None else {**row, "together_share": beside.stability.together_share(ids)}


def _opened(found: Consolidation, opened_with: str | None) -> tuple[Finding, ...]:
    """Return the command for each bundle that opens it as a case, with the plan's form and start."""
    if opened_with is None:
        return ()
    rows = [
        {"bundle": number, "command": _command(found, number, int(column), opened_with)}
        for number, column in enumerate(bundle_columns(found), start=1)
    ]
    return (Finding("consolidation.opened", len(rows), "count", {"number": len(rows)}, pd.DataFrame(rows)),)


def _command(found: Consolidation, number: int, column: int, opened_with: str) -> str:
    (proposal,) = found.columns.proposals([column])
    form = found.instance.rules.forms[int(found.columns.form[column])].name
    ids = ",".join(found.pool.ids(column))
    chosen = f"--form {form} --start {proposal.start:%Y-%m}{opened_with}"
    return f"partnership compare --from-agreements {ids} {chosen} -o data/cases/bundle-{number}.yaml"


def _stable(beside: Beside) -> tuple[Finding, ...]:
    steady = beside.stability
    if steady is None:
        return ()
    shares = {ids: steady.together_share(ids) for ids in steady.bundles}
    loose = [share for share in shares.values() if share < RECOMMENDED_SHARE]
    values = {"number": len(loose), "of": len(shares), "draws": steady.draws, "limit": RECOMMENDED_SHARE}
    code = "unstable" if loose else "stable"
    signal = Signal.ATTENTION if loose else Signal.GOOD
    return (Finding(f"consolidation.{code}", len(loose), "count", values, signal=signal),)


def waterfall_section(beside: Beside) -> Section:
    """Return where all bundles together cost more and less than their members kept apart."""
    total: dict[str, float] = {}
    for each in beside.advice:
        for component, cost in each.components_sek.items():
            total[component] = total.get(component, 0.0) + cost
    moved = [(name, cost) for name, cost in total.items() if abs(cost) >= 50_000.0]
    if not moved:
        return Section("waterfall", (Finding("consolidation.waterfall_none"),))
    moved.sort(key=lambda row: row[1])
    rows = pd.DataFrame(moved, columns=["component", "difference_sek"])
    whole = sum(total.values())
    values = {"number": whole, "largest": moved[0][0]}
    return Section("waterfall", (Finding("consolidation.waterfall", whole, "sek", values, rows),))


def reasons_section(found: Consolidation, beside: Beside) -> Section:
    """Return drafted reasons for not dividing each bundle into lots, and who came closest to joining it."""
    names = {agreement.id: agreement.name for agreement in found.instance.agreements}
    code = "reasons" if beside.advice else "reasons_none"
    first = Finding(f"consolidation.{code}", len(beside.advice), "count", {"number": len(beside.advice)})
    each = (_reason(names, advice, number) for number, advice in enumerate(beside.advice, start=1))
    return Section("reasons", (first, *each))


def _reason(names: dict[str, str], advice: BundleAdvice, number: int) -> Finding:
    table = pd.DataFrame([{"reason": advice.reasons["en"], "reason_sv": advice.reasons["sv"]}])
    values: dict[str, Any] = {"number": number, "names": [names[each] for each in advice.agreements]}
    code, closest = "reason", advice.excluded
    if closest is not None:
        code = "reason_excluded" if closest.difference_sek >= 0.0 else "reason_excluded_saves"
        values |= {"name": names[closest.agreement], "difference": abs(closest.difference_sek)}
    return Finding(f"consolidation.{code}", advice.difference_sek, "sek", values, table)
