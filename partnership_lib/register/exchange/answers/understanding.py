"""From a cell that came back to a value of the activity, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from partnership_lib.domain import Activity, Agreement
from partnership_lib.files.forms import Opens
from partnership_lib.files.returned_forms import FormulaCell
from partnership_lib.register.exchange.answers.account import CellVerdict
from partnership_lib.register.exchange.answers.columns import (
    BY_NAME,
    AnswerColumn,
    AnswerStatus,
    nearest_status,
    status_of,
)
from partnership_lib.register.exchange.answers.merging import Outcome, merge, merge_without_base
from partnership_lib.register.exchange.answers.reading import AnswerRow
from partnership_lib.register.exchange.answers.snapshot import (
    BaseRow,
    as_it_was,
    stored_text,
    stored_value,
    typed_value,
)
from partnership_lib.register.exchange.answers.writing import AnswerView
from partnership_lib.register.exchange.cells import parse_cell, written_text
from partnership_lib.register.exchange.context import Context, RefusedError, Row
from partnership_lib.register.exchange.layout import CellKind, allowed
from partnership_lib.register.issues import RowIssue
from partnership_lib.register.values import CellError


@dataclass
class Said:
    """A cell on its way: what was sent, what stands, what came back, and what becomes of it."""

    column: AnswerColumn
    written: str
    base: Any = None
    ours: Any = None
    theirs: Any = None
    has_base: bool = False
    outcome: Outcome = Outcome.KEPT
    refusal: RefusedError | None = None

    @property
    def is_taken(self) -> bool:
        """Return whether it changes the activity."""
        return self.outcome is Outcome.TAKEN

    def refuse(self, found: object, code: str, permitted: object = "") -> None:
        """Note why it cannot be taken."""
        self.refusal = RefusedError(self.column.name, found, code, permitted)
        self.outcome = Outcome.REFUSED


class Understanding:
    """What the words of a sheet mean, in the register as it stands."""

    def __init__(
        self,
        context: Context,
        view: AnswerView,
        agreement: Agreement,
        export_id: str,
        *,
        already_imported: bool = False,
    ) -> None:
        self.context = context
        self.view = view
        self.agreement = agreement
        self.export_id = export_id
        self.already_imported = already_imported

    def value(self, column: AnswerColumn, cell: Any, number: int) -> Any:
        """Return the value of the activity's field that a cell stands for.

        Raises
        ------
        RefusedError
            With the reason why there is none.
        """
        written = written_text(cell)
        if isinstance(cell, FormulaCell):
            raise RefusedError(column.name, written, "answer_formula")
        try:
            parsed = parse_cell(column.template, cell, currency="")
        except CellError as error:
            raise RefusedError(
                column.name, written, error.code, allowed(column.template, self.view.language)
            ) from error
        if column.name == "parent_id" and parsed:
            return self.context.id_of(Activity, "parent_id", parsed, "activity_unknown")
        if column.template.cell is CellKind.PERSON:
            buyer = column.name == "buyer_responsible_id"
            organisation = self.agreement.buyer_id if buyer else self.agreement.supplier_id
            return self.context.person(Row(number, {}), column.name, written, organisation)
        return typed_value(column.name, parsed) if column.is_field else parsed

    def field(self, column: AnswerColumn, cell: Any, number: int, activity: Activity, base: BaseRow | None) -> Said:
        """Return a field of an activity that stands in the register, merged three ways."""
        name, written = column.name, written_text(cell)
        said = Said(column, written, ours=getattr(activity, name), has_base=base is not None)
        if base is not None:
            said.base = as_it_was(stored_value(name, base.values[name]), said.ours)
            if written == base.shown.get(name, ""):
                said.theirs = said.base
                return said
        elif written == written_text(self.view.cell(activity, column)):
            said.theirs, said.outcome = said.ours, Outcome.SAME
            return said
        try:
            said.theirs = self.value(column, cell, number)
        except RefusedError as refused:
            said.refuse(refused.found, refused.code, refused.allowed)
            return said
        said.outcome = merge(said.base, said.ours, said.theirs) if base else merge_without_base(said.ours, said.theirs)
        if column.opens is not Opens.ALWAYS and said.outcome in (Outcome.TAKEN, Outcome.CONFLICT, Outcome.UNKNOWN):
            said.outcome = Outcome.LOCKED
        elif said.is_taken and _ended_since(activity, base):
            said.outcome = Outcome.CLOSED
        return said

    def verdict(self, said: Said, row: AnswerRow, activity_id: str, title: str, reason: str = "") -> CellVerdict:
        """Return what became of a cell, as a reader knows it."""
        name, refusal = said.column.name, said.refusal
        issue = None
        if refusal is not None:
            heading = said.column.heading(self.view.language)
            issue = RowIssue(self.context.file, row.number, heading, refusal.found, refusal.allowed, refusal.code)
        return CellVerdict(
            row.number,
            activity_id,
            title,
            name,
            said.outcome,
            sent=self.view.value_shown(name, said.base) if said.has_base and said.column.is_field else "",
            ours=self.view.value_shown(name, said.ours) if said.column.is_field else "",
            came_back=said.written,
            ours_stored=stored_text(name, said.ours) if said.column.is_field else None,
            reason=reason if name == "due_date" else "",
            issue=issue,
        )

    def text(self, name: str, row: AnswerRow) -> Said:
        """Return what stands in a column that is said beside the fields, empty when it cannot be taken."""
        said = Said(BY_NAME[name], row.written(name))
        try:
            said.theirs = self.value(said.column, row.cells.get(name), row.number) or ""
        except RefusedError as refused:
            said.refuse(refused.found, refused.code, refused.allowed)
            said.theirs = ""
        return said


def _ended_since(activity: Activity, base: BaseRow | None) -> bool:
    ended = activity.done_date is not None or activity.withdrawn_date is not None
    return ended and base is not None and base.values["done_date"] == ""


def check_dates(fields: Mapping[str, Said], activity: Activity, reason: str, today: date) -> None:
    """Refuse dates among what would be taken that cannot be right, and a move without a reason."""
    due, done = fields.get("due_date"), fields.get("done_date")
    if due is not None and due.is_taken:
        if due.theirs is not None and due.theirs < activity.raised_date:
            due.refuse(due.written, "answer_due_before_raised", activity.raised_date)
        elif activity.due_date is not None and not reason:
            due.refuse(due.written or "–", "answer_reason_missing")
    if done is not None and done.is_taken and done.theirs is not None:
        is_right = activity.raised_date <= done.theirs <= today
        if not is_right:
            done.refuse(done.written, "answer_done_date_wrong", f"{activity.raised_date} – {today}")


def status_said(
    cell: Any, shown: str, fields: Mapping[str, Said], activity: Activity, *, language: str
) -> tuple[Said, AnswerStatus | None]:
    """Return the column of the status and, where the supplier has said something new, what it says.

    A status is not stored: it says the same as the dates beside it, or it is refused. Only the request to withdraw
    stands by itself.
    """
    said = Said(BY_NAME["status"], written_text(cell))
    if said.written in (shown, ""):
        return said, None
    if isinstance(cell, FormulaCell):
        said.refuse(said.written, "answer_formula")
        return said, None
    try:
        status = status_of(said.written)
    except CellError as error:
        said.refuse(said.written, error.code, nearest_status(said.written, language))
        return said, None
    code = _contradiction(status, fields, activity)
    said.outcome = Outcome.SAME
    if code:
        said.refuse(said.written, code)
    elif status is AnswerStatus.WITHDRAW:
        said.outcome = Outcome.SAME if activity.withdrawn_date else Outcome.TAKEN
    return said, status


def _contradiction(status: AnswerStatus, fields: Mapping[str, Said], activity: Activity) -> str:
    due, done = fields.get("due_date"), fields.get("done_date")
    # What was refused has its own sentence already; the status is not to be blamed for it.
    has_done = done is not None and (done.theirs is not None or done.refusal is not None)
    if status is AnswerStatus.DONE and not has_done and activity.done_date is None:
        return "answer_done_without_date"
    if status is AnswerStatus.ONGOING and has_done:
        return "answer_ongoing_with_date"
    if status is AnswerStatus.MOVED and (due is None or due.outcome is Outcome.KEPT):
        return "answer_moved_without_date"
    return ""


def leave_what_was_taken(fields: Mapping[str, Said]) -> None:
    """Take nothing from an answer that has been imported before: somebody has changed it back since."""
    for said in fields.values():
        if said.is_taken:
            said.outcome = Outcome.UNKNOWN


def taken_fields(fields: Mapping[str, Said]) -> dict[str, Any]:
    """Return the values that change the activity."""
    return {name: said.theirs for name, said in fields.items() if said.is_taken}


def changed(activity: Activity, fields: Mapping[str, Said]) -> Activity:
    """Return the activity with what is taken."""
    return replace(activity, **taken_fields(fields))
