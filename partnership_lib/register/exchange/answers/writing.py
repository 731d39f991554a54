"""Writing the workbook that the supplier answers in."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from pathlib import Path

from partnership_lib import text
from partnership_lib.domain import Activity, Agreement, Level, Party, Person, RegisterContent
from partnership_lib.domain.audience import shared_view
from partnership_lib.files.forms import Form, FormColumn, write_form
from partnership_lib.files.spreadsheet import Cell
from partnership_lib.register.exchange.answers.columns import BY_NAME, COLUMNS, AnswerColumn, AnswerStatus
from partnership_lib.register.exchange.answers.snapshot import BaseRow, Snapshot, row_key, stored_texts
from partnership_lib.register.exchange.cells import written_text
from partnership_lib.register.exchange.exporting import CellView, agreement_named
from partnership_lib.register.exchange.layout import CellKind
from partnership_lib.units.organisation_number import mask_personal_numbers

NEW_ROWS = 15
FINISHED_WITHIN = timedelta(days=365)
"""What was finished earlier than so is not sent any more."""

_LEVELS = tuple(Level)


def export_answers(content: RegisterContent, path: Path, language: str, agreement_id: str, today: date) -> int:
    """Return the number of activities in the workbook that the supplier of an agreement is sent to answer in.

    Parameters
    ----------
    content : RegisterContent
        The register; only what the supplier may see of it is written.
    today : date
        Day of the export. What was finished more than a year before it is left out, and so is what was taken off.

    Raises
    ------
    UsageError
        ``unknown_agreement``.
    """
    agreement = agreement_named(content, agreement_id)
    view = AnswerView(shared_view(content), language)
    activities = sent_activities(content, agreement_id, today)
    export_id = secrets.token_hex(3)
    snapshot = Snapshot(
        agreement_id,
        export_id,
        today,
        language,
        new_ids=tuple(f"{agreement_id}-{export_id}-{number:02d}" for number in range(1, NEW_ROWS + 1)),
        rows={activity.id: view.base_row(activity) for activity in activities},
    )
    write_form(path, _form(agreement, activities, snapshot, view))
    return len(activities)


def sent_activities(content: RegisterContent, agreement_id: str, today: date) -> list[Activity]:
    """Return the activities that are sent: those that are open first, from the strategic ones, by due date."""
    sent = [
        activity
        for activity in content.activities
        if activity.agreement_id == agreement_id
        and activity.withdrawn_date is None
        and (activity.done_date is None or activity.done_date >= today - FINISHED_WITHIN)
    ]
    return sorted(sent, key=lambda a: (a.done_date is not None, _LEVELS.index(a.level), a.due_date or date.max, a.id))


class AnswerView:
    """How an activity is shown in the workbook."""

    def __init__(self, content: RegisterContent, language: str) -> None:
        self.content = content
        self.language = language
        self._view = CellView(content, language)

    def cell(self, activity: Activity, column: AnswerColumn) -> Cell:
        """Return what stands in a column; what the supplier is to say is empty."""
        if column.name == "status":
            status = AnswerStatus.ONGOING if activity.done_date is None else AnswerStatus.DONE
            return text.word("answer_status", status, self.language)
        if column.is_field or column.name == "id":
            return self._view.cell(activity, column.template)
        return None

    def base_row(self, activity: Activity) -> BaseRow:
        """Return an activity as it is sent."""
        shown = {column.name: written_text(self.cell(activity, column)) for column in COLUMNS}
        return BaseRow(activity.version, stored_texts(activity), {name: said for name, said in shown.items() if said})

    def value_shown(self, name: str, value: object) -> str:
        """Return a field's value as a reader knows it, for messages."""
        column = BY_NAME[name].template
        if value in (None, ""):
            return "–"
        if column.cell is CellKind.WORD:
            return text.word(column.words, value, self.language)
        return self._view.person(str(value)) if column.cell is CellKind.PERSON else mask_personal_numbers(str(value))

    def people(self, organisation_id: str) -> list[str]:
        """Return the people of an organisation, to choose from."""
        return sorted(self._view.person(p.id) for p in self.content.people if p.organisation_id == organisation_id)


def _form(agreement: Agreement, activities: list[Activity], snapshot: Snapshot, view: AnswerView) -> Form:
    rows = [
        [
            row_key(snapshot.export_id, activity) if column.name == "row_key" else view.cell(activity, column)
            for column in COLUMNS
        ]
        for activity in activities
    ]

    def said(name: str, **values: object) -> str:
        return text.sentence(f"answer_sheet.{name}", values, snapshot.language)

    return Form(
        introduction_name=said("introduction"),
        introduction=_introduction(agreement, snapshot, view),
        name=said("activities"),
        columns=[_form_column(column, snapshot.language) for column in COLUMNS],
        rows=rows,
        new_rows=[_new_row(new_id, snapshot) for new_id in snapshot.new_ids],
        choices=_choices(agreement, activities, view),
        kept=snapshot.lines(),
        refused=(said("refused_title"), said("refused")),
    )


def _introduction(agreement: Agreement, snapshot: Snapshot, view: AnswerView) -> list[str]:
    buyer = next((o.name for o in view.content.organisations if o.id == agreement.buyer_id), agreement.buyer_id)
    owner = view.content.find(Person, agreement.owner_id)
    receiver = f"{owner.name}, {buyer}" if owner else buyer
    values = {"agreement": agreement.name, "receiver": receiver, "day": snapshot.exported_date}
    lines = ("title", "answer", "add", "return")
    return [mask_personal_numbers(text.sentence(f"answer_sheet.{line}", values, snapshot.language)) for line in lines]


def _new_row(new_id: str, snapshot: Snapshot) -> list[Cell]:
    filled = {
        "id": new_id,
        "raised_by": text.word("party", Party.SUPPLIER, snapshot.language),
        "row_key": row_key(snapshot.export_id, None),
    }
    return [filled.get(column.name) for column in COLUMNS]


def _choices(agreement: Agreement, activities: list[Activity], view: AnswerView) -> dict[str, list[str]]:
    words = {
        column.name: [text.word(column.template.words, code, view.language) for code in column.template.codes]
        for column in COLUMNS
        if column.template.cell is CellKind.WORD
    }
    parents = [activity.id for activity in activities if activity.level is not _LEVELS[-1]]
    people = view.people(agreement.supplier_id)
    return {**words, "parent_id": parents, "supplier_responsible_id": people}


_WANTED = {
    "done_date": 'AND({{status}}="{done}",{{done_date}}="")',
    "move_reason": 'AND({{status}}="{moved}",{{move_reason}}="")',
}


def _form_column(column: AnswerColumn, language: str) -> FormColumn:
    words = {status.value: text.word("answer_status", status, language) for status in AnswerStatus}
    return FormColumn(
        code=column.name,
        heading=column.heading(language),
        width=column.width,
        opens=column.opens,
        choices=column.name,
        # Somebody who is not on the list yet is written Name <e-mail>.
        only_choices=column.template.cell is not CellKind.PERSON,
        is_date=column.template.cell is CellKind.DATE,
        is_hidden=column.name == "row_key",
        wanted_when=_WANTED.get(column.name, "").format(**words),
    )
