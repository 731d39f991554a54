"""The tidy table of lots: one row for each part of a procurement that was decided, whatever it was published in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

from partnership_lib.errors import InputError
from partnership_lib.files.atomic import write_text
from partnership_lib.files.small_tables import read_rows, read_utf8
from partnership_lib.files.spreadsheet import formula_plain, formula_safe
from partnership_lib.units.organisation_number import (
    is_natural_person,
    mask_personal_numbers,
    normalise_organisation_number,
)

_WHOLE = re.compile("[0-9]{1,18}", re.ASCII)

LIST_SIGN = " | "
MOST_BIDS = 10_000


@dataclass(frozen=True, kw_only=True)
class Lot:
    """A lot that was decided. What a source does not tell is empty or None.

    Attributes
    ----------
    source : str
        ``ocds``, ``eforms`` or ``open_table``.
    municipal : bool or None
        Whether the buyer is a municipality (local authority); None where the source does not tell.
    cpv : str
        Main CPV code, eight digits.
    bids : int or None
        Tenders received.
    winners, winner_ids : str
        Names and organisation numbers, separated by `` | ``; the numbers of natural persons are left out.
    value_ore : int or None
        Value of what was awarded, in the minor unit of `currency`.
    decided_date : str
        Day of the contract, or of the award or notice where that is all there is (YYYY-MM-DD).
    """

    source: str
    file: str
    notice_id: str
    lot_id: str
    authority: str = ""
    authority_id: str = ""
    municipal: bool | None = None
    cpv: str = ""
    procedure: str = ""
    bids: int | None = None
    winners: str = ""
    winner_ids: str = ""
    value_ore: int | None = None
    currency: str = ""
    decided_date: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what a lot is known by, whichever file it comes in."""
        return self.source, self.notice_id, self.lot_id

    @property
    def division(self) -> str:
        """Return the two first digits of its CPV code."""
        return self.cpv[:2]


COLUMNS = tuple(each.name for each in fields(Lot))


def told_number(written: str) -> str:
    """Return an organisation's number as a key; empty where it is that of a natural person.

    Examples
    --------
    >>> told_number("212000-3005"), told_number("326 912 557"), told_number("800101-1239")
    ('2120003005', '326912557', '')
    """
    swedish = normalise_organisation_number(written)
    if swedish is None:  # another country's, or a personal number that somebody has written wrong
        return "" if mask_personal_numbers(written) != written else written.replace(" ", "")
    return "" if is_natural_person(swedish) else swedish


def counted_bids(count: int | Decimal) -> int | None:
    """Return a number of bids that can be one; anything else is not known.

    Examples
    --------
    >>> counted_bids(3), counted_bids(-1), counted_bids(10**9)
    (3, None, None)
    """
    return int(count) if 0 <= count <= MOST_BIDS and count == int(count) else None


def masked(lot: Lot) -> Lot:
    """Return a lot without personal numbers in its texts, as in the name of a sole trader."""
    return replace(lot, authority=mask_personal_numbers(lot.authority), winners=mask_personal_numbers(lot.winners))


def write_market(path: Path, lots: Iterable[Lot]) -> None:
    """Write the table of lots (CSV), ordered by what the lots are known by."""
    handle = StringIO()
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(COLUMNS)
    for lot in sorted(lots, key=lambda each: each.key):
        writer.writerow(formula_safe(_text(value)) for value in astuple(lot))
    write_text(path, handle.getvalue())


def _text(value: str | int | bool | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_market(path: Path) -> list[Lot]:
    """Return the lots that `write_market` wrote; none where there is no file.

    Raises
    ------
    InputError
        ``market_columns``, ``market_row_unreadable``, ``table_unreadable`` or ``table_not_utf8``.
    """
    if not path.is_file():
        return []
    headings, rows = read_rows(read_utf8(path), path.name)
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise InputError("market_columns", file=path.name, found=", ".join(missing), allowed=", ".join(COLUMNS))
    return [_lot(row, path.name, line) for line, row in rows]


def _lot(row: dict[str, str], file: str, line: int) -> Lot:
    cells = {name: formula_plain(row[name]) for name in COLUMNS}
    numbers: dict[str, int | None] = {}
    for name in ("bids", "value_ore"):
        if cells[name] and not _WHOLE.fullmatch(cells[name]):
            raise InputError(
                "market_row_unreadable", file=file, row=line, column=name, found=cells[name][:80], allowed="0, 1, 2 …"
            )
        numbers[name] = int(cells[name]) if cells[name] else None
    municipal = {"true": True, "false": False}.get(cells["municipal"])
    texts = {name: cells[name] for name in COLUMNS if name not in ("bids", "value_ore", "municipal")}
    return Lot(**texts, municipal=municipal, bids=numbers["bids"], value_ore=numbers["value_ore"])
