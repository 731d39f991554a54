"""The workbook with what has to be decided: written, decided in, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.domain import Activity, Agreement, RegisterContent
from partnership_lib.errors import InputError
from partnership_lib.files.forms import Form, FormColumn, Opens, write_form
from partnership_lib.files.returned_forms import ReturnedSheet
from partnership_lib.register.exchange.answers.account import CellVerdict, Gathered
from partnership_lib.register.exchange.answers.columns import BY_NAME, column_heading
from partnership_lib.register.exchange.answers.existing_rows import move_of
from partnership_lib.register.exchange.answers.merging import Outcome, merge
from partnership_lib.register.exchange.answers.packing import packed_lines, unpacked
from partnership_lib.register.exchange.answers.planning import AnswerPlan, with_people
from partnership_lib.register.exchange.answers.reading import AnswerRow, kept_lines
from partnership_lib.register.exchange.answers.snapshot import as_it_was, stored_value
from partnership_lib.register.exchange.answers.understanding import Said, Understanding, check_dates, taken_fields
from partnership_lib.register.exchange.answers.writing import AnswerView
from partnership_lib.register.exchange.cells import written_text
from partnership_lib.register.exchange.context import Context, RefusedError
from partnership_lib.register.exchange.layout import plain

MARKER = "partnership decisions 1"

_WIDTHS = {
    "row": 7,
    "activity_id": 19,
    "title": 38,
    "field": 20,
    "sent": 22,
    "ours": 22,
    "came_back": 26,
    "move_reason": 24,
    "why": 46,
    "decision": 26,
    "key": 10,
}
_OPEN = ("came_back", "move_reason", "decision")


class Choice(StrEnum):
    """What is decided about a cell."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class DecisionSheet:
    """A workbook of decisions that came back.

    Attributes
    ----------
    listed : Mapping
        What was listed under each key: what stood with us, and why it had to be decided.
    """

    file: str
    name: str
    language: str
    agreement_id: str
    export_id: str
    listed: Mapping[str, Mapping[str, Any]]
    rows: tuple[AnswerRow, ...]

    @property
    def where(self) -> str:
        """Return file and sheet, for messages."""
        return f"{self.file}, {self.name}"


def write_decisions(
    path: Path, verdicts: Sequence[CellVerdict], agreement: Agreement, export_id: str, language: str
) -> None:
    """Write what has to be decided as a workbook to decide in."""
    listed = {
        _key(verdict): {"ours": verdict.ours_stored, "outcome": verdict.outcome.value}
        for verdict in verdicts
        if verdict.ours_stored is not None
    }
    kept = {"agreement_id": agreement.id, "export_id": export_id, "language": language, "listed": listed}

    def said(name: str, **values: object) -> str:
        return text.sentence(f"decision_sheet.{name}", values, language)

    form = Form(
        introduction_name=said("introduction"),
        introduction=[said(line, agreement=agreement.name) for line in ("title", "decide", "correct", "return")],
        name=said("cells"),
        columns=[
            FormColumn(
                name,
                said(f"column_{name}"),
                width,
                opens=Opens.ALWAYS if name in _OPEN else Opens.NEVER,
                choices=name,
                is_hidden=name == "key",
            )
            for name, width in _WIDTHS.items()
        ],
        rows=[_row(verdict, language) for verdict in verdicts],
        choices={"decision": [text.word("answer_choice", choice, language) for choice in Choice]},
        kept=packed_lines(MARKER, kept),
        refused=(said("refused_title"), said("refused")),
    )
    write_form(path, form)


def _key(verdict: CellVerdict) -> str:
    return f"{verdict.activity_id}|{verdict.column}"


def _row(verdict: CellVerdict, language: str) -> list[str]:
    return [
        str(verdict.row),
        verdict.activity_id,
        verdict.title,
        column_heading(verdict.column, language),
        verdict.sent,
        verdict.ours,
        verdict.came_back,
        verdict.reason,
        why(verdict, language),
        "",
        _key(verdict) if verdict.ours_stored is not None else "",
    ]


def why(verdict: CellVerdict, language: str) -> str:
    """Return in a sentence why a cell has to be decided."""
    if verdict.issue is not None:
        return verdict.issue.sentence(language)
    return text.sentence(f"answer_outcome.{verdict.outcome.value}", {}, language)


def decisions_in(file: str, sheets: Sequence[ReturnedSheet]) -> DecisionSheet | None:
    """Return the decisions in a workbook, or None when it is none of decisions.

    Raises
    ------
    InputError
        ``decisions_not_whole`` when what the workbook carried has been lost, so that nobody can tell any more what the
        decisions were about.
    """
    found = [(sheet, places) for sheet in sheets if (places := _places(sheet))]
    kept = unpacked(MARKER, kept_lines(sheets))
    if not found:
        return None
    sheet, (last_heading, positions) = found[0]
    if not isinstance(kept, dict) or not {"key", "came_back", "decision"} <= positions.keys():
        raise InputError("decisions_not_whole", file=f"{file}, {sheet.name}")
    rows = tuple(
        AnswerRow(number, {name: cells[i] if i < len(cells) else "" for name, i in positions.items()})
        for number, cells in sheet.rows
        if number > last_heading
    )
    rows = tuple(row for row in rows if row.written("key"))
    return DecisionSheet(
        file, sheet.name, kept["language"], kept["agreement_id"], kept["export_id"], kept["listed"], rows
    )


