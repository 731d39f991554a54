"""Reading workbooks; to be called through `guarded`, because a hostile workbook can bring its reader down."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from partnership_lib.errors import InputError
from partnership_lib.files.sources import ARCHIVE_ERRORS, Source

LARGEST_UNPACKED_BYTES = 2**30
_CHUNK = 2**20
_LONGEST_TAG = 512
_FAR_CELL = re.compile(rb'<c r="[A-Z]{3}')

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
        ``table_too_long``, ``workbook_damaged``, and what `checked_workbook` refuses.
    """
    from python_calamine import CalamineWorkbook

    sheets = []
    content = checked_workbook(Source(path))
    with damage_told(path.name), CalamineWorkbook.from_filelike(content) as workbook:
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height > maximum_rows:
                raise InputError("table_too_long", file=path.name, found=sheet.total_height, allowed=maximum_rows)
            # Nothing is left out at the top, so that the numbers are those that the reader of the sheet sees.
            rows = sheet.to_python(skip_empty_area=False)
            numbered: list[NumberedRow] = [(number, list(cells)) for number, cells in enumerate(rows, start=1)]
            first = next((i for i, (_, cells) in enumerate(numbered) if any(c not in ("", None) for c in cells)), None)
            if first is not None:
                sheets.append(numbered[first:])
    return sheets


def checked_workbook(source: Source) -> Any:
    """Return the bytes of a workbook, opened, when they can be unpacked in reasonable memory.

    Raises
    ------
    InputError
        ``workbook_too_large``, ``workbook_too_wide`` or ``archive_broken``.
    """
    content: Any = io.BytesIO(source.open().read()) if source.is_packed else source.open()
    try:
        with zipfile.ZipFile(content) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > LARGEST_UNPACKED_BYTES:
                raise InputError("workbook_too_large", file=source.name, found=unpacked // 2**20)
            for part in archive.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _refuse_far_cells(archive, part, source)
    except ARCHIVE_ERRORS as error:
        raise InputError("archive_broken", file=source.name, reason=str(error)) from error
    content.seek(0)
    return content


def _refuse_far_cells(archive: zipfile.ZipFile, part: str, source: Source) -> None:
    """Refuse a cell beyond the 702 columns from A to ZZ: a reader would make room for all cells before it."""
    with archive.open(part) as handle:
        if any(_FAR_CELL.search(text) for text in overlapping(handle)):
            raise InputError("workbook_too_wide", file=source.name)


def overlapping(handle: Any) -> Iterator[bytes]:
    """Yield a text in chunks that end with a tag, so that no tag is cut in two."""
    rest = b""
    while chunk := handle.read(_CHUNK):
        text = rest + chunk
        cut = max(text.rfind(b">") + 1, len(text) - _LONGEST_TAG)
        rest = text[cut:]
        yield text[:cut]
    yield rest
