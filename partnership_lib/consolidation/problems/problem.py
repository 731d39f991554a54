"""A stand-alone problem: needs, bundles with their costs, and constraints; the pool that it is solved over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from partnership_lib.consolidation.solving.clashes import Constraint
from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS, Limit, Pool, make_cover, max_agreements

MUST_LINK, CANNOT_LINK, LIMITS = "must_link", "cannot_link", "limits"


@dataclass(frozen=True)
class Bundle:
    """Needs that one agreement would cover, what it would cost, and what it uses of the named limits."""

    needs: tuple[str, ...]
    cost_sek: float
    uses: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Needs to be covered, each by exactly one of the chosen bundles, at the least cost.

    Attributes
    ----------
    must_link, cannot_link : tuple of tuple of str
        Needs that stand in the same bundle; of which no two do.
    limits : tuple of (str, float)
        Name of something that bundles use, and how much of it there is.
    """

    needs: tuple[str, ...]
    bundles: tuple[Bundle, ...]
    max_agreements: int | None = None
    must_link: tuple[tuple[str, ...], ...] = ()
    cannot_link: tuple[tuple[str, ...], ...] = ()
    limits: tuple[tuple[str, float], ...] = ()

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the constraints, each on its own."""
        counted = () if self.max_agreements is None else (Constraint(MAX_AGREEMENTS, "", float(self.max_agreements)),)
        return (
            *counted,
            *(Constraint(LIMITS, name, most) for name, most in self.limits),
            *(Constraint(MUST_LINK, ", ".join(group)) for group in self.must_link),
            *(Constraint(CANNOT_LINK, ", ".join(group)) for group in self.cannot_link),
        )

    def pool(self, constraints: Sequence[Constraint] | None = None) -> Pool:
        """Return the pool under some of the constraints, in an order that does not depend on that of the file."""
        held = self.constraints() if constraints is None else tuple(constraints)
        items = tuple(sorted(self.needs))
        places = {need: place for place, need in enumerate(items)}
        rows = sorted(
            (tuple(sorted(places[need] for need in bundle.needs)), bundle.cost_sek, bundle.uses)
            for bundle in self.bundles
            if _keeps_links(bundle, self, held)
        )
        uses = [dict(used) for *_, used in rows]
        costs = np.array([cost for _, cost, _ in rows], dtype=np.float64)
        cover = make_cover(len(items), [members for members, *_ in rows])
        return Pool(items, cover, costs, tuple(_limits(held, uses)))


def _limits(held: Sequence[Constraint], uses: Sequence[Mapping[str, float]]) -> Iterator[Limit]:
    for each in held:
        if each.code == MAX_AGREEMENTS:
            yield max_agreements(int(each.most or 0), len(uses))
        elif each.code == LIMITS:
            used = np.array([of_bundle.get(each.name, 0.0) for of_bundle in uses], dtype=np.float64)
            yield Limit(LIMITS, each.name, each.most or 0.0, used)


def _keeps_links(bundle: Bundle, problem: Problem, held: Sequence[Constraint]) -> bool:
    codes = {(each.code, each.name) for each in held}
    needs = set(bundle.needs)
    return all(
        needs.issuperset(group) or needs.isdisjoint(group)
        for group in problem.must_link
        if (MUST_LINK, ", ".join(group)) in codes
    ) and not any(
        needs.issuperset(pair)
        for group in problem.cannot_link
        if (CANNOT_LINK, ", ".join(group)) in codes
        for pair in combinations(group, 2)
    )
