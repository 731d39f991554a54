"""Which profile a file is read with, and where in the file its header is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.delimited import SEPARATORS, split_fields
from partnership_lib.files.profiles import LedgerProfile, normalise_heading, read_profile

DEFAULT_PROFILE = "leverantorsreskontra-1.1"
HEADER_SOUGHT_IN_LINES = 30


@dataclass(frozen=True)
class Layout:
    """Where the fields of a profile stand in the rows of one file.

    Attributes
    ----------
    headings : tuple of str
        The headings as written, without the empty ones at the end.
    positions : dict of str to int
        Place of each field's column.
    unknown : tuple of str
        Headings that the profile does not know: kept out of the warehouse and told to the user.
    """

    headings: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """The header line of a delimited file: how many lines stand before it, its separator, its layout."""

    lines_before: int
    separator: str
    layout: Layout


def shipped_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with the package.

    Raises
    ------
    InputError
        ``profile_unreadable``.
    """
    folder = files(__package__).joinpath("profiles")
    try:
        names = [entry.name for entry in folder.iterdir()]
    except OSError as error:
        raise InputError("profile_unreadable", file=str(folder), reason=error.strerror or str(error)) from error
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def find_profile(profile: str | Path | LedgerProfile | None = None) -> LedgerProfile:
    """Return a profile by the name of a shipped one or by the path of a file; the national one by default.

    Raises
    ------
    UsageError
        ``unknown_profile`` with what there is.

    Examples
    --------
    >>> find_profile("calderdale").currency
    'GBP'
    """
    if isinstance(profile, LedgerProfile):
        return profile
    name = str(profile or DEFAULT_PROFILE)
    if name in shipped_profiles():
        return read_profile(Path(str(files(__package__).joinpath("profiles", f"{name}.toml"))))
    if Path(name).is_file():
        return read_profile(Path(name))
    raise UsageError("unknown_profile", found=name, allowed=", ".join(shipped_profiles()))


def make_layout(headings: Sequence[str], profile: LedgerProfile, file: str, line: int = 1) -> Layout:
    """Return the layout of a header.

    Raises
    ------
    InputError
        ``ledger_column_missing`` or ``ledger_column_twice``, naming the column.
    """
    cells = [heading.strip().lstrip("\ufeff") for heading in headings]
    while cells and not cells[-1]:
        cells.pop()
    positions: dict[str, int] = {}
    for name, accepted in profile.columns.items():
        places = _places(cells, accepted)
        if len(places) > 1:
            found = ", ".join(cells[place] for place in places)
            raise InputError("ledger_column_twice", file=file, line=line, found=found, field=accepted[0])
        if places:
            positions[name] = places[0]
    missing = missing_columns(positions, profile)
    if "booked_date" not in positions.keys() | profile.constants.keys() and not missing:
        raise InputError("ledger_period_missing", file=file)
    if missing:
        found = ", ".join(cells)[:300]
        raise InputError("ledger_column_missing", file=file, line=line, missing=", ".join(missing), found=found)
    used = {*positions.values(), *_places(cells, profile.ignored)}
    unknown = tuple(cell for place, cell in enumerate(cells) if place not in used and cell)
    return Layout(tuple(cells), positions, unknown)


def missing_columns(positions: dict[str, int], profile: LedgerProfile) -> list[str]:
    """Return the first heading of each required field that has neither a column nor a constant."""
    present = positions.keys() | profile.constants.keys()
    absent = [rule.split("|") for rule in profile.required if present.isdisjoint(rule.split("|"))]
    return ["/".join(profile.columns[name][0] for name in rule if name in profile.columns) for rule in absent]


def find_header(lines: Sequence[str], profile: LedgerProfile, file: str) -> Header:
    """Return the header among the first lines: the line with the most of the profile's headings.

    The separator is the one that makes it so; it is never guessed from how often a character occurs. Where several
    lines have all that is needed, as where pages repeat them, the first one is the header.

    Raises
    ------
    InputError
        ``ledger_separator_wrong``, ``ledger_header_missing``, ``ledger_column_missing`` or ``ledger_column_twice``.
    """
    separators = SEPARATORS if profile.separator == "auto" else (profile.separator,)
    candidates = [
        (_recognised(split_fields(line, separator), profile), -number, separator, line)
        for number, line in enumerate(lines)
        for separator in separators
    ]
    if not candidates:
        raise InputError("ledger_header_missing", file=file, found="", allowed=_example(profile))
    whole = (each for each in candidates if each[0] >= 2 and _is_whole(split_fields(each[3], each[2]), profile))
    first = next(whole, None)
    if first is not None:  # and of its separators the one that has most
        candidates = [each for each in candidates if each[1] == first[1]]
    recognised, minus_number, separator, line = max(candidates, key=lambda candidate: candidate[:2])
    number = -minus_number
    if recognised < 2:
        _refuse_without_header(lines, profile, file)
    return Header(number, separator, make_layout(split_fields(line, separator), profile, file, number + 1))


def find_header_row(rows: Sequence[Sequence[str]], profile: LedgerProfile, file: str) -> tuple[int, Layout]:
    """Return the place and the layout of the header among the first rows of a sheet.

    Raises
    ------
    InputError
        ``ledger_header_missing``, ``ledger_column_missing`` or ``ledger_column_twice``.
    """
    known = [(_recognised(row, profile), -place) for place, row in enumerate(rows)]
    whole = (each for each, row in zip(known, rows, strict=True) if each[0] >= 2 and _is_whole(row, profile))
    recognised, minus_place = next(whole, None) or max(known, default=(0, 0))
    if recognised < 2:
        first = next((", ".join(filter(None, row)) for row in rows if any(row)), "")
        raise InputError("ledger_header_missing", file=file, found=first[:120], allowed=_example(profile))
    return -minus_place, make_layout(rows[-minus_place], profile, file, 1 - minus_place)


def _refuse_without_header(lines: Sequence[str], profile: LedgerProfile, file: str) -> None:
    others = [separator for separator in SEPARATORS if separator != profile.separator]
    if profile.separator != "auto":
        for separator in others:
            if any(_recognised(split_fields(line, separator), profile) >= 2 for line in lines):
                expected = len(profile.required)
                raise InputError(
                    "ledger_separator_wrong", file=file, found=separator, allowed=profile.separator, expected=expected
                )
    first = next((line.strip() for line in lines if line.strip()), "")
    raise InputError("ledger_header_missing", file=file, found=first[:120], allowed=_example(profile))


def _is_whole(cells: Sequence[str], profile: LedgerProfile) -> bool:
    """Return whether the cells are headings of everything that the profile needs."""
    found = {name: 0 for name, accepted in profile.columns.items() if _places(cells, accepted)}
    return not missing_columns(found, profile)


def _recognised(cells: Sequence[str], profile: LedgerProfile) -> int:
    """Return how many fields of the profile the cells are headings of."""
    return sum(bool(_places(cells, accepted)) for accepted in profile.columns.values())


def _places(cells: Sequence[str], accepted: Sequence[str]) -> list[int]:
    wanted = {normalise_heading(heading) for heading in accepted}
    return [place for place, cell in enumerate(cells) if normalise_heading(cell) in wanted]


def _example(profile: LedgerProfile) -> str:
    return ", ".join(headings[0] for headings in profile.columns.values())
