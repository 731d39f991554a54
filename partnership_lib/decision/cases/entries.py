"""Entries of assumptions, the same in ``data/assumptions`` and in cases: read, and held against the catalogue."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any

from partnership_lib.decision.cases.assumptions import Assumption, Basis, Distribution, Shape
from partnership_lib.decision.cases.catalogue import RULES, Rule
from partnership_lib.decision.cases.document import Path
from partnership_lib.decision.cases.validation import interval, nearest, written
from partnership_lib.units.dates import parse_date

Problem = tuple[Path, str, str, str]
"""Path inside the entry, code, found, allowed."""

_P90 = NormalDist().inv_cdf(0.9)
# A normal and a lognormal distribution have no end: one draw in a million must still be a possible value.
_FAR_OUT = NormalDist().inv_cdf(1e-6)
_ORDERED = (Shape.PERT, Shape.TRIANGULAR, Shape.UNIFORM)


def read_entry(entry: Mapping[str, Any], links: tuple[tuple[str, float], ...] = ()) -> Assumption:
    """Return the assumption in an entry that the schema accepts.

    Parameters
    ----------
    links : tuple of (str, float)
        Rank correlations of the default that it replaces; they hold unless the entry states its own.
    """
    ((shape, values),) = entry["distribution"].items()
    numbers = (float(values),) if shape == "fixed" else tuple(float(value) for value in values)
    if "correlates_with" in entry:
        links = tuple((link["assumption"], float(link["rank_correlation"])) for link in entry["correlates_with"])
    return Assumption(
        name=entry["name"],
        scope=entry.get("scope", ""),
        distribution=Distribution(Shape(shape), numbers),
        unit=entry["unit"],
        basis=Basis(entry["basis"]),
        source=entry["source"],
        source_sv=entry.get("source_sv", ""),
        grade=entry.get("grade", ""),
        date=parse_date(entry["date"]),
        confirmed_by=entry.get("confirmed_by", ""),
        correlates_with=links if shape != "fixed" else (),
    )


def problems_of(assumption: Assumption) -> Iterator[Problem]:
    """Yield what is wrong with an assumption by the catalogue: name, unit, scope, order, range, certainty."""
    rule = RULES.get(assumption.name)
    if rule is None:
        yield ("name",), "assumption_unknown", assumption.name, nearest(assumption.name, RULES)
        return
    if assumption.unit != rule.unit:
        yield ("unit",), "assumption_unit_differs", assumption.unit, rule.unit
    kind = assumption.scope.partition(":")[0]
    if kind and kind != rule.scope:
        yield ("scope",), "assumption_scope_not_allowed", assumption.scope, f"{rule.scope}:…" if rule.scope else "–"
    if assumption.grade and assumption.basis is Basis.ASSUMED:
        yield ("grade",), "assumption_graded_guess", assumption.grade, ""
    yield from _problems_of_distribution(assumption.distribution, rule)


def _problems_of_distribution(distribution: Distribution, rule: Rule) -> Iterator[Problem]:
    shape, values = distribution.shape, distribution.values
    path: Path = ("distribution", shape.value)
    found = f"{shape.value}: {written([_plain(value) for value in values])}"
    if rule.fixed and shape is not Shape.FIXED:
        yield ("distribution",), "assumption_must_be_fixed", found, f"fixed: {_plain(values[len(values) // 2])}"
    elif list(values) != sorted(values):
        yield path, "assumption_out_of_order", found, written([_plain(value) for value in sorted(values)])
    elif shape is not Shape.FIXED and values[0] == values[-1]:
        yield path, "assumption_without_spread", found, f"fixed: {_plain(values[0])}"
    elif shape is Shape.LOGNORMAL and values[0] <= 0.0:
        yield path, "assumption_out_of_range", found, "> 0"
    else:
        lowest, highest = extremes(distribution)
        if lowest < rule.least or highest > rule.most:
            code = "assumption_out_of_range" if shape in (Shape.FIXED, *_ORDERED) else "assumption_tail_out_of_range"
            yield path, code, found, _range(rule)


def extremes(distribution: Distribution) -> tuple[float, float]:
    """Return the least and the largest value that must be possible; of endless tails, one draw in a million.

    Examples
    --------
    >>> extremes(Distribution(Shape.PERT, (1.0, 2.0, 4.0)))
    (1.0, 4.0)
    >>> [round(value, 3) for value in extremes(Distribution(Shape.NORMAL, (-1.0, 1.0)))]
    [-3.709, 3.709]
    """
    values = distribution.values
    if distribution.shape is Shape.NORMAL:
        return _tails(*values)
    if distribution.shape is Shape.LOGNORMAL:
        low, high = _tails(math.log(values[0]), math.log(values[1]))
        return math.exp(low), math.exp(high)
    return min(values), max(values)


def _tails(p10: float, p90: float) -> tuple[float, float]:
    middle, spread = (p10 + p90) / 2.0, (p90 - p10) / (2.0 * _P90)
    return middle + spread * _FAR_OUT, middle - spread * _FAR_OUT


def _range(rule: Rule) -> str:
    return interval(rule.least, None if math.isinf(rule.most) else rule.most)


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) and abs(value) < 1e15 else value
