"""Which needs exchange information, and for how long they do it within an agreement and across agreements."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, groupby, pairwise

import numpy as np

from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.plans.arrays import Floats, Whole
from partnership_lib.decision.plans.plan import Slot

Pairs = tuple[Whole, Whole, Floats]
_NOBODY = -1


def interface_pairs(case: Case) -> Pairs:
    """Return the interfaces as rows of needs and weights; without a graph every pair of needs within a domain."""
    places = {need_id: place for place, need_id in enumerate(sorted(need.id for need in case.needs))}
    if case.interfaces is not None:
        edges = sorted((*sorted(places[need] for need in each.needs), each.weight) for each in case.interfaces)
    else:
        with_domain = sorted((need.domain, places[need.id]) for need in case.needs if need.domain)
        domains = [[place for _, place in group] for _, group in groupby(with_domain, key=lambda pair: pair[0])]
        edges = [(*pair, 1.0) for members in domains for pair in combinations(members, 2)]
    first, second, weight = zip(*edges, strict=True) if edges else ((), (), ())
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), np.array(weight, dtype=np.float64)


def interface_years(case: Case, slots: Sequence[Slot], pairs: Pairs, weights: Floats) -> tuple[float, float, Floats]:
    """Return weighted years within agreements, weighted years across them, and per slot the weight that leaves it.

    The parts of an agreement of today that is split later are one agreement until then.

    Parameters
    ----------
    weights : ndarray, shape (T+1,)
        D; the sums are over D/12.
    """
    places = {need_id: place for place, need_id in enumerate(sorted(need.id for need in case.needs))}
    first, second, weight = pairs
    borders = sorted({0, case.settings.horizon_months} | {m for s in slots for m in (s.start_month, s.end_month)})
    numbers = {agreement: number for number, agreement in enumerate(sorted({slot.id for slot in slots}))}
    internal = external = 0.0
    for start, end in pairwise(borders):
        holder = np.full(len(places), _NOBODY)
        for slot in slots:
            if slot.start_month <= start < slot.end_month:
                holder[[places[need] for need in slot.need_ids]] = numbers[slot.id]
        years = float(weights[start:end].sum()) / 12.0
        together = (holder[first] == holder[second]) & (holder[first] != _NOBODY)
        internal += years * float(weight[together].sum())
        external += years * float(weight[~together].sum())
    return internal, external, _leaving(places, slots, pairs)


def _leaving(places: dict[str, int], slots: Sequence[Slot], pairs: Pairs) -> Floats:
    first, second, weight = pairs
    leaving = np.zeros(len(slots))
    inside = np.zeros(len(places), dtype=bool)
    for number, slot in enumerate(slots):
        members = [places[need] for need in slot.need_ids]
        inside[members] = True
        leaving[number] = weight[inside[first] != inside[second]].sum()
        inside[members] = False
    return leaving
