"""An assumption: a number that somebody assumed, with its unit, distribution, basis, source and who confirmed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Shape(StrEnum):
    """Shapes of a distribution; the numbers of each stand in `Distribution`."""

    FIXED = "fixed"
    PERT = "pert"
    TRIANGULAR = "triangular"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"
    NORMAL = "normal"


@dataclass(frozen=True)
class Distribution:
    """A distribution by what people can be asked for.

    Attributes
    ----------
    shape : Shape
    values : tuple of float
        ``fixed``: (value,); ``pert`` and ``triangular``: (min, mode, max); ``uniform``: (min, max); ``lognormal`` and
        ``normal``: (P10, P90).
    """

    shape: Shape
    values: tuple[float, ...]


class Basis(StrEnum):
    """What an assumption stands on."""

    MEASURED = "measured"
    STATUTE = "statute"
    STUDY = "study"
    ASSUMED = "assumed"


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A number that the comparison rests on.

    Attributes
    ----------
    name : str
        One of the names in ``data/assumptions``, such as ``scope_saving_share``.
    scope : str
        Empty: holds everywhere. ``category:72``, ``domain:school``, ``need:N-01`` or ``agreement:P-1``: holds there.
    source_sv : str
        The source in Swedish, as every shipped default has it; empty: `source` is shown as it was typed.
    grade : str
        Grade of the evidence, A to C; empty where there is none.
    confirmed_by : str
        Who at the municipality has confirmed it; empty: unconfirmed.
    correlates_with : tuple of (str, float)
        Keys of other assumptions and the rank correlation with each (Gaussian copula).
    """

    name: str
    scope: str = ""
    distribution: Distribution
    unit: str
    basis: Basis
    source: str
    source_sv: str = ""
    grade: str = ""
    date: date
    confirmed_by: str = ""
    correlates_with: tuple[tuple[str, float], ...] = ()

    @property
    def key(self) -> str:
        """Return the name, with its scope where it has one: ``market_trend_share_per_year@category:72``."""
        return f"{self.name}@{self.scope}" if self.scope else self.name

    @property
    def varies(self) -> bool:
        """Return whether the value is uncertain."""
        return self.distribution.shape is not Shape.FIXED


@dataclass(frozen=True)
class AssumptionSet:
    """The assumptions that every case starts from, ordered by key, and a line on what each means.

    Attributes
    ----------
    descriptions : Mapping
        Name -> one line in plain English.
    """

    assumptions: tuple[Assumption, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Assumption]:
        return iter(self.assumptions)
