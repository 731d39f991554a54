"""When the terms of a slot are expected to be signed, month by month, and what a term then is expected to run.

A slot always has exactly one holder. Let q be the probability that it defaults in a month. Of what does not end as
planned at the start of month t, q defaults in t; so do q of the terms signed in t, and of their successors: with p[t]
for the planned signings the expected signings are ``a[t] = (p[t] + q*(1 - p[t])) / (1 - q)``. A term of k months ends
as planned with probability ``(1-q)^k``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from partnership_lib.decision.plans.arrays import CompiledPlan, Floats, Whole


@dataclass(frozen=True)
class Lengths:
    """How long a term runs when nobody defaults: base term, with the first option, with the second, ...

    Attributes
    ----------
    months : tuple of int
        Ascending.
    shares : tuple of ndarray, each of shape (n,)
        Probability of each.
    """

    months: tuple[int, ...]
    shares: tuple[Floats, ...]


def later_lengths(plan: CompiledPlan, slot: Any, extension_probability: Floats) -> Lengths:
    """Return the lengths of the terms that a slot signs; one that is to be taken over runs until then."""
    if slot["taken_over"]:
        return Lengths((int(slot["end_month"] - slot["start_month"]) + 1,), (np.ones_like(extension_probability),))
    options = plan.option_months[slot["first_option"] : slot["first_option"] + slot["option_count"]]
    return _lengths(int(slot["term_months"]), options, extension_probability)


def present_lengths(plan: CompiledPlan, slot: Any, extension_probability: Floats) -> Lengths:
    """Return in which months the agreement of today expires."""
    first = slot["first_present_option"]
    options = plan.option_months[first : first + slot["present_option_count"]]
    return _lengths(int(slot["expiry_month"]), options, extension_probability)


def _lengths(base_months: int, options: Whole, extension_probability: Floats) -> Lengths:
    months = base_months + np.concatenate(([0], np.cumsum(options, dtype=np.int64)))
    reached = [extension_probability**used for used in range(len(months))]
    shares = [each * (1.0 - extension_probability) for each in reached[:-1]]
    return Lengths(tuple(months.tolist()), (*shares, reached[-1]))


@dataclass(frozen=True)
class Signings:
    """The expected number of signings in each month [start, end) of a slot.

    Attributes
    ----------
    first_expiries : tuple of (int, ndarray of shape (n,))
        Month and probability of each planned end of the agreement of today; part of `planned`.
    planned : ndarray, shape (months, n)
        At the start of a new slot, and at expiries.
    all : ndarray, shape (months, n)
        These, and those after a default.
    """

    first_expiries: tuple[tuple[int, Floats], ...]
    planned: Floats
    all: Floats


def expected_signings(slot: Any, present: Lengths, later: Lengths, default_probability: Floats) -> Signings:
    """Return the expected signings of a slot.

    Parameters
    ----------
    default_probability : ndarray, shape (n,)
        q, in a month.
    """
    start, end = int(slot["start_month"]), int(slot["end_month"])
    survival = 1.0 - default_probability
    planned = np.zeros((end - start, len(default_probability)))
    expiries: list[tuple[int, Floats]] = []
    if not slot["present"]:
        planned[0] = 1.0
    elif not slot["taken_over"]:
        expiries = [
            (month, share * survival**month)
            for month, share in zip(present.months, present.shares, strict=True)
            if month < end
        ]
        for month, probability in expiries:
            planned[month] += probability
    return Signings(tuple(expiries), planned, _renewals(planned, later, default_probability))


def _renewals(planned: Floats, later: Lengths, default_probability: Floats) -> Floats:
    """Add the expiries of later terms to the planned signings; return all signings.

    No later term ends earlier than the shortest: that many months follow from those before them at once.
    """
    survival = 1.0 - default_probability
    ends = [share * survival**months for months, share in zip(later.months, later.shares, strict=True)]
    signed = np.empty_like(planned)
    for first in range(0, len(planned), later.months[0]):
        block = slice(first, first + later.months[0])
        for months, ending in zip(later.months, ends, strict=True):
            begin = max(first, months)
            source = signed[begin - months : first + later.months[0] - months]
            target = planned[begin : first + later.months[0]]
            target += ending * source[: len(target)]
        signed[block] = (planned[block] * survival + default_probability) / survival
    return signed