def _places(sheet: ReturnedSheet) -> tuple[int, dict[str, int]] | None:
    """Return the last row of headings and the position of each column, where a sheet has them."""
    known = {plain(name): name for name in _WIDTHS}
    for language in text.LANGUAGES:
        known |= {plain(text.sentence(f"decision_sheet.column_{name}", {}, language)): name for name in _WIDTHS}
    positions: dict[str, int] = {}
    last = 0
    for number, cells in sheet.rows[:10]:
        found = {
            known[plain(written_text(cell))]: i for i, cell in enumerate(cells) if plain(written_text(cell)) in known
        }
        if {"decision", "came_back"} <= found.keys():
            positions, last = {**found, **positions}, number
    return (last, positions) if positions else None


def plan_decisions(sheet: DecisionSheet, content: RegisterContent, *, today: date) -> AnswerPlan:
    """Return what the decisions lead to in the register as it stands.

    What has been changed with us since it was listed is not overwritten by an older decision: it is listed again.

    Raises
    ------
    InputError
        ``answer_agreement_unknown``.
    """
    agreement = content.find(Agreement, sheet.agreement_id)
    if agreement is None:
        raise InputError("answer_agreement_unknown", file=sheet.where, found=sheet.agreement_id)
    context = Context(content, sheet.where, today)
    understanding = Understanding(context, AnswerView(content, sheet.language), agreement, sheet.export_id)
    gathered = Gathered()
    for activity, rows in _by_activity(sheet, content):
        _decide(understanding, sheet, activity, rows, gathered)
    return AnswerPlan(agreement.id, gathered, with_people(context, gathered), ())


def _by_activity(sheet: DecisionSheet, content: RegisterContent) -> Iterable[tuple[Activity, dict[str, AnswerRow]]]:
    """Yield each activity with its rows by column; a key that is not among the listed ones is no decision of ours."""
    rows: dict[str, dict[str, AnswerRow]] = {}
    for row in sheet.rows:
        activity_id, _, name = row.written("key").rpartition("|")
        if row.written("key") in sheet.listed and name in BY_NAME:
            rows.setdefault(activity_id, {}).setdefault(name, row)
    for activity_id, by_column in rows.items():
        activity = content.find(Activity, activity_id)
        if activity is not None and activity.agreement_id == sheet.agreement_id:
            yield activity, by_column


def _decide(
    understanding: Understanding,
    sheet: DecisionSheet,
    activity: Activity,
    rows: Mapping[str, AnswerRow],
    gathered: Gathered,
) -> None:
    fields = {name: _decided(understanding, sheet, activity, name, row) for name, row in rows.items()}
    reason = rows["due_date"].written("move_reason") if "due_date" in rows else ""
    check_dates(fields, activity, reason, understanding.context.today)
    changed = replace(activity, **taken_fields(fields))
    records = [changed, *move_of(understanding, activity, changed, reason)] if changed != activity else []
    verdicts = [
        understanding.verdict(said, rows[name], activity.id, activity.title, rows[name].written("move_reason"))
        for name, said in fields.items()
    ]
    gathered.add(verdicts, records)


def _decided(understanding: Understanding, sheet: DecisionSheet, activity: Activity, name: str, row: AnswerRow) -> Said:
    listed = sheet.listed[row.written("key")]
    said = Said(BY_NAME[name], row.written("came_back"), ours=getattr(activity, name), has_base=True)
    said.base = as_it_was(stored_value(name, str(listed["ours"])), said.ours)
    choice = _choice(row.written("decision"))
    if choice is Choice.OURS:
        return said
    try:
        said.theirs = understanding.value(said.column, row.cells.get("came_back"), row.number)
    except RefusedError as refused:
        said.refuse(refused.found, refused.code, refused.allowed)
        return said
    if choice is Choice.THEIRS:
        said.outcome = merge(said.base, said.ours, said.theirs)
    elif row.written("decision"):
        said.refuse(row.written("decision"), "decision_unknown", _choices(sheet.language))
    else:
        said.outcome = Outcome.SAME if said.theirs == said.ours else Outcome(listed["outcome"])
        if said.outcome is Outcome.REFUSED:
            said.outcome = Outcome.UNKNOWN  # corrected, but not decided
    return said


def _choice(written: str) -> Choice | None:
    for choice in Choice:
        words = {choice.value, *(text.word("answer_choice", choice, language) for language in text.LANGUAGES)}
        if plain(written) in {plain(word) for word in words}:
            return choice
    return None


def _choices(language: str) -> str:
    return ", ".join(text.word("answer_choice", choice, language) for choice in Choice)
