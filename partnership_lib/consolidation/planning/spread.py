"""How sure a saving is: what every bundle saves when assumptions are drawn anew, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from partnership_lib.consolidation.costs.engine import charged_alone, slot_components_sek
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns
from partnership_lib.consolidation.solving.pool import Floats
from partnership_lib.decision.plans.plan import make_plan

LOG2_DRAWS = 7
# Draws that no other part of the answer uses.
_RANDOMISATION = 2
_MIDDLE = 0.5


@dataclass(frozen=True)
class Spread:
    """What the bundles of a plan cost beyond their members kept apart, by draw of the assumptions.

    Chance within a future is averaged out: the spread is that of the expected difference.

    Attributes
    ----------
    bundles_sek : ndarray, shape (bundles, draws)
        In the order of `bundle_columns`; below 0 it saves.
    unconfirmed_share : float
        Part of the variance of the whole plan's difference that is left when all confirmed assumptions stand still.
    """

    bundles_sek: Floats
    unconfirmed_share: float

    @property
    def plan_sek(self) -> Floats:
        """Return the difference of the whole plan by draw: agreements that go on as they are cancel out."""
        total: Floats = self.bundles_sek.sum(axis=0)
        return total


def interval_sek(differences_sek: Floats) -> tuple[float, float]:
    """Return the bounds that 95 draws of 100 stay within.

    Examples
    --------
    >>> interval_sek(np.linspace(-100.0, 100.0, 201))
    (-95.0, 95.0)
    """
    low, high = np.quantile(differences_sek, (0.025, 0.975))
    return float(low), float(high)


def saves_share(differences_sek: Floats) -> float:
    """Return in which share of the draws it saves."""
    return float((differences_sek < 0.0).mean())


def spread(found: Consolidation) -> Spread | None:
    """Return how sure the savings of a plan are; None for a plan without bundles."""
    columns = bundle_columns(found)
    if not len(columns):
        return None
    sampler, seed = found.instance.sampler, found.instance.rules.seed
    points = sampler.sobol(LOG2_DRAWS, seed, _RANDOMISATION)
    drawn = _differences_sek(found, columns.tolist(), points)
    confirmed = [bool(sampler.assumptions[column].confirmed_by) for column in sampler.uncertain]
    if not any(confirmed):
        return Spread(drawn, 1.0)
    still = _differences_sek(found, columns.tolist(), np.where(confirmed, _MIDDLE, points))
    whole = float(drawn.sum(axis=0).var())
    return Spread(drawn, min(float(still.sum(axis=0).var()) / whole, 1.0) if whole else 0.0)


def _differences_sek(found: Consolidation, columns: list[int], points: Floats) -> Floats:
    values = found.instance.sampler.at(points)
    return np.array([bundle_components_sek(found, column, values).sum(axis=1) for column in columns])


def bundle_components_sek(found: Consolidation, column: int, values: Floats) -> Floats:
    """Return what a bundle costs beyond its members kept apart, shape (draws, components)."""
    case = found.instance.case
    members = {found.instance.ids[item] for item in found.columns.members(column)}
    taken_over = make_plan(case, found.columns.proposals([column])).slots
    apart = [slot for slot in make_plan(case, ()).slots if slot.id in members]
    together = [slot for slot in taken_over if not slot.present or slot.id in members]
    sums = [slot_components_sek(case, charged_alone(slots), values).sum(axis=0) for slots in (together, apart)]
    difference: Floats = sums[0] - sums[1]
    return difference
