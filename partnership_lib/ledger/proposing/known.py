"""Headings that are known from ledgers seen before."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from partnership_lib.files.profiles import normalise_heading


@cache
def known_headings() -> dict[str, tuple[str, ...]]:
    """Return for each field its headings, normalised, the surest first."""
    content = tomllib.loads(files(__package__).joinpath("headings.toml").read_text(encoding="utf-8"))
    return {name: tuple(map(normalise_heading, headings)) for name, headings in content.items()}


@cache
def _all() -> frozenset[str]:
    return frozenset(heading for headings in known_headings().values() for heading in headings)


def recognised(cells: Sequence[str]) -> int:
    """Return how many cells are headings that are known.

    Examples
    --------
    >>> recognised(["Lev.namn", "Belopp exkl. moms", "Projekt"])
    2
    """
    return sum(normalise_heading(cell) in _all() for cell in cells)


def rank(field: str, heading: str) -> int | None:
    """Return how sure a heading is for a field, 0 the surest; None where it is not known for it.

    Examples
    --------
    >>> rank("amount", "Nettobelopp") < rank("amount", "belopp"), rank("amount", "Datum")
    (True, None)
    """
    headings = known_headings()[field]
    written = normalise_heading(heading)
    return headings.index(written) if written in headings else None
