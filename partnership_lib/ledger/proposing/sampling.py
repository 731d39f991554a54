"""The headings and the first rows of a file that no profile describes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from partnership_lib.errors import InputError
from partnership_lib.files.delimited import SEPARATORS, split_fields
from partnership_lib.files.encoding import read_lines
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.files.sheets import Workbook
from partnership_lib.files.sources import Source
from partnership_lib.ledger.dialects import HEADER_SOUGHT_IN_LINES
from partnership_lib.ledger.proposing.known import recognised
from partnership_lib.ledger.rows_of_files import examine, json_rows

MOST_ROWS = 100_000


@dataclass(frozen=True)
class Sample:
    """The beginning of a file.

    Attributes
    ----------
    kind : str
        ``text``, ``JSON``, ``JSON lines`` or ``XLSX``.
    width_rows : int
        Rows with as many cells as there are headings.
    is_whole : bool
        Whether these are all rows of the file.
    """

    file: str
    kind: str
    encoding: str
    separator: str
    headings: tuple[str, ...]
    lines_before: int
    rows: list[list[str]]
    width_rows: int
    is_whole: bool
    sheet: str = ""
    sheets: int = 0

    def column(self, place: int) -> list[str]:
        """Return the values of a column, of the rows that reach it."""
        return [row[place] for row in self.rows if place < len(row)]


def take_sample(source: Source, profile: LedgerProfile) -> Sample:
    """Return the beginning of a file; `profile` says its encoding where that cannot be found out.

    Raises
    ------
    InputError
        ``proposal_without_header``, or what is wrong with the file as a whole.
    """
    kind, shape = examine(source, profile)
    if kind == "XLSX":
        return _of_sheets(source)
    if kind in ("JSON", "JSON lines"):
        names, records = json_rows(source, kind, shape, profile.rows_key)
        rows = [record.fields for record in islice(records, MOST_ROWS + 1) if record.fields is not None]
        return _sample(source, kind, shape.encoding, "", [names, *rows], 0)
    lines = islice(read_lines(source.open(), shape.encoding, source.name), MOST_ROWS + HEADER_SOUGHT_IN_LINES)
    return _of_lines(source, shape.encoding, [line.rstrip("\n") for line in lines])


def _of_lines(source: Source, encoding: str, lines: Sequence[str]) -> Sample:
    """Return the sample of a delimited file; its separator makes most headings known, then rows most even."""
    found = []
    for separator in SEPARATORS:
        first = [split_fields(line, separator) for line in lines[:HEADER_SOUGHT_IN_LINES]]
        place = _header_place(first)
        if place is not None:
            even = Counter(len(split_fields(line, separator)) for line in lines[:200]).most_common(1)[0]
            found.append(((recognised(first[place]), even[1] * (even[0] > 1), even[0]), separator, place))
    best = max(found, default=None)
    if best is None or best[0][2] < 2:
        shown = next((line for line in lines if line.strip()), "")
        raise InputError("proposal_without_header", file=source.name, found=shown[:120])
    _, separator, place = best
    rows = [split_fields(line, separator) for line in lines[place:] if line.strip()]
    return _sample(source, "text", encoding, separator, rows, place)


def _of_sheets(source: Source) -> Sample:
    workbook = Workbook(source)
    found = []
    for order, name in enumerate(workbook.sheet_names):
        first = list(islice(workbook.rows(name, ".", "%Y-%m-%d"), HEADER_SOUGHT_IN_LINES))
        place = _header_place(first)
        if place is not None:
            found.append((recognised(first[place]), -order, name, place))
    if not found:
        raise InputError("proposal_without_header", file=source.name, found=", ".join(workbook.sheet_names))
    _, _, name, place = max(found)
    rows = list(islice(workbook.rows(name, ".", "%Y-%m-%d"), place, place + MOST_ROWS + 2))
    sample = _sample(source, "XLSX", "", "", rows, place)
    return replace(sample, sheet=name, sheets=len(workbook.sheet_names))


def _sample(
    source: Source, kind: str, encoding: str, separator: str, rows: Sequence[Sequence[str]], before: int
) -> Sample:
    headings = [heading.strip().lstrip("\ufeff") for heading in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    data = [list(row) for row in rows[1 : MOST_ROWS + 1]]
    width = len(headings)
    fitting = sum(len(row) >= width and not any(cell.strip() for cell in row[width:]) for row in data)
    return Sample(
        source.short_name, kind, encoding, separator, tuple(headings), before, data, fitting, len(rows) <= MOST_ROWS + 1
    )


def _header_place(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the header: the row with most known headings, or else the first whose cells are all words."""
    counts = [recognised(row) for row in rows]
    if max(counts, default=0) >= 2:
        return counts.index(max(counts))
    widest = max((len(row) for row in rows), default=0)
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        if len(cells) >= max(2, widest - 1) and _are_words(cells):
            return place
    return None


def _are_words(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    words = sum(any(c.isalpha() for c in cell) and not any(c.isdigit() for c in cell) for cell in filled)
    return len(filled) >= 2 and words == len(filled) and len(set(filled)) == len(filled)
