"""The workbook that the supplier answers in: sent, answered, mangled, brought back, decided."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityListVersion,
    Level,
    Party,
    Person,
    SignOff,
)
from partnership_lib.domain.list_rules import items_of, list_hash
from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.forms import KEPT_SHEET
from partnership_lib.register.exchange import export_table
from partnership_lib.register.exchange.answers import AnswerAccount, export_answers, import_answers
from partnership_lib.register.store import Register

TODAY = date(2026, 9, 15)
QUIET = ("kept", "same")
MORE = (
    Activity(
        id="T-2",
        agreement_id="A-1",
        level=Level.OPERATIONAL,
        title="Rätta behörigheterna",
        kind=ActivityKind.DEVIATION,
        raised_by=Party.BUYER,
        raised_date=date(2026, 5, 1),
        due_date=date(2026, 10, 1),
        supplier_responsible_id="P-supplier",
        internal_note="hemligt",
    ),
    Activity(
        id="T-3",
        agreement_id="A-1",
        level=Level.STRATEGIC,
        title="Gemensam plan för 2027",
        kind=ActivityKind.CHALLENGE,
        raised_by=Party.SUPPLIER,
        raised_date=date(2026, 3, 1),
    ),
)


class Workbook:
    """A workbook in the hands of the supplier."""

    def __init__(self, path: Path, sheet: str = "Aktiviteter") -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book[sheet]

    def column(self, code: str) -> int:
        """Where a column stands, by the hidden row of codes."""
        return next(cell.column for cell in self.sheet[1] if cell.value == code)

    def row(self, activity_id: str) -> int:
        """Where an activity stands."""
        ids = self.column("id")
        return next(n for n in range(3, self.sheet.max_row + 1) if self.sheet.cell(n, ids).value == activity_id)

    def write(self, activity_id: str, **cells: Any) -> Workbook:
        """Write cells in the row of an activity."""
        return self.write_at(self.row(activity_id), **cells)

    def write_at(self, row: int, **cells: Any) -> Workbook:
        for code, value in cells.items():
            self.sheet.cell(row, self.column(code)).value = value
        return self

    @property
    def new_row(self) -> int:
        """The first of the empty rows."""
        return 6

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def filled(register_in_a_file: Register) -> Register:
    """The small register with an activity on each level."""
    register_in_a_file.save(MORE, actor="system:test")
    return register_in_a_file


@pytest.fixture
def sent(filled: Register, tmp_path: Path) -> Workbook:
    """The workbook as the supplier gets it."""
    assert export_answers(filled.load(), tmp_path / "svar.xlsx", "sv", "A-1", TODAY) == 3
    return Workbook(tmp_path / "svar.xlsx")


def bring(register: Register, path: Path, today: date = TODAY) -> AnswerAccount:
    account = import_answers(path, register, actor="P-editor", language="sv", today=today)
    assert account is not None
    assert register.verify() == []
    return account


def outcomes(account: AnswerAccount, activity_id: str, quiet: tuple[str, ...] = ("kept",)) -> dict[str, str]:
    """What became of each cell of an activity that was not left as it was."""
    return {
        verdict.column: verdict.outcome.value
        for verdict in account.verdicts
        if verdict.activity_id == activity_id and verdict.outcome.value not in quiet
    }


def activity(register: Register, activity_id: str = "T-1") -> Activity:
    found = register.load().find(Activity, activity_id)
    assert found is not None
    return found


def ours(register: Register, activity_id: str = "T-1", **values: Any) -> None:
    """Somebody at the municipality changes an activity."""
    register.save([replace(activity(register, activity_id), **values)], actor="P-editor")


def test_a_whole_round_on_each_kind_of_database(register: Register, tmp_path: Path) -> None:
    register.save(MORE, actor="system:test")
    export_answers(register.load(), tmp_path / "svar.xlsx", "sv", "A-1", TODAY)
    ours(register, evidence="Vår plan")
    workbook = Workbook(tmp_path / "svar.xlsx")
    workbook.write("T-1", status="flyttas", due_date=date(2026, 11, 1), move_reason="Väntar", evidence="Deras plan")
    workbook.write("T-2", status="klar", done_date=date(2026, 9, 1), comment="Klart")
    workbook.write_at(workbook.new_row, title="Nytt", level="operativ", kind="utmaning")
    account = bring(register, workbook.save())
    assert (account.moves, account.comments, len(account.new_activities)) == (1, 1, 1)
    assert [verdict.column for verdict in account.conflicts] == ["evidence"]
    head = register.audit_head()
    assert bring(register, workbook.path).already_imported
    assert register.audit_head() == head
    assert account.conflict_file is not None
    decisions = Workbook(account.conflict_file, "Att avgöra")
    bring(register, decide(decisions, {"evidence": {"decision": "ta det som kom tillbaka"}}))
    assert activity(register).evidence == "Deras plan"


def test_an_untouched_workbook_changes_nothing(filled: Register, sent: Workbook) -> None:
    before = filled.audit_head()
    account = bring(filled, sent.path)
    assert account.cells()["kept"] == sum(account.cells().values()) > 0
    assert filled.audit_head() == before


def test_the_supplier_sees_nothing_internal(sent: Workbook) -> None:
    with zipfile.ZipFile(sent.path) as archive:
        assert not any(b"hemligt" in archive.read(name) for name in archive.namelist())


def test_what_only_the_supplier_changed_is_taken(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", status="klar", done_date=date(2026, 9, 1), evidence="Protokoll 12", comment="Klart i tid")
    account = bring(filled, sent.save())
    found = activity(filled)
    assert (found.done_date, found.evidence) == (date(2026, 9, 1), "Protokoll 12")
    (comment,) = filled.load().activity_comments
    assert (comment.text, comment.party, comment.written_date) == ("Klart i tid", Party.SUPPLIER, TODAY)
    assert account.conflicts == []
    assert outcomes(account, "T-1") == {
        "status": "same",
        "done_date": "taken",
        "evidence": "taken",
        "comment": "taken",
    }


def test_a_moved_due_date_becomes_a_move_with_its_reason(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", status="flyttas", due_date=date(2026, 11, 1), move_reason="Väntar på test")
    account = bring(filled, sent.save())
    (move,) = filled.load().activity_moves
    assert (move.from_date, move.to_date, move.reason) == (date(2026, 8, 31), date(2026, 11, 1), "Väntar på test")
    assert activity(filled).due_date == date(2026, 11, 1)
    assert account.moves == 1


def test_ours_stands_where_only_we_changed(filled: Register, sent: Workbook) -> None:
    ours(filled, title="Inför e-legitimation i alla skolor")
    account = bring(filled, sent.path)
    assert activity(filled).title == "Inför e-legitimation i alla skolor"
    assert account.conflicts == []


def test_what_both_changed_is_listed_and_ours_stands(filled: Register, sent: Workbook) -> None:
    ours(filled, due_date=date(2026, 10, 15))
    sent.write("T-1", due_date=date(2026, 12, 24), move_reason="Sjukdom", evidence="Ny plan")
    account = bring(filled, sent.save())
    (conflict,) = account.conflicts
    assert (conflict.sent, conflict.ours, conflict.came_back) == ("2026-08-31", "2026-10-15", "2026-12-24")
    assert conflict.reason == "Sjukdom"
    assert activity(filled).due_date == date(2026, 10, 15)
    assert activity(filled).evidence == "Ny plan"  # only the cell is in conflict, not the row
    assert filled.load().activity_moves == ()


def test_what_both_changed_alike_is_no_conflict(filled: Register, sent: Workbook) -> None:
    ours(filled, evidence="Avtalat")
    account = bring(filled, sent.write("T-1", evidence="Avtalat").save())
    assert outcomes(account, "T-1") == {"evidence": "same"}


def test_what_is_not_the_suppliers_to_change_is_locked(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", level="operativ", raised_by="leverantören", kind="förbättring")
    account = bring(filled, sent.save())
    assert outcomes(account, "T-1") == {"level": "locked", "raised_by": "locked", "kind": "locked"}
    assert activity(filled).level is Level.TACTICAL


def test_what_has_been_finished_with_us_since_is_closed(filled: Register, sent: Workbook) -> None:
    ours(filled, withdrawn_date=date(2026, 9, 10))
    account = bring(filled, sent.write("T-1", title="Inför Freja").save())
    assert outcomes(account, "T-1") == {"title": "closed"}
    assert activity(filled).title == "Inför e-legitimation"


def test_a_request_to_withdraw_withdraws_nothing(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", status="föreslås strykas", comment="Löst på annat sätt")
    account = bring(filled, sent.save())
    assert account.withdrawal_requests == ("T-1",)
    assert activity(filled).withdrawn_date is None
    assert {comment.text for comment in filled.load().activity_comments} == {
        "Leverantören föreslår att aktiviteten stryks.",
        "Löst på annat sätt",
    }
    assert bring(filled, sent.path).withdrawal_requests == ()


def test_a_new_row_becomes_an_activity_that_the_supplier_raised(filled: Register, sent: Workbook) -> None:
    sent.write_at(
        sent.new_row,
        title="Pröva ny inloggning",
        level="operativ",
        kind="förbättring",
        due_date=date(2026, 12, 1),
        parent_id="T-1",
        supplier_responsible_id="Ny Person <ny@bolaget.example>",
        comment="Vi börjar i oktober",
    )
    account = bring(filled, sent.save())
    (new_id,) = account.new_activities
    found = activity(filled, new_id)
    assert (found.raised_by, found.raised_date, found.parent_id) == (Party.SUPPLIER, TODAY, "T-1")
    person = filled.load().find(Person, found.supplier_responsible_id)
    assert person is not None
    assert (person.name, person.organisation_id) == ("Ny Person", "O-S")
    assert [comment.activity_id for comment in filled.load().activity_comments] == [new_id]


def test_a_person_is_added_only_when_what_names_him_is_taken(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", buyer_responsible_id="Främmande <x@bolaget.example>")
    sent.write("T-2", supplier_responsible_id="Ny Person <ny@bolaget.example>")
    account = bring(filled, sent.save())
    assert [(issue.code, issue.found) for issue in account.issues] == [("person_added", "Ny Person")]
    assert {p.name for p in filled.load().people if p.email} == {"Ny Person"}
    assert activity(filled).buyer_responsible_id is None


def test_a_new_row_without_its_level_is_refused_whole_and_every_cell_is_told(filled: Register, sent: Workbook) -> None:
    sent.write_at(sent.new_row, title="Utan nivå", kind="förbättring", comment="Viktigt")
    account = bring(filled, sent.save())
    assert account.new_activities == ()
    told = {verdict.column: verdict.came_back for verdict in account.conflicts}
    assert told.items() >= {"title": "Utan nivå", "kind": "förbättring", "comment": "Viktigt", "level": ""}.items()
    assert {issue.code for issue in account.issues} == {"cell_missing", "answer_row_refused"}


def test_a_row_that_was_added_below_without_an_id_is_taken_once(filled: Register, sent: Workbook) -> None:
    row = sent.sheet.max_row + 1
    sent.write_at(row, title="Egen rad", level="taktisk", kind="utmaning")
    first, second = bring(filled, sent.save()), bring(filled, sent.path)
    assert len(first.new_activities) == 1
    assert second.new_activities == ()


def test_the_same_answer_again_adds_nothing(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", status="flyttas", due_date=date(2026, 11, 1), move_reason="Väntar", comment="Hej")
    sent.write("T-2", status="klar", done_date=date(2026, 9, 2))
    sent.write_at(sent.new_row, title="Nytt", level="operativ", kind="förbättring")
    bring(filled, sent.save())
    before, head = filled.content_hash(), filled.audit_head()
    account = bring(filled, sent.path)
    sent.save()  # saved anew by a spreadsheet program: other bytes, the same answer
    again = bring(filled, sent.path)
    assert account.already_imported
    assert again.already_imported
    assert (filled.content_hash(), filled.audit_head()) == (before, head)
    assert account.cells()["taken"] == again.cells()["taken"] == 0


def test_what_we_changed_back_is_not_taken_a_second_time(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", evidence="Ny plan")
    bring(filled, sent.save())
    ours(filled, evidence="")
    account = bring(filled, sent.path)
    assert activity(filled).evidence == ""
    assert outcomes(account, "T-1") == {"evidence": "unknown"}


def test_an_agreed_version_is_never_touched(filled: Register, sent: Workbook) -> None:
    version = ActivityListVersion(
        id="L-1",
        agreement_id="A-1",
        level=Level.TACTICAL,
        number=1,
        proposed_date=date(2026, 9, 1),
        proposed_by=Party.BUYER,
    )
    content = filled.load()
    levels = {each.id: each.level for each in content.activities}
    items = items_of("L-1", content.activities, levels, None, Level.TACTICAL)
    signed = list_hash(version, items)
    signs = [
        SignOff(
            id="S-1", list_version_id="L-1", party=Party.BUYER, person_id="P-owner", signed_date=TODAY, list_hash=signed
        ),
        SignOff(
            id="S-2",
            list_version_id="L-1",
            party=Party.SUPPLIER,
            person_id="P-supplier",
            signed_date=TODAY,
            list_hash=signed,
        ),
    ]
    filled.save([version, *items, *signs], actor="system:test")
    sent.write("T-1", title="Något helt annat", due_date=date(2026, 11, 1), move_reason="Väntar")
    bring(filled, sent.save())
    after = filled.load()
    stored = after.activity_list_items
    assert [item.title for item in stored] == ["Inför e-legitimation"]
    assert list_hash(version, stored) == signed
    assert activity(filled).title == "Något helt annat"


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"status": "klar"}, "status", "answer_done_without_date"),
        ({"status": "flyttas"}, "status", "answer_moved_without_date"),
        ({"status": "färdigstält"}, "status", "answer_status_unknown"),
        ({"done_date": date(2026, 9, 1), "status": "ongoing "}, "status", "answer_ongoing_with_date"),
        ({"due_date": date(2026, 11, 1)}, "due_date", "answer_reason_missing"),
        ({"due_date": date(2026, 1, 1), "move_reason": "x"}, "due_date", "answer_due_before_raised"),
        ({"due_date": "1 november", "move_reason": "x"}, "due_date", "cell_unreadable"),
        ({"done_date": date(2026, 9, 16)}, "done_date", "answer_done_date_wrong"),
        ({"move_reason": "bara ett skäl"}, "move_reason", "answer_reason_without_date"),
        ({"supplier_responsible_id": "Ingen Alls"}, "supplier_responsible_id", "person_unknown"),
        ({"title": None}, "title", "cell_missing"),
        ({"evidence": "=1+1"}, "evidence", "answer_formula"),
        ({"comment": "x" * 10_001}, "comment", "text_too_long"),
    ],
)
def test_what_cannot_be_is_refused_by_sheet_row_and_column(
    filled: Register, sent: Workbook, cells: dict[str, Any], column: str, code: str
) -> None:
    before = activity(filled)
    account = bring(filled, sent.write("T-1", **cells).save())
    issue = next(each for each in account.issues if each.code == code)
    row = Workbook(sent.path).row("T-1")
    assert (issue.file, issue.row) == ("svar.xlsx, Aktiviteter", row)
    said = issue.sentence("sv")
    assert all(part in said for part in ("svar.xlsx, Aktiviteter", f"rad {row}", issue.column))
    assert outcomes(account, "T-1")[column] == "refused"
    assert getattr(activity(filled), column, None) == getattr(before, column, None)


def test_a_formula_that_a_program_has_computed_is_no_answer_either(filled: Register, sent: Workbook) -> None:
    path = sent.save()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = sent.row("T-1")
    letter = openpyxl.utils.get_column_letter(sent.column("evidence"))
    pattern = rf'<c r="{letter}{row}"([^>/]*?) ?(?:/>|></c>)'.encode()
    computed = rf'<c r="{letter}{row}"\1><f>WEBSERVICE("http://x.example")</f><v>7</v></c>'.encode()
    assert sum(len(re.findall(pattern, body)) for body in parts.values()) == 1
    parts = {name: re.sub(pattern, computed, body) for name, body in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, body in parts.items():
            archive.writestr(part, body)
    account = bring(filled, path)
    assert outcomes(account, "T-1") == {"evidence": "refused"}
    assert [issue.code for issue in account.issues] == ["answer_formula"]


# --- what spreadsheet programs and people do to a workbook ----------------------------------------------------------


def lose_the_snapshot(workbook: Workbook) -> None:
    del workbook.book[KEPT_SHEET]


def damage_the_snapshot(workbook: Workbook) -> None:
    workbook.book[KEPT_SHEET]["A3"].value += "A"


def lose_the_codes(workbook: Workbook) -> None:
    workbook.sheet.delete_rows(1)


def move_columns(workbook: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in workbook.sheet.iter_rows()]
    workbook.sheet.delete_rows(1, workbook.sheet.max_row)
    for row in rows:
        workbook.sheet.append(row[::-1])


def sort_rows(workbook: Workbook) -> None:
    rows = [[cell.value for cell in row] for row in workbook.sheet.iter_rows(min_row=3)]
    workbook.sheet.delete_rows(3, workbook.sheet.max_row)
    for row in rows[::-1]:
        workbook.sheet.append(row)


def hide(workbook: Workbook) -> None:
    workbook.sheet.column_dimensions["B"].hidden = True
    workbook.sheet.row_dimensions[4].hidden = True


def lose_a_column(workbook: Workbook) -> None:
    workbook.sheet.delete_cols(workbook.column("buyer_responsible_id"))


def lose_the_row_marks(workbook: Workbook) -> None:
    workbook.sheet.delete_cols(workbook.column("row_key"))


def turn_dates_into_texts(workbook: Workbook) -> None:
    for row in workbook.sheet.iter_rows(min_row=3):
        for cell in row:
            if cell.is_date and cell.value:
                cell.value = cell.value.strftime("%Y-%m-%d")
                cell.number_format = "@"


def speak_english(workbook: Workbook) -> None:
    words = {"taktisk": "tactical", "pågår": "In progress ", "leverantören": "the supplier", "klar": "Done"}
    for row in workbook.sheet.iter_rows(min_row=3):
        for cell in row:
            cell.value = words.get(cell.value, cell.value)


def blanks_on_top(workbook: Workbook) -> None:
    workbook.sheet.insert_rows(1, 3)


MANGLED = [
    *(damage_the_snapshot, lose_the_snapshot, lose_the_codes, move_columns, sort_rows, hide, lose_a_column),
    *(lose_the_row_marks, turn_dates_into_texts, speak_english, blanks_on_top),
]


@pytest.mark.parametrize("mangle", MANGLED)
def test_a_mangled_workbook_is_still_understood(
    filled: Register, sent: Workbook, mangle: Callable[[Workbook], None]
) -> None:
    sent.write("T-1", status="klar", done_date=date(2026, 9, 1), comment="Hej")
    sent.write_at(sent.new_row, title="Nytt från oss", level="taktisk", kind="utmaning")
    mangle(sent)
    account = bring(filled, sent.save())
    assert account.conflicts == []
    assert activity(filled).done_date == date(2026, 9, 1)
    assert [each.title for each in filled.load().activities if each.id in account.new_activities] == ["Nytt från oss"]
    again = bring(filled, sent.path)
    assert (again.new_activities, again.cells()["taken"]) == ((), 0)


def test_without_the_snapshot_what_we_changed_too_cannot_be_told_apart(filled: Register, sent: Workbook) -> None:
    ours(filled, evidence="Vårt")
    lose_the_snapshot(sent)
    account = bring(filled, sent.write("T-1", comment="Hej").save())
    assert outcomes(account, "T-1", QUIET) == {"evidence": "unknown", "comment": "taken"}
    assert activity(filled).evidence == "Vårt"


def test_without_snapshot_and_marks_nothing_of_ours_is_overwritten(filled: Register, sent: Workbook) -> None:
    lose_the_row_marks(sent)
    lose_the_snapshot(sent)
    account = bring(filled, sent.write("T-1", evidence="Deras", level="operativ").save())
    assert outcomes(account, "T-1", QUIET) == {"evidence": "unknown", "level": "locked"}
    assert activity(filled).evidence == ""


def test_a_saved_as_csv_is_understood_too(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", evidence="Protokoll; bilaga")
    rows = [
        ["" if c.value is None else str(c.value).removesuffix(" 00:00:00") for c in r] for r in sent.sheet.iter_rows()
    ]
    path = sent.path.with_suffix(".csv")
    path.write_bytes("\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode("cp1252"))
    account = bring(filled, path)
    assert activity(filled).evidence == "Protokoll; bilaga"
    assert account.conflicts == []


def test_a_row_that_was_deleted_is_named_and_left(filled: Register, sent: Workbook) -> None:
    sent.sheet.delete_rows(sent.row("T-2"))
    account = bring(filled, sent.save())
    assert account.missing == ("T-2",)
    assert activity(filled, "T-2").withdrawn_date is None


def test_a_damaged_id_is_known_by_the_rows_mark(filled: Register, sent: Workbook) -> None:
    row = sent.row("T-1")
    sent.write_at(row, id=date(2026, 1, 1), evidence="Plan")
    bring(filled, sent.save())
    assert activity(filled).evidence == "Plan"


def test_an_id_that_nobody_knows_is_refused_and_its_cells_are_told(filled: Register, sent: Workbook) -> None:
    lose_the_snapshot(sent)
    sent.write("T-1", id="T-99", evidence="Plan")
    account = bring(filled, sent.save())
    assert "Plan" in {verdict.came_back for verdict in account.conflicts if verdict.activity_id == "T-99"}
    assert {issue.code for issue in account.issues} == {"activity_unknown"}


def test_a_column_that_was_sorted_without_the_others_moves_no_text_between_activities(
    filled: Register, sent: Workbook
) -> None:
    first, second = sent.row("T-1"), sent.row("T-2")
    sent.write_at(first, id="T-2").write_at(second, id="T-1")
    head = filled.audit_head()
    account = bring(filled, sent.save())
    assert filled.audit_head() == head
    assert [issue.code for issue in account.issues if issue.code != "answer_row_mixed"] == []
    assert "Inför e-legitimation" in {verdict.came_back for verdict in account.conflicts}


def test_a_row_copied_twice_counts_once(filled: Register, sent: Workbook) -> None:
    values = [cell.value for cell in sent.sheet[sent.row("T-1")]]
    sent.sheet.append(values)
    account = bring(filled, sent.save())
    assert {issue.code for issue in account.issues} == {"id_repeated"}


def test_what_is_written_beside_the_columns_or_on_another_sheet_is_told(filled: Register, sent: Workbook) -> None:
    sent.sheet.cell(sent.row("T-1"), sent.sheet.max_column + 2).value = "Se bilaga 3"
    sent.book.create_sheet("Bilaga").append(["Mer text"])
    account = bring(filled, sent.save())
    assert [issue.code for issue in account.issues] == ["answer_sheet_unread", "answer_column_unknown"]
    assert account.conflicts[0].came_back == "Se bilaga 3"


def test_an_activity_of_another_agreement_is_not_reached(filled: Register, sent: Workbook) -> None:
    other = replace(filled.load().agreements[0], id="A-2", version=0)
    foreign = replace(activity(filled), id="T-9", agreement_id="A-2", version=0)
    filled.save([other, foreign], actor="system:test")
    account = bring(filled, sent.write("T-1", id="T-9", title="Kapad").save())
    assert activity(filled, "T-9").title == "Inför e-legitimation"
    assert "activity_of_other_agreement" in {issue.code for issue in account.issues}


def test_without_its_ids_a_workbook_is_refused(filled: Register, sent: Workbook) -> None:
    sent.sheet.delete_cols(sent.column("id"))
    with pytest.raises(InputError, match="columns_missing"):
        bring(filled, sent.save())


def test_an_answer_about_an_unknown_agreement_is_refused(sent: Workbook, tmp_path: Path) -> None:
    empty = Register.open(tmp_path / "other.db")
    with pytest.raises(InputError, match="answer_agreement_unknown"):
        import_answers(sent.path, empty, actor="system:test", language="sv", today=TODAY)


def test_an_ordinary_table_is_no_answer(filled: Register, tmp_path: Path) -> None:
    for name in ("t.xlsx", "t.csv"):
        export_table("activities", filled.load(), tmp_path / name, "sv")
        assert import_answers(tmp_path / name, filled, actor="P-editor", language="sv") is None


# --- decisions ------------------------------------------------------------------------------------------------------


def conflict_workbook(register: Register, sent: Workbook) -> Workbook:
    ours(register, due_date=date(2026, 10, 15), evidence="Vår plan")
    sent.write("T-1", due_date=date(2026, 12, 24), move_reason="Sjukdom", evidence="Deras plan", level="operativ")
    account = bring(register, sent.save())
    assert account.conflict_file is not None
    return Workbook(account.conflict_file, "Att avgöra")


def decide(workbook: Workbook, decisions: dict[str, dict[str, Any]]) -> Path:
    keys = workbook.column("key")
    for row in range(3, workbook.sheet.max_row + 1):
        name = str(workbook.sheet.cell(row, keys).value).rpartition("|")[2]
        workbook.write_at(row, **decisions.get(name, {}))
    return workbook.save()


def test_conflicts_can_be_decided_in_their_workbook(filled: Register, sent: Workbook) -> None:
    workbook = conflict_workbook(filled, sent)
    path = decide(
        workbook,
        {
            "due_date": {"decision": "ta det som kom tillbaka"},
            "evidence": {"decision": "Behåll vårt "},
            "level": {"decision": "take what came back"},
        },
    )
    account = bring(filled, path)
    found = activity(filled)
    assert (found.due_date, found.evidence, found.level) == (date(2026, 12, 24), "Vår plan", Level.OPERATIONAL)
    (move,) = filled.load().activity_moves
    assert (move.from_date, move.reason) == (date(2026, 10, 15), "Sjukdom")
    assert account.conflicts == []
    head = filled.audit_head()
    assert bring(filled, path).conflicts == []
    assert filled.audit_head() == head


def test_a_row_without_a_decision_is_left_to_be_decided(filled: Register, sent: Workbook) -> None:
    workbook = conflict_workbook(filled, sent)
    account = bring(filled, decide(workbook, {"evidence": {"decision": "ta det som kom tillbaka"}}))
    assert activity(filled).evidence == "Deras plan"
    assert {verdict.column for verdict in account.conflicts} == {"due_date", "level"}
    assert account.conflict_file is not None


def test_a_decision_does_not_overwrite_what_was_changed_after_it_was_listed(filled: Register, sent: Workbook) -> None:
    workbook = conflict_workbook(filled, sent)
    ours(filled, evidence="Ännu nyare")
    account = bring(filled, decide(workbook, {"evidence": {"decision": "ta det som kom tillbaka"}}))
    assert activity(filled).evidence == "Ännu nyare"
    assert outcomes(account, "T-1")["evidence"] == "conflict"


def test_what_could_not_be_read_can_be_corrected_and_taken(filled: Register, sent: Workbook) -> None:
    sent.write("T-1", due_date="1 november", move_reason="Väntar")
    account = bring(filled, sent.save())
    assert account.conflict_file is not None
    workbook = Workbook(account.conflict_file, "Att avgöra")
    path = decide(workbook, {"due_date": {"came_back": "2026-11-01", "decision": "ta det som kom tillbaka"}})
    assert bring(filled, path).moves == 1
    assert activity(filled).due_date == date(2026, 11, 1)


def test_an_unknown_decision_is_refused(filled: Register, sent: Workbook) -> None:
    workbook = conflict_workbook(filled, sent)
    account = bring(filled, decide(workbook, {"evidence": {"decision": "kanske"}}))
    assert "decision_unknown" in {issue.code for issue in account.issues}
    assert activity(filled).evidence == "Vår plan"


def test_decisions_that_have_lost_what_they_were_about_are_refused(filled: Register, sent: Workbook) -> None:
    workbook = conflict_workbook(filled, sent)
    lose_the_snapshot(workbook)
    with pytest.raises(InputError, match="decisions_not_whole"):
        bring(filled, workbook.save())


# --- what two people do at once, and what is hostile ----------------------------------------------------------------


def test_an_edit_between_reading_and_saving_is_merged_not_overwritten(
    filled: Register, sent: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent.write("T-1", evidence="Deras")
    path, load = sent.save(), filled.load
    edited: list[bool] = []

    def load_and_be_overtaken() -> Any:
        content = load()
        if not edited:
            edited.append(True)
            found = content.find(Activity, "T-1")
            assert found is not None
            filled.save([replace(found, title="Vårt nya")], actor="P-owner")
        return content

    monkeypatch.setattr(filled, "load", load_and_be_overtaken)
    account = import_answers(path, filled, actor="P-editor", language="sv", today=TODAY)
    monkeypatch.undo()
    assert account is not None
    assert (activity(filled).title, activity(filled).evidence) == ("Vårt nya", "Deras")


def test_a_reader_cannot_import(filled: Register, sent: Workbook) -> None:
    with pytest.raises(UsageError, match="not_allowed"):
        import_answers(sent.write("T-1", comment="x").save(), filled, actor="P-reader", language="sv", today=TODAY)


@pytest.mark.parametrize("kind", ["bomb", "long", "far"])
def test_a_hostile_workbook_is_refused_and_harms_nobody(
    filled: Register, sent: Workbook, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "hostile.xlsx"
    if kind == "bomb":
        path.write_bytes(sent.path.read_bytes())
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/x.bin", b"\0" * (200 * 2**20))
    elif kind == "long":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Aktiviteter")
        for _ in range(30_000):
            sheet.append(["x"])
        book.save(path)
    else:
        book = openpyxl.load_workbook(sent.path)
        book["Aktiviteter"]["XFD1048576"] = "x"
        book.save(path)
    head = filled.audit_head()
    with pytest.raises(InputError) as refused:
        bring(filled, path)
    assert refused.value.code in {
        "archive_too_large",
        "table_too_long",
        "table_too_wide",
        "reader_failed",
        "reader_died",
    }
    assert filled.audit_head() == head
