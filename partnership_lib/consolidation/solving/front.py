"""What fewer agreements cost: the cheapest plan for every number of agreements, and the price of one fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from partnership_lib.consolidation.solving.clashes import fewest_agreements, limited
from partnership_lib.consolidation.solving.pool import MAX_AGREEMENTS, Pool
from partnership_lib.consolidation.solving.search import Answer, Impossible, Search
from partnership_lib.consolidation.solving.watching import Stopped, Watch

POINTS = 12
"""So many numbers of agreements are tried; each of them where they are no more than this."""


@dataclass(frozen=True)
class Point:
    """The cheapest plan with at most so many agreements.

    Attributes
    ----------
    most : int
        Asked for.
    agreements : int
        In the plan.
    """

    most: int
    agreements: int
    answer: Answer


def one_fewer_sek(pool: Pool, answer: Answer, watch: Watch | None = None) -> float | None:
    """Return what the cheapest plan with one agreement fewer costs more [SEK]; None where there is none."""
    try:
        fewer = _solved(pool, len(answer.plan.bundles) - 1, answer, watch or Watch())
    except (Impossible, Stopped):
        return None
    return fewer.plan.cost_sek - answer.plan.cost_sek


def agreements_front(
    pool: Pool, answer: Answer, watch: Watch | None = None, tell: Callable[[int, int], None] | None = None
) -> tuple[Point, ...]:
    """Return the cheapest plans from that of the answer down to as few agreements as can be, most agreements first.

    Points that another one beats (no more agreements, no higher cost) are left out.
    """
    watch = watch or Watch()
    most = len(answer.plan.bundles)
    fewest = fewest_agreements(pool, watch)
    points = [Point(most, most, answer)]
    numbers = _numbers(most, most if fewest is None else fewest)
    for done, number in enumerate(numbers):
        if tell is not None:
            tell(done, len(numbers))
        try:
            found = _solved(pool, number, points[-1].answer, watch)
        except (Impossible, Stopped):
            break
        points.append(Point(number, len(found.plan.bundles), found))
    return tuple(_not_beaten(points))


def _solved(pool: Pool, most: int, warm: Answer, watch: Watch) -> Answer:
    return Search(limited(pool, most), watch, start=np.union1d(warm.generated, warm.plan.bundles)).run()


def _numbers(most: int, fewest: int) -> list[int]:
    """Return which numbers of agreements to try below the first: evenly spread, the fewest among them.

    Examples
    --------
    >>> _numbers(9, 5), _numbers(4, 4)
    ([8, 7, 6, 5], [])
    >>> _numbers(100, 52)
    [96, 92, 88, 84, 80, 76, 72, 68, 64, 60, 56, 52]
    """
    if most - fewest <= POINTS:
        return list(range(most - 1, fewest - 1, -1))
    return sorted({round(most - step * (most - fewest) / POINTS) for step in range(1, POINTS + 1)}, reverse=True)


def _not_beaten(points: list[Point]) -> Iterator[Point]:
    for place, point in enumerate(points):
        later = points[place + 1 :]
        if not any(each.agreements <= point.agreements and _cost(each) <= _cost(point) for each in later):
            yield point


def _cost(point: Point) -> float:
    return point.answer.plan.cost_sek


def shadow_price_sek(pool: Pool, answer: Answer) -> float:
    """Return what one agreement fewer costs at the margin [SEK], by the relaxed problem; 0 where nothing binds."""
    prices = zip(pool.limits, answer.limit_prices_sek, strict=True)
    return float(sum(price for limit, price in prices if limit.code == MAX_AGREEMENTS)) + 0.0
