"""What is looked at beside the chosen plan: fewer agreements, less dependence, other plans, other assumptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partnership_lib.consolidation.planning.advice import (
    Alternative,
    BundleAdvice,
    Dependence,
    advise,
    alternatives,
    dependence,
)
from partnership_lib.consolidation.planning.consolidating import Consolidation
from partnership_lib.consolidation.planning.spread import Spread, spread
from partnership_lib.consolidation.planning.stability import Stability, stability
from partnership_lib.consolidation.solving.front import Point, agreements_front, one_fewer_sek
from partnership_lib.consolidation.solving.watching import Watch

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Beside:
    """What stands beside the chosen plan; empty where it was not asked for.

    Attributes
    ----------
    one_fewer_sek : float or None
        What the cheapest plan with one agreement fewer costs more; None where there is none.
    """

    one_fewer_sek: float | None = None
    front: tuple[Point, ...] = ()
    dependence: tuple[Dependence, ...] = ()
    advice: tuple[BundleAdvice, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    stability: Stability | None = None
    spread: Spread | None = None


def look_beside(
    found: Consolidation, watch: Watch, *, front: bool = False, advice: bool = False, tell: Tell | None = None
) -> Beside:
    """Return what stands beside the chosen plan; nothing after a search that was stopped.

    Parameters
    ----------
    front : bool
        What fewer agreements, and less dependence, would cost.
    advice : bool
        What each bundle rests on, the next-best plans, how stable the plan is.
    tell : callable or None
        Called with the step, how much of it is done, and of how much.
    """
    if found.answer.stopped:
        return Beside()
    say = tell or (lambda *_: None)
    one_fewer = one_fewer_sek(found.pool, found.answer, watch)
    points = agreements_front(found.pool, found.answer, watch, lambda at, of: say("front", at, of)) if front else ()
    leaning = dependence(found, watch) if front else ()
    if not advice:
        return Beside(one_fewer, points, leaning, spread=spread(found))
    say("advice", 0, 1)
    advised, others = advise(found), alternatives(found, watch)
    steady = stability(found, watch, lambda at, of: say("stability", at, of))
    return Beside(one_fewer, points, leaning, advised, others, steady, spread(found))
