"""What fewer agreements and less dependence cost, and which plans come next."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_lib.consolidation.planning.advice import Alternative
from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation
from partnership_lib.consolidation.planning.contest import Contest
from partnership_lib.consolidation.report.certainty import told
from partnership_lib.findings import Chart, Finding, Section


def front_section(found: Consolidation, beside: Beside) -> Section:
    """Return the cheapest plan for every number of agreements, against today's, and where fewer start to cost."""
    rows = pd.DataFrame(
        [
            {
                "agreements": point.agreements,
                "difference_sek": found.total_sek(point.answer.plan.bundles) - found.apart_sek,
                "certified": point.answer.certified,
            }
            for point in beside.front
        ]
    )
    if rows.empty:
        return Section("front", (Finding("consolidation.front_none"),))
    fewest = rows.iloc[-1]
    values = {
        "number": float(fewest["difference_sek"] - rows["difference_sek"].iloc[0]),
        "cheapest": int(rows["agreements"].iloc[0]),
        "fewest": int(fewest["agreements"]),
        "dearer": float(fewest["difference_sek"] - rows["difference_sek"].iloc[0]),
        "today": len(found.instance.ids),
    }
    code = "front_one" if len(rows) == 1 else "front_dearer" if fewest["difference_sek"] > 0 else "front"
    finding = Finding(f"consolidation.{code}", values["number"], "sek", values, rows)
    return Section("front", (finding,), (Chart("agreements_front", rows, values),) if len(rows) > 1 else ())


def dependence_section(found: Consolidation, beside: Beside) -> Section:
    """Return what it costs to let no bundle hold more than ever smaller shares of all value."""
    rows = pd.DataFrame(
        [
            {
                "largest_bundle_share": point.largest_bundle_share,
                "agreements": point.agreements,
                "difference_sek": point.cost_sek - found.apart_sek,
                "hhi": point.concentration / 10_000.0,
            }
            for point in beside.dependence
        ]
    )
    if rows.empty:
        return Section("dependence", (Finding("consolidation.dependence_none"),))
    values = {"number": float(rows["largest_bundle_share"].iloc[0])}
    return Section("dependence", (Finding("consolidation.dependence", values["number"], "share", values, rows),))


def alternatives_section(found: Consolidation, beside: Beside) -> Section:
    """Return the next-best plans: how much dearer each is, how often on the same futures, and where it differs."""
    best = set(beside.alternatives[0].bundles) if beside.alternatives else set()
    rows = [
        _alternative_row(found, rank, each, each.contest, best)
        for rank, each in enumerate(beside.alternatives, start=1)
        if each.contest is not None
    ]
    if not rows:
        return Section("alternatives", (Finding("consolidation.alternatives_none"),))
    first = next(each.contest for each in beside.alternatives if each.contest is not None)
    values: dict[str, Any] = {
        **told("low", first.low_sek),
        **told("high", first.high_sek),
        "number": rows[0]["dearer_sek"],
        "best_cheaper": first.best_cheaper_share,
        "futures": first.futures,
    }
    code = "alternatives_apart" if first.is_told_apart else "alternatives_alike"
    finding = Finding(f"consolidation.{code}", values["number"], "sek", values, pd.DataFrame(rows))
    return Section("alternatives", (finding,))


def _alternative_row(
    found: Consolidation, rank: int, each: Alternative, contest: Contest, best: set[tuple[str, ...]]
) -> dict[str, Any]:
    return {
        "rank": rank,
        "dearer_sek": each.cost_sek - found.cost_sek,
        "difference_low_sek": contest.low_sek,
        "difference_high_sek": contest.high_sek,
        "best_cheaper_share": round(contest.best_cheaper_share, 2),
        "bundles_added": _names(found, set(each.bundles) - best),
        "bundles_dropped": _names(found, best - set(each.bundles)),
        "certified": each.proven,
    }


def _names(found: Consolidation, bundles: set[tuple[str, ...]]) -> str | None:
    """Return bundles by the names of their agreements; None where there are none."""
    names = {agreement.id: agreement.name for agreement in found.instance.agreements}
    return "; ".join(" + ".join(names[each] for each in bundle) for bundle in sorted(bundles)) or None
