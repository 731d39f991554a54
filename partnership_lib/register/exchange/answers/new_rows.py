"""A row in which the supplier raises something new."""

from __future__ import annotations

from typing import Any

from partnership_lib.domain import Activity, Party, Record
from partnership_lib.files.returned_forms import FormulaCell
from partnership_lib.register.exchange.answers.account import CellVerdict, RowPlan
from partnership_lib.register.exchange.answers.columns import BY_NAME, FIELDS, AnswerStatus, status_of
from partnership_lib.register.exchange.answers.existing_rows import comment_of
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.exchange.answers.reading import AnswerRow
from partnership_lib.register.exchange.answers.understanding import Said, Understanding, check_dates
from partnership_lib.register.exchange.context import RefusedError
from partnership_lib.register.values import CellError

_NEEDED = ("title", "level", "kind")
_BESIDE = ("status", "move_reason", "comment")


def new_activity(understanding: Understanding, row: AnswerRow, activity_id: str) -> RowPlan:
    """Return the activity that the supplier raises in a row; without title, level and kind it is refused whole."""
    cells = {name: _cell(understanding, row, name) for name in (*_names(row), *_NEEDED)}
    if any(cells[name].refusal is not None for name in _NEEDED):
        return RowPlan(activity_id, _refused(understanding, row, activity_id, list(cells.values())))
    today = understanding.context.today
    raised = cells.get("raised_date")
    if raised is not None and raised.is_taken and raised.theirs > today:
        raised.refuse(raised.written, "answer_raised_later", today)
    bare = Activity(
        id=activity_id,
        agreement_id=understanding.agreement.id,
        raised_by=Party.SUPPLIER,
        raised_date=raised.theirs if raised is not None and raised.is_taken else today,
        **{name: cells[name].theirs for name in _NEEDED},
    )
    said = {name: cell for name, cell in cells.items() if cell.column.is_field}
    check_dates(said, bare, "", today)
    _settle_beside(cells)
    optional = ("parent_id", "supplier_responsible_id", "due_date", "done_date", "evidence")
    values: dict[str, Any] = {name: cells[name].theirs for name in optional if _is_said(cells, name)}
    activity = Activity(**{**_values(bare), **values})
    records: list[Record] = [activity]
    if "comment" in cells and cells["comment"].theirs:
        records.append(comment_of(understanding, activity, cells["comment"].theirs))
    verdicts = tuple(understanding.verdict(cell, row, activity_id, activity.title) for cell in cells.values())
    return RowPlan(activity_id, verdicts, tuple(records), is_new=True)


def _names(row: AnswerRow) -> list[str]:
    """Return the columns in which something is written, those that hold the row's own marks aside."""
    asked = [column.name for column in FIELDS] + list(_BESIDE)
    return [name for name in asked if row.written(name) and name not in _NEEDED]


def _cell(understanding: Understanding, row: AnswerRow, name: str) -> Said:
    if name in ("move_reason", "comment"):
        said = understanding.text(name, row)
        said.outcome = said.outcome if said.refusal else Outcome.TAKEN
        return said
    said = Said(BY_NAME[name], row.written(name), outcome=Outcome.TAKEN)
    try:
        if name == "status":
            said.theirs = _status(row.cells[name], said.written)
        else:
            said.theirs = understanding.value(said.column, row.cells.get(name), row.number)
    except RefusedError as refused:
        said.refuse(refused.found, refused.code, refused.allowed)
    except CellError as error:
        said.refuse(said.written, error.code)
    if name == "raised_by" and said.theirs == Party.SUPPLIER:
        said.outcome = Outcome.SAME
    elif name in ("raised_by", "buyer_responsible_id") and said.refusal is None:
        said.ours = Party.SUPPLIER if name == "raised_by" else None
        said.outcome = Outcome.LOCKED
    return said


def _status(cell: Any, written: str) -> AnswerStatus:
    if isinstance(cell, FormulaCell):
        raise CellError("answer_formula")
    return status_of(written)


def _settle_beside(cells: dict[str, Said]) -> None:
    """Refuse what a new activity cannot be: it is ongoing or done, and nothing of it has been moved yet."""
    status = cells.get("status")
    if status is not None and status.refusal is None:
        fits = {AnswerStatus.ONGOING: not _is_said(cells, "done_date"), AnswerStatus.DONE: "done_date" in cells}
        status.outcome = Outcome.SAME
        if not fits.get(status.theirs, False):
            status.refuse(status.written, "answer_status_for_new")
    reason = cells.get("move_reason")
    if reason is not None and reason.refusal is None:
        reason.refuse(reason.written, "answer_reason_without_date")


def _is_said(cells: dict[str, Said], name: str) -> bool:
    return name in cells and cells[name].is_taken


def _values(activity: Activity) -> dict[str, Any]:
    return {name: getattr(activity, name) for name in activity.__dataclass_fields__}


def _refused(
    understanding: Understanding, row: AnswerRow, activity_id: str, cells: list[Said]
) -> tuple[CellVerdict, ...]:
    """Return the cells of a row that is refused whole: what is wrong with its own sentence, the others with it."""
    for cell in cells:
        if cell.refusal is None:
            cell.refuse(cell.written, "answer_row_refused")
    return tuple(understanding.verdict(cell, row, activity_id, row.written("title")) for cell in cells)
