"""Records of a delimited file with their line number and raw text, split strictly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from partnership_lib.errors import InputError

SEPARATORS = (";", ",", "\t", "|")
LONGEST_FIELD = 131_072


class Record(NamedTuple):
    """One record: `fields` is None where its quoting is broken, and `problem` then names the reason."""

    line: int
    fields: list[str] | None
    raw: str
    problem: str = ""


def split_fields(line: str, separator: str) -> list[str]:
    """Return the fields of one line; a line with broken quoting is split at every separator.

    Examples
    --------
    >>> split_fields('a;"b;c"', ";"), split_fields('a;"b', ";")
    (['a', 'b;c'], ['a', '"b'])
    """
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return line.rstrip("\n").split(separator)


def joined_fields(fields: Sequence[str], separator: str) -> str:
    """Return fields as the line that `split_fields` gives back.

    Examples
    --------
    >>> joined_fields(["a", "b;c"], ";")
    'a;"b;c"'
    """
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="").writerow(fields)
    return text.getvalue()


def read_records(
    lines: Iterable[str], separator: str, file: str, first_line: int = 1, *, long_texts: bool = False
) -> Iterator[Record]:
    """Yield the records of `lines`; the first of them is line number `first_line` of the file.

    With `long_texts` the last columns may hold texts of several lines, so a record's first line may look like a row.

    Raises
    ------
    InputError
        ``quote_never_closed``, ``quote_swallows_rows`` or ``field_too_long``, each with the line it begins on:
        where a record ends cannot be known any more, so nothing after it could be trusted.
    """
    taken: list[str] = []
    reader = csv.reader(_remembered(lines, taken), delimiter=separator, strict=True)
    width = 0
    line = first_line
    while True:
        problem = ""
        fields: list[str] | None = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = _problem(error, file, line)
        width = width or len(fields or ())
        suspects = taken[1:] if long_texts else taken
        if len(taken) > 1 and any(part.count(separator) >= max(width - 1, 1) for part in suspects):
            raise InputError("quote_swallows_rows", file=file, line=line, lines=len(taken))
        yield Record(line, fields, "".join(taken).rstrip("\n"), problem)
        line += len(taken)
        taken.clear()


def _remembered(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _problem(error: csv.Error, file: str, line: int) -> str:
    """Return the reason for quarantine, or refuse the file."""
    message = str(error)
    if "field larger" in message:
        raise InputError("field_too_long", file=file, line=line, allowed=LONGEST_FIELD) from error
    if "unexpected end" in message:
        raise InputError("quote_never_closed", file=file, line=line) from error
    return "quote_misplaced"
