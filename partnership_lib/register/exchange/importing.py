"""Importing a table: every row is accepted, unchanged or quarantined with a reason, and the sums agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.domain import Activity, Agreement, Record, RegisterContent
from partnership_lib.files.spreadsheet import Cell, write_csv
from partnership_lib.register.exchange.cells import parse_cell, written_text
from partnership_lib.register.exchange.context import Context, RefusedError, Row
from partnership_lib.register.exchange.layout import (
    IGNORED_HEADINGS,
    RECORD_OF,
    VERSION_COLUMN,
    allowed,
    columns_of_table,
    heading,
    plain,
)
from partnership_lib.register.exchange.reading import RawRow, Table, file_hash, read_table
from partnership_lib.register.exchange.rows import RECORDS_OF_ROW
from partnership_lib.register.exchange.templates import is_example
from partnership_lib.register.issues import RowIssue
from partnership_lib.register.store import Register
from partnership_lib.register.values import CellError, columns_of
from partnership_lib.units.dates import day_in_sweden


@dataclass(frozen=True)
class ImportAccount:
    """What became of every row of a file: ``rows = accepted + unchanged + quarantined``.

    Attributes
    ----------
    issues : tuple of RowIssue
        Why rows were quarantined, and what should be looked at in rows that were taken.
    quarantine_file : Path or None
        Where the quarantined rows lie, as they stood and with the reason; it can be corrected and imported.
    """

    file: str
    sha256: str
    rows: int
    accepted: int
    unchanged: int
    quarantined: int
    issues: tuple[RowIssue, ...]
    quarantine_file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the account for ``--json``."""
        return {
            **{
                name: getattr(self, name) for name in ("file", "sha256", "rows", "accepted", "unchanged", "quarantined")
            },
            "quarantine_file": str(self.quarantine_file) if self.quarantine_file else None,
            "issues": [vars(issue) for issue in self.issues],
        }


@dataclass
class _Import:
    """The rows of one file on their way."""

    kind: str
    table: Table
    context: Context
    records: dict[int, list[Record]]
    refused: dict[int, list[RowIssue]]

    def refuse(self, number: int, column: str, found: str, code: str, permitted: str = "") -> None:
        issue = RowIssue(self.context.file, number, column, found, permitted, code)
        self.refused.setdefault(number, []).append(issue)


def import_table(
    kind: str,
    path: Path,
    register: Register,
    *,
    actor: str,
    currency: str = "SEK",
    quarantine_folder: Path | None = None,
    today: date | None = None,
    buyer_name: str = "",
) -> ImportAccount:
    """Return the account of importing a filled-in table; all good rows are saved together.

    Parameters
    ----------
    kind : str
        ``agreements``, ``activities`` or ``needs``.
    actor : str
        Id of the person who imports, or ``system:<name>``.
    quarantine_folder : Path, optional
        Where rows that cannot be taken are kept; beside the file unless given.
    today : date, optional
        Day that moved due dates are dated.
    buyer_name : str, optional
        The municipality's name, for a register that does not hold it yet.

    Raises
    ------
    InputError
        The file as a whole cannot be taken; nothing was saved.
    """
    columns_of_table(kind)
    sha256 = file_hash(path)
    table = read_table(path, kind)
    content = register.load()
    context = Context(content, path.name, today or day_in_sweden(), buyer_name)
    rows = [row for row in table.rows if not _is_blank(row) and not is_example(kind, table, row)]
    job = _Import(kind, table, context, records={}, refused={})
    _understand(job, rows, currency)
    _refuse_dangling(job)
    quarantine = _write_quarantine(job, rows, (quarantine_folder or path.parent), sha256)
    changed = {number: _changed(records, content) for number, records in job.records.items()}
    new = [record for records in changed.values() for record in records]
    if new:
        register.save([*_needed(job), *new], actor=actor)
    accepted = sum(bool(records) for records in changed.values())
    notices = [notice for notice in context.notices if notice.row in job.records]
    issues = sorted([*(i for each in job.refused.values() for i in each), *notices], key=lambda issue: issue.row)
    return ImportAccount(
        path.name,
        sha256,
        rows=len(rows),
        accepted=accepted,
        unchanged=len(job.records) - accepted,
        quarantined=len(job.refused),
        issues=tuple(_with_headings(job, issue) for issue in issues),
        quarantine_file=quarantine,
    )


def _is_blank(row: RawRow) -> bool:
    return row.cells is not None and all(written_text(cell) == "" for cell in row.cells)


