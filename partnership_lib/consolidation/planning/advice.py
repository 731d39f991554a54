"""What each bundle of a plan rests on: where it saves and costs, who came closest to joining, and how to defend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from partnership_lib import text
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.planning.contest import Contest, contest
from partnership_lib.consolidation.planning.spread import bundle_components_sek
from partnership_lib.consolidation.solving.alternatives import next_best
from partnership_lib.consolidation.solving.pool import Floats, Limit
from partnership_lib.consolidation.solving.search import Answer, Impossible, Plan, Search
from partnership_lib.consolidation.solving.watching import Stopped, Watch
from partnership_lib.decision.components import COMPONENTS

DEPENDENCE_SHARES = (0.30, 0.20, 0.10, 0.05, 0.03)
"""Shares of all value that one bundle may hold at most: the axis of dependence."""
ALTERNATIVES = 5


@dataclass(frozen=True)
class Excluded:
    """The agreement outside a bundle that comes closest to joining it.

    Attributes
    ----------
    agreement : str
    difference_sek : float
        What the bundle with it costs beyond the bundle without it and the agreement kept apart.
    """

    agreement: str
    difference_sek: float


@dataclass(frozen=True)
class BundleAdvice:
    """What a bundle rests on.

    Attributes
    ----------
    agreements : tuple of str
    components_sek : dict of str to float
        Component -> what the bundle costs beyond its members kept apart; the sum is `difference_sek`.
    excluded : Excluded or None
        None: the rules let no other agreement join.
    reasons : dict of str to str
        Language -> drafted reason for not dividing the procurement into lots (4 kap. 14 § LOU).
    """

    agreements: tuple[str, ...]
    difference_sek: float
    components_sek: dict[str, float]
    excluded: Excluded | None
    reasons: dict[str, str]


@dataclass(frozen=True)
class Dependence:
    """The cheapest plan in which no bundle holds more than a share of all value.

    Attributes
    ----------
    largest_share, largest_bundle_share : float
        Of all value, in one agreement, and in one bundle of several.
    concentration : float
        Sum of the squared shares of the plan's agreements, in per cent (HHI, 0-10,000).
    """

    most_share: float
    agreements: int
    cost_sek: float
    largest_share: float
    largest_bundle_share: float
    concentration: float
    certified: bool


def advise(found: Consolidation) -> tuple[BundleAdvice, ...]:
    """Return what every bundle of the plan rests on, in the order of their starts."""
    return tuple(_advice(found, int(column)) for column in bundle_columns(found))


def _advice(found: Consolidation, column: int) -> BundleAdvice:
    found.pool.make_exact(np.array([column]))
    components = _components_sek(found, column)
    difference = found.difference_sek(column)
    names = [found.instance.agreements[item].name for item in found.columns.members(column)]
    values = {"names": names, "saved": -difference, "able": found.able_suppliers(column) or 0}
    known = "known" if found.able_suppliers(column) is not None else "unknown"
    saves = [name for name, cost in sorted(components.items(), key=lambda item: item[1]) if cost < 0.0][:3]
    costs = [name for name, cost in sorted(components.items(), key=lambda item: -item[1]) if cost > 0.0][:1]
    return BundleAdvice(
        agreements=found.pool.ids(column),
        difference_sek=difference,
        components_sek=components,
        excluded=_excluded(found, column),
        reasons={language: _reason(language, known, saves, costs, values) for language in text.LANGUAGES},
    )


def _reason(language: str, known: str, saves: Sequence[str], costs: Sequence[str], values: dict[str, object]) -> str:
    """Return the drafted reason: what is gained, what it costs, who can bid, and what a person must still add."""
    own = {**values, "saves": list(saves), "costs": list(costs)}
    codes = ("reason_gain", *(("reason_cost",) if costs else ()), f"reason_{known}", "reason_to_add")
    return " ".join(text.sentence(f"finding.consolidation.{code}", own, language) for code in codes)


def _components_sek(found: Consolidation, column: int) -> dict[str, float]:
    """Return what a bundle costs beyond its members kept apart, by component."""
    costs = bundle_components_sek(found, column, found.columns.values).mean(axis=0)
    return {name: float(cost) for name, cost in zip(COMPONENTS, costs, strict=True)}


def _excluded(found: Consolidation, column: int) -> Excluded | None:
    pool, members = found.pool, list(found.columns.members(column))
    holds = np.asarray(pool.cover[members].sum(axis=0)).ravel() == len(members)
    larger = np.flatnonzero(holds & (pool.item_counts == len(members) + 1))
    if not len(larger):
        return None
    joined = np.array([next(item for item in pool.members(int(each)) if item not in members) for each in larger])
    apart = found.columns.before_sek[joined, -1]
    differences = pool.costs[larger] - pool.costs[column] - apart
    # Costs are known from below at first: the best is made exact until it stays the best.
    while pool.make_exact(larger[[int(np.argmin(differences))]]):
        differences = pool.costs[larger] - pool.costs[column] - apart
    best = int(np.argmin(differences))
    return Excluded(pool.items[joined[best]], float(differences[best]))


def dependence(found: Consolidation, watch: Watch | None = None) -> tuple[Dependence, ...]:
    """Return the cheapest plans under ever lower shares of value that one bundle may hold."""
    pool, values = found.pool, found.instance.values_sek
    shares: Floats = (pool.cover.T @ values) / float(values.sum())
    points = [_point(found, found.answer, 1.0, shares)]
    for most in DEPENDENCE_SHARES:
        if most >= points[-1].largest_bundle_share:
            continue
        too_large = Limit("dependence", "", 0.0, ((pool.item_counts > 1) & (shares > most)).astype(np.float64))
        limited = pool.with_limits((*pool.limits, too_large))
        try:
            answer = Search(limited, watch or Watch(), start=found.answer.generated).run()
        except (Impossible, Stopped):
            break
        points.append(_point(found, answer, most, shares))
    return tuple(points)


def _point(found: Consolidation, answer: Answer, most: float, shares: Floats) -> Dependence:
    own = shares[answer.plan.bundles]
    return Dependence(
        most_share=most,
        agreements=len(own),
        cost_sek=found.total_sek(answer.plan.bundles),
        largest_share=float(own.max()),
        largest_bundle_share=float(own[found.pool.item_counts[answer.plan.bundles] > 1].max(initial=0.0)),
        concentration=concentration(own),
        certified=answer.certified,
    )


def concentration(shares: Floats) -> float:
    """Return the Herfindahl-Hirschman index of shares: the sum of their squares in per cent.

    Examples
    --------
    >>> round(concentration(np.array([0.3, 0.3, 0.2, 0.2]))), round(concentration(np.array([0.6, 0.3, 0.1])))
    (2600, 4600)
    """
    return float(((100.0 * shares) ** 2).sum())


@dataclass(frozen=True)
class Alternative:
    """One of the best plans: what it costs, its bundles of several agreements, whether its place is proven.

    Attributes
    ----------
    contest : Contest or None
        How it does against the best plan on the same random futures; None for the best plan itself.
    """

    cost_sek: float
    bundles: tuple[tuple[str, ...], ...]
    proven: bool
    contest: Contest | None = None


def alternatives(found: Consolidation, watch: Watch | None = None) -> tuple[Alternative, ...]:
    """Return the best plans, each with a bundle that no better one has, cheapest first."""
    plans = next_best(found.pool, found.answer, ALTERNATIVES, watch)
    return tuple(
        Alternative(
            cost_sek=found.total_sek(plan.bundles),
            bundles=_several(found, plan),
            proven=proven,
            contest=contest(found, plan.bundles) if place else None,
        )
        for place, (plan, proven) in enumerate(plans)
    )


def _several(found: Consolidation, plan: Plan) -> tuple[tuple[str, ...], ...]:
    ids = [found.pool.ids(int(column)) for column in plan.bundles]
    return tuple(sorted(each for each in ids if len(each) > 1))
