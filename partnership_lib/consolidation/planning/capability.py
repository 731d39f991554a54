"""Who is able to deliver what, from a table: answers in market dialogues, award history, suppliers' own words."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.files.small_tables import read_rows
from partnership_lib.units.dates import parse_date

COLUMNS = ("supplier", "need", "source", "date")


def capability_of(text: str, where: str) -> dict[str, dict[str, Any]]:
    """Return need -> the suppliers that a table names as able to deliver it and its sources, as a case file has them.

    Parameters
    ----------
    text : str
        CSV with the columns ``supplier``, ``need``, ``source`` and ``date``.

    Raises
    ------
    InputError
        ``capability_columns_missing``, ``capability_row_unreadable`` or ``table_unreadable``.

    Examples
    --------
    >>> capability_of("supplier,need,source,date\\nBolaget AB,N-1,dialogue,2026-09-01\\n", "capability.csv")
    {'N-1': {'capable_suppliers': ['Bolaget AB'], 'capability_source': 'dialogue 2026-09-01'}}
    """
    able, sources = _read(text, where)
    return {
        need: {"capable_suppliers": sorted(able[need]), "capability_source": "; ".join(sorted(sources[need]))}
        for need in sorted(able)
    }


def merged_capability(before: str, added: str, where: str) -> tuple[str, int, int]:
    """Return the table with new rows in it, how many were added, and how many had stood there before.

    A supplier and a need stand in one row; the new one replaces the old one.

    Parameters
    ----------
    before : str
        The table so far; empty where there is none.
    added : str
        Rows to add, with the same columns.

    Raises
    ------
    InputError
        As `capability_of`, for the rows to be added.
    """
    kept = {(row["supplier"], row["need"]): row for row in _rows(before, where)} if before else {}
    new = {(row["supplier"], row["need"]): row for row in _rows(added, where)}
    known = len(kept.keys() & new.keys())
    written = StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for _, row in sorted((kept | new).items()))
    return written.getvalue(), len(new) - known, known


def _read(text: str, where: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return need -> suppliers, and need -> where that is known from."""
    able: defaultdict[str, set[str]] = defaultdict(set)
    sources: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(text, where):
        able[row["need"]].add(row["supplier"])
        sources[row["need"]].add(f"{row['source']} {row['date']}")
    return dict(able), dict(sources)


def _rows(text: str, where: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, each checked."""
    headings, rows = read_rows(text, where, ";" if ";" in text.partition("\n")[0] else ",")
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        raise InputError("capability_columns_missing", file=where, found=", ".join(missing), allowed=", ".join(COLUMNS))
    for line, row in rows:
        values = {name: row[name].strip() for name in COLUMNS}
        empty = [name for name in COLUMNS if not values[name]]
        if empty:
            raise InputError("capability_row_unreadable", file=where, line=line, column=empty[0], found="")
        try:
            values["date"] = parse_date(values["date"]).isoformat()
        except InputError as error:
            raise InputError(
                "capability_row_unreadable", file=where, line=line, column="date", found=values["date"]
            ) from error
        yield values