def _understand(job: _Import, rows: Sequence[RawRow], currency: str) -> None:
    """Sort the rows of the file into records and refusals; ids first, because rows may refer to later rows."""
    parsed = [row for row in (_parsed(job, raw, currency) for raw in rows) if row is not None]
    seen: set[str] = set()
    unique = []
    for row in parsed:
        key = plain(row["id"])
        if key in seen:
            job.refuse(row.number, "id", row["id"], "id_repeated")
        else:
            seen.add(key)
            unique.append(row)
            current = job.context.existing(RECORD_OF[job.kind], row["id"])
            job.context.file_ids[key] = current.id if current else row["id"]
    for row in unique:
        try:
            job.records[row.number] = RECORDS_OF_ROW[job.kind](row, job.context)
        except RefusedError as refused:
            job.refuse(row.number, refused.column, refused.found, refused.code, refused.allowed)


def _parsed(job: _Import, raw: RawRow, currency: str) -> Row | None:
    width = len(job.table.headings)
    if raw.cells is None:
        job.refuse(raw.number, "", raw.raw[:80], "row_quotes")
        return None
    if any(written_text(cell) for cell in raw.cells[width:]) or len(raw.cells) <= max(i for i, _ in job.table.columns):
        job.refuse(raw.number, "", str(len(raw.cells)), "row_width", str(width))
        return None
    values = {}
    for position, column in job.table.columns:
        try:
            values[column.name] = parse_cell(column, raw.cells[position], currency)
        except CellError as error:
            found = written_text(raw.cells[position])[:80]
            job.refuse(raw.number, column.name, found, error.code, allowed(column, job.table.language))
    return None if raw.number in job.refused else Row(raw.number, values)


def _refuse_dangling(job: _Import) -> None:
    """Refuse rows that refer to rows that were refused, and so on until nothing dangles."""
    kind = {"agreements": Agreement, "activities": Activity}.get(job.kind)
    if kind is None:
        return
    table = "agreements" if kind is Agreement else "activities"
    column = "predecessors" if kind is Agreement else "parent_id"
    code = "agreement_unknown" if kind is Agreement else "activity_unknown"
    in_register = {record.id for record in getattr(job.context.content, table)}
    while True:
        known = in_register | {record.id for records in job.records.values() for record in records}
        dangling = {
            number: target
            for number, records in job.records.items()
            for record in records
            for target in _targets(record, table)
            if target not in known
        }
        if not dangling:
            return
        for number, target in dangling.items():
            del job.records[number]
            job.refuse(number, column, target, code)


def _targets(record: Record, table: str) -> list[str]:
    values = [getattr(record, column.name) for column in columns_of(type(record)) if column.references == table]
    return [str(value) for value in values if value is not None]


def _changed(records: Sequence[Record], content: RegisterContent) -> list[Record]:
    return [record for record in records if record != content.find(type(record), record.id)]


def _needed(job: _Import) -> list[Record]:
    """Return the suppliers and people that accepted rows have added."""
    named = {
        (column.references, getattr(record, column.name))
        for records in job.records.values()
        for record in records
        for column in columns_of(type(record))
        if column.references
    }
    tables = {"Organisation": "organisations", "Person": "people"}
    return [each for each in job.context.added.values() if (tables[type(each).__name__], each.id) in named]


def _with_headings(job: _Import, issue: RowIssue) -> RowIssue:
    """Return an issue that names its column as the file does."""
    columns = {column.name: column for column in (*columns_of_table(job.kind), VERSION_COLUMN)}
    if issue.column not in columns:
        return issue
    named = heading(job.kind, columns[issue.column], job.table.language)
    return RowIssue(issue.file, issue.row, named, issue.found, issue.allowed, issue.code)


def _write_quarantine(job: _Import, rows: Sequence[RawRow], folder: Path, sha256: str) -> Path | None:
    """Write the refused rows as they stood, before anything is saved: a kill in between loses nothing."""
    if not job.refused:
        return None
    language = job.table.language
    width = len(job.table.headings)
    lines: list[list[Cell]] = []
    for row in rows:
        if row.number in job.refused:
            cells = [written_text(cell) for cell in row.cells] if row.cells is not None else [row.raw]
            padded: list[Cell] = [*cells[:width], *[""] * (width - len(cells))]
            beyond = " | ".join(cells[width:])
            reasons = " ".join(_with_headings(job, i).sentence(language) for i in job.refused[row.number])
            lines.append([*padded, row.number, f"{reasons} [{beyond}]" if beyond else reasons])
    path = folder / f"{job.kind}-{sha256[:12]}.csv"
    yes_no = (text.word("yes_no", True, language), text.word("yes_no", False, language))
    write_csv(path, [*job.table.headings, *IGNORED_HEADINGS], lines, language, yes_no)
    return path
