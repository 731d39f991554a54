"""The answer of a consolidation for machines."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.planning.spread import Spread, interval_sek, saves_share
from partnership_lib.consolidation.solving.front import shadow_price_sek


def answer_json(found: Consolidation, beside: Beside) -> dict[str, Any]:
    """Return the machine-readable answer; keys may be added, never renamed."""
    answer, instance = found.answer, found.instance
    bound = found.lower_bound_sek
    today, chosen = found.shared_suppliers_sek
    return {
        "agreements": len(answer.plan.bundles),
        "agreements_today": len(instance.ids),
        "expected_cost_sek": found.cost_sek,
        "kept_apart_sek": found.apart_sek,
        "lower_bound_sek": bound if math.isfinite(bound) else None,
        "certified": answer.certified,
        "stopped": answer.stopped,
        "bundles": _needs(found),
        "shadow_price_per_agreement_sek": shadow_price_sek(found.pool, answer),
        "one_agreement_fewer_sek": beside.one_fewer_sek,
        "by_hand_sek": None if found.by_hand is None else found.total_sek(found.by_hand.bundles),
        "by_hand_within_limits": found.by_hand is not None and found.pool.within(found.by_hand.bundles),
        "proposed": [_proposed(found, int(column)) for column in bundle_columns(found)],
        "shared_suppliers_sek": {"today": today, "plan": chosen},
        "engine_difference_share": found.engine_difference_share(),
        "fallbacks": list(instance.case.fallbacks),
        "cuts": [{"agreements": list(cut.items), "size": cut.size, "allowed": cut.allowed} for cut in _cuts(found)],
        **_beside(found, beside),
        "pool": answer.pool_size,
        "seconds": round(answer.seconds, 3),
    }


def _beside(found: Consolidation, beside: Beside) -> dict[str, Any]:
    steady = beside.stability
    return {
        "uncertainty": None if beside.spread is None else _uncertainty(beside.spread),
        "front": [
            {
                "agreements": point.agreements,
                "expected_cost_sek": point.answer.plan.cost_sek + found.columns.constant_sek,
                "certified": point.answer.certified,
            }
            for point in beside.front
        ],
        "dependence": [asdict(point) for point in beside.dependence],
        "alternatives": [asdict(each) for each in beside.alternatives],
        "advice": [asdict(each) for each in beside.advice],
        "stability": None
        if steady is None
        else {
            "draws": steady.draws,
            "pairs": [[*pair, share] for pair, share in steady.pairs.items()],
            "bundles": [[list(ids), share] for ids, share in steady.bundles.items()],
        },
    }


def _uncertainty(spread: Spread) -> dict[str, float]:
    low, high = interval_sek(spread.plan_sek)
    return {
        "p2_5_sek": low,
        "p97_5_sek": high,
        "saves_share": saves_share(spread.plan_sek),
        "unconfirmed_share": spread.unconfirmed_share,
    }


def _cuts(found: Consolidation) -> Any:
    return found.columns.found.cuts


def _needs(found: Consolidation) -> list[list[str]]:
    """Return the needs of every agreement of the plan."""
    needs_of = found.instance.needs_of
    plan = [found.columns.members(int(column)) for column in found.answer.plan.bundles]
    return sorted(sorted(need for item in members for need in needs_of[item]) for members in plan)


def _proposed(found: Consolidation, column: int) -> dict[str, Any]:
    (proposal,) = found.columns.proposals([column])
    rules, form = found.instance.rules, int(found.columns.form[column])
    members = found.columns.members(column)
    return {
        "agreements": [found.instance.ids[item] for item in members],
        "needs": list(proposal.need_ids),
        "form": rules.forms[form].name,
        "start": proposal.start.isoformat(),
        "annual_value_sek": float(found.instance.values_sek[list(members)].sum()),
        "difference_sek": found.difference_sek(column),
        "able_suppliers": found.able_suppliers(column),
    }
