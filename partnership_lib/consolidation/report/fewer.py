"""What fewer agreements and less dependence cost, and which plans come next."""

from __future__ import annotations

import pandas as pd

from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation
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
    """Return the next-best plans: how much dearer each is, and in which bundles it differs from the best."""
    rows = pd.DataFrame(
        [
            {
                "rank": rank,
                "dearer_sek": each.cost_sek - found.cost_sek,
                "bundles_added": _names(found, set(each.bundles) - set(beside.alternatives[0].bundles)),
                "bundles_dropped": _names(found, set(beside.alternatives[0].bundles) - set(each.bundles)),
                "certified": each.proven,
            }
            for rank, each in enumerate(beside.alternatives[1:], start=2)
        ]
    )
    if rows.empty:
        return Section("alternatives", (Finding("consolidation.alternatives_none"),))
    values = {"number": float(rows["dearer_sek"].iloc[0]), "count": len(rows)}
    return Section("alternatives", (Finding("consolidation.alternatives", values["number"], "sek", values, rows),))


def _names(found: Consolidation, bundles: set[tuple[str, ...]]) -> str | None:
    """Return bundles by the names of their agreements; None where there are none."""
    names = {agreement.id: agreement.name for agreement in found.instance.agreements}
    return "; ".join(" + ".join(names[each] for each in bundle) for bundle in sorted(bundles)) or None
