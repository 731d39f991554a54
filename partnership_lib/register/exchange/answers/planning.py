"""From an answered sheet to what shall be saved and what somebody has to decide; saves nothing itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from partnership_lib.domain import Activity, Agreement, Record, RegisterContent
from partnership_lib.domain.audience import shared_view
from partnership_lib.errors import InputError
from partnership_lib.register.exchange.answers.account import CellVerdict, Gathered, RowPlan
from partnership_lib.register.exchange.answers.columns import BY_NAME, COLUMNS, PREFILLED
from partnership_lib.register.exchange.answers.existing_rows import answered_activity
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.exchange.answers.new_rows import new_activity
from partnership_lib.register.exchange.answers.reading import AnswerRow, AnswerSheet
from partnership_lib.register.exchange.answers.snapshot import BaseRow, row_key, sent_hash
from partnership_lib.register.exchange.answers.understanding import Understanding
from partnership_lib.register.exchange.answers.writing import AnswerView
from partnership_lib.register.exchange.context import Context
from partnership_lib.register.issues import RowIssue


@dataclass(frozen=True)
class AnswerPlan:
    """What an answer leads to.

    Attributes
    ----------
    records : tuple of Record
        What shall be saved: changed and new activities, moves, comments, people who are new.
    """

    agreement_id: str
    gathered: Gathered
    records: tuple[Record, ...]
    missing: tuple[str, ...]


def plan_answers(
    sheet: AnswerSheet, content: RegisterContent, *, today: date, already_imported: bool = False
) -> AnswerPlan:
    """Return what an answered sheet leads to in the register as it stands.

    Parameters
    ----------
    today : date
        Day that moves and comments are dated.
    already_imported : bool
        Whether this very answer has been imported before: what it would change now has been changed back since, and
        has to be decided.

    Raises
    ------
    InputError
        ``answer_agreement_unknown`` when the agreement that it is about is not in the register.
    """
    job = _Planning(sheet, content, today, already_imported)
    for row in sheet.rows:
        job.go_through(row)
    gathered = job.gathered
    gathered.notices += _of_other_sheets(sheet)
    return AnswerPlan(job.agreement.id, gathered, with_people(job.context, gathered), job.missing())


class _Planning:
    """The rows of one sheet on their way."""

    def __init__(self, sheet: AnswerSheet, content: RegisterContent, today: date, already_imported: bool) -> None:
        self.sheet = sheet
        self.agreement = _agreement(sheet, content)
        self.context = Context(content, sheet.where, today)
        view = AnswerView(shared_view(content), sheet.language)
        self.understanding = Understanding(
            self.context, view, self.agreement, sheet.export_id, already_imported=already_imported
        )
        self.gathered = Gathered()
        self._seen: set[str] = set()
        self._sent = sheet.snapshot.rows if sheet.snapshot else {}
        self._id_of_hash = {sent_hash(each, row.values): each for each, row in self._sent.items()}

    def missing(self) -> tuple[str, ...]:
        """Return the activities that were sent and did not come back."""
        return tuple(sorted(self._sent.keys() - self._seen))

    def go_through(self, row: AnswerRow) -> None:
        """Take what a row says, or refuse it whole."""
        if self._is_blank(row):
            return
        activity_id = self._identify(row)
        if activity_id in self._seen:
            self._refuse(row, activity_id, "id_repeated")
            return
        self._seen.add(activity_id)
        activity = self.context.content.find(Activity, activity_id)
        is_new = self._is_new(row, activity_id)
        if activity is not None and activity.agreement_id != self.agreement.id:
            self._refuse(row, activity_id, "activity_of_other_agreement", activity.agreement_id)
        elif activity is not None and (mixed := self._mixed_with(row, activity_id)):
            self._refuse(row, activity_id, "answer_row_mixed", mixed)
        elif activity is not None:
            base = None if is_new else self._base(row, activity)
            self._take(row, answered_activity(self.understanding, row, activity, base, was_new=is_new))
        elif is_new:
            self._take(row, new_activity(self.understanding, row, activity_id))
        else:
            self._refuse(row, activity_id, "activity_unknown")

    def _take(self, row: AnswerRow, plan: RowPlan) -> None:
        self.gathered.add([*plan.verdicts, *self.beyond(row, plan.activity_id)], plan.records)
        self.gathered.new_activities += [plan.activity_id] if plan.is_new else []
        self.gathered.withdrawal_requests += [plan.activity_id] if plan.asks_to_withdraw else []

    def _is_blank(self, row: AnswerRow) -> bool:
        """Return whether nobody has written anything in a row for new activities."""
        written = {name for name in row.cells if row.written(name)}
        return not row.beyond and written <= set(PREFILLED)

    def _identify(self, row: AnswerRow) -> str:
        """Return the id of a row's activity: as written, else by the hidden key, else made of what is written."""
        written = row.written("id")
        known = self.context.existing(Activity, written) if written else None
        if known is not None:
            return known.id
        by_key = self._id_of_hash.get(row.key[2]) if row.key[2] else None
        if by_key is not None:
            return by_key
        if row.key[1] > 0 or (written and (row.key[1] < 0 or self._is_new(row, written))):
            return written  # it is known, or it is told that it is not
        said = "|".join(row.written(column.name) for column in COLUMNS if column.name not in PREFILLED)
        mark = hashlib.sha256(said.encode()).hexdigest()[:6]
        return f"{self.agreement.id}-{self.sheet.export_id}-{mark}"

    def _mixed_with(self, row: AnswerRow, activity_id: str) -> str:
        """Return the activity that the row's hidden mark belongs to, where that is another one than its id says."""
        marked = self._id_of_hash.get(row.key[2], activity_id)
        return marked if marked != activity_id else ""

    def _is_new(self, row: AnswerRow, activity_id: str) -> bool:
        """Return whether a row was one of the empty ones, or was added below them."""
        if self.sheet.snapshot is not None and activity_id in self.sheet.snapshot.new_ids:
            return True
        mine = re.fullmatch(rf"{re.escape(self.agreement.id)}-[0-9a-f]{{6}}-[0-9a-f]{{2,6}}", activity_id)
        return mine is not None and activity_id not in self._sent and row.key[1] <= 0

    def _base(self, row: AnswerRow, activity: Activity) -> BaseRow | None:
        """Return what was sent; without the snapshot it is known only if nothing has changed with us since."""
        if activity.id in self._sent:
            return self._sent[activity.id]
        is_untouched = row.written("row_key") == row_key(row.key[0], activity)
        return self.understanding.view.base_row(activity) if is_untouched else None

    def _refuse(self, row: AnswerRow, activity_id: str, code: str, permitted: str = "") -> None:
        """Note a row of which nothing can be taken; each of its cells is told."""
        heading = BY_NAME["id"].heading(self.sheet.language)
        issue = RowIssue(self.sheet.where, row.number, heading, activity_id, permitted, code)
        title = row.written("title")
        verdicts = [
            CellVerdict(row.number, activity_id, title, name, Outcome.REFUSED, came_back=row.written(name), issue=issue)
            for name in row.cells
            if row.written(name) and name not in PREFILLED
        ]
        self.gathered.add([*verdicts, *self.beyond(row, activity_id)], [])

    def beyond(self, row: AnswerRow, activity_id: str) -> list[CellVerdict]:
        """Return what is written in columns that are not known: it cannot be taken, but it is told."""
        return [
            CellVerdict(
                row.number,
                activity_id,
                row.written("title"),
                heading,
                Outcome.REFUSED,
                came_back=written,
                issue=RowIssue(self.sheet.where, row.number, heading, written[:80], "", "answer_column_unknown"),
            )
            for heading, written in row.beyond
        ]


def _agreement(sheet: AnswerSheet, content: RegisterContent) -> Agreement:
    named = [sheet.snapshot.agreement_id] if sheet.snapshot else []
    if not named:
        context = Context(content, sheet.where, date.min)
        found = [context.existing(Activity, row.written("id")) for row in sheet.rows]
        named = [activity.agreement_id for activity in found if activity is not None]
    agreement = content.find(Agreement, max(named, key=named.count)) if named else None
    if agreement is None:
        raise InputError("answer_agreement_unknown", file=sheet.where, found=named[0] if named else "–")
    return agreement


def _of_other_sheets(sheet: AnswerSheet) -> list[RowIssue]:
    return [RowIssue(sheet.file, 0, "", name, sheet.name, "answer_sheet_unread") for name in sheet.unread]


def with_people(context: Context, gathered: Gathered) -> tuple[Record, ...]:
    """Return the records with the people whom they name and who are new; only those are told to have been added."""
    named = {getattr(record, "supplier_responsible_id", None) for record in gathered.records}
    people = [person for (_, person_id), person in context.added.items() if person_id in named]
    names = {getattr(person, "name", "") for person in people}
    gathered.notices += [notice for notice in context.notices if notice.found in names]
    return (*people, *gathered.records)
