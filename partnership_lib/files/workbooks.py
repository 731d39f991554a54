"""Reading workbooks; to be called through `guarded`, because a hostile workbook can bring its reader down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from partnership_lib.errors import InputError
from partnership_lib.files.sources import ARCHIVE_ERRORS

NumberedRow = tuple[int, list[Any]]


@contextmanager
def damage_told(file: str) -> Iterator[None]:
    """Tell what is wrong with a workbook, whichever of the libraries that read it finds it.

    Raises
    ------
    InputError
        ``workbook_damaged``.
    """
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, ParseError, *ARCHIVE_ERRORS) as error:
        raise InputError("workbook_damaged", file=file, reason=str(error)[:200]) from error


def workbook_rows(path: Path, maximum_rows: int) -> list[list[NumberedRow]]:
    """Return the rows of each sheet that is not empty, with their numbers, from its first row that is not blank.

    Cells are text, numbers, dates, True/False or ``""``. Nothing in the workbook is run, and links are not followed.

    Raises
    ------
    InputError
        ``table_too_long`` or ``workbook_damaged``.
    """
    from python_calamine import CalamineWorkbook

    sheets = []
    with damage_told(path.name), CalamineWorkbook.from_path(str(path)) as workbook:
        for name in workbook.sheet_names:
            # Nothing is left out at the top, so that the numbers are those that the reader of the sheet sees.
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > maximum_rows:
                raise InputError("table_too_long", file=path.name, found=len(rows), allowed=maximum_rows)
            numbered: list[NumberedRow] = [(number, list(cells)) for number, cells in enumerate(rows, start=1)]
            first = next((i for i, (_, cells) in enumerate(numbered) if any(c not in ("", None) for c in cells)), None)
            if first is not None:
                sheets.append(numbered[first:])
    return sheets
