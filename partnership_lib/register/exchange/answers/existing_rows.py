"""A row about an activity that stands in the register: its fields merged, its move, comment and request noted."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from partnership_lib import text
from partnership_lib.domain import Activity, ActivityComment, ActivityMove, Party, Record
from partnership_lib.register.exchange.answers.account import RowPlan
from partnership_lib.register.exchange.answers.columns import BY_NAME, FIELDS, AnswerStatus
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.exchange.answers.reading import AnswerRow
from partnership_lib.register.exchange.answers.snapshot import BaseRow
from partnership_lib.register.exchange.answers.understanding import (
    Said,
    Understanding,
    check_dates,
    leave_what_was_taken,
    status_said,
    taken_fields,
)
from partnership_lib.register.exchange.cells import written_text


def answered_activity(
    understanding: Understanding, row: AnswerRow, activity: Activity, base: BaseRow | None, *, was_new: bool = False
) -> RowPlan:
    """Return what a row about an activity in the register leads to.

    Parameters
    ----------
    base : BaseRow or None
        What was sent; None when nobody knows.
    was_new : bool
        Whether the row was one of the empty ones: what is empty in it says nothing.
    """
    reason = understanding.text("move_reason", row)
    fields = {
        column.name: understanding.field(column, row.cells[column.name], row.number, activity, base)
        for column in FIELDS
        if column.name in row.cells and not (was_new and not row.written(column.name))
    }
    check_dates(fields, activity, reason.theirs, understanding.context.today)
    if understanding.already_imported:
        leave_what_was_taken(fields)
    status, said = _status(understanding, row, fields, activity, base)
    _settle_reason(reason, fields, activity, understanding)
    comment, records = _comment(understanding, row, activity)
    asks = said is AnswerStatus.WITHDRAW and status.outcome is Outcome.TAKEN
    if asks:
        request = request_to_withdraw(understanding, activity)
        records += [request]
        if understanding.context.content.find(ActivityComment, request.id) is not None:
            status.outcome, records, asks = Outcome.SAME, records[:-1], False
    changed = replace(activity, **taken_fields(fields))
    if changed != activity:
        records = [changed, *move_of(understanding, activity, changed, reason.theirs), *records]
    beside = {"status": status, "move_reason": reason, "comment": comment}
    cells = [*fields.values(), *(each for name, each in beside.items() if name in row.cells)]
    verdicts = tuple(
        understanding.verdict(each, row, activity.id, activity.title, reason.written)
        for each in cells
        if not (was_new and not each.written)
    )
    return RowPlan(activity.id, verdicts, tuple(records), asks_to_withdraw=asks)


def _status(
    understanding: Understanding,
    row: AnswerRow,
    fields: dict[str, Said],
    activity: Activity,
    base: BaseRow | None,
) -> tuple[Said, AnswerStatus | None]:
    shown = base.shown.get("status", "") if base else written_text(understanding.view.cell(activity, BY_NAME["status"]))
    return status_said(row.cells.get("status"), shown, fields, activity, language=understanding.view.language)


def _settle_reason(reason: Said, fields: dict[str, Said], activity: Activity, understanding: Understanding) -> None:
    """Let a reason go the way of the due date that it is about; without one it has nowhere to go, and is told."""
    if reason.refusal is not None or not reason.theirs:
        return
    due = fields.get("due_date")
    if due is not None and due.outcome is not Outcome.KEPT:
        reason.outcome = due.outcome
        return
    known = {m.reason for m in understanding.context.content.activity_moves if m.activity_id == activity.id}
    if reason.theirs in known:
        reason.outcome = Outcome.SAME
    else:
        reason.refuse(reason.written, "answer_reason_without_date")


def _comment(understanding: Understanding, row: AnswerRow, activity: Activity) -> tuple[Said, list[Record]]:
    """Return the column of the comment, and the comment itself unless it was taken before."""
    said = understanding.text("comment", row)
    if not said.theirs:
        return said, []
    comment = comment_of(understanding, activity, said.theirs)
    known = understanding.context.content.find(ActivityComment, comment.id) is not None
    said.outcome = Outcome.SAME if known else Outcome.TAKEN
    return said, [] if known else [comment]


def comment_of(understanding: Understanding, activity: Activity, written: str) -> ActivityComment:
    """Return what the supplier says about an activity; its id is made of what is said, so that it is taken once."""
    mark = hashlib.sha256(written.encode()).hexdigest()[:8]
    return ActivityComment(
        id=f"{activity.id}:{understanding.export_id}-{mark}",
        activity_id=activity.id,
        written_date=understanding.context.today,
        party=Party.SUPPLIER,
        text=written,
    )


def request_to_withdraw(understanding: Understanding, activity: Activity) -> ActivityComment:
    """Return the supplier's request to take an activity off the list: the municipality decides about it."""
    return comment_of(
        understanding, activity, text.sentence("answer_sheet.withdrawal", {}, understanding.view.language)
    )


def move_of(understanding: Understanding, before: Activity, after: Activity, reason: str) -> list[Record]:
    """Return the move of a due date with its reason."""
    if before.due_date == after.due_date:
        return []
    mine = f"{before.id}:{understanding.export_id}-move-"
    earlier = sum(move.id.startswith(mine) for move in understanding.context.content.activity_moves)
    move = ActivityMove(
        id=f"{mine}{earlier + 1}",
        activity_id=before.id,
        moved_date=understanding.context.today,
        from_date=before.due_date,
        to_date=after.due_date,
        reason=reason,
    )
    return [move]
