from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from partnership_lib.domain import Activity, Agreement, Organisation, Party, Person, RegisterContent
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.exchange import TABLE_KINDS, ImportAccount, export_table, import_table, write_template
from partnership_lib.register.exchange.layout import LEDGER_COLUMNS, columns_of_table, heading
from partnership_lib.register.store import Register

# What a file says is understood before any database is asked; one kind of database shows it.
in_a_file = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)

AGREEMENT = {
    "id": "A-7",
    "name": "Schemaläggning",
    "supplier": "Skolbolaget AB",
    "supplier_number": "559999-0008",
    "kind": "kontrakt",
    "requirement_type": "funktionskrav",
    "category": "48000000-8",
    "start_date": "2024-03-01",
    "end_date": "2028-02-29",
}
ACTIVITY = {
    "id": "T-7",
    "agreement_id": "A-1",
    "level": "operativ",
    "title": "Rätta betygskatalogen",
    "kind": "avvikelse",
    "raised_by": "kommunen",
    "raised_date": "2026-05-01",
}


def write_file(path: Path, kind: str, *rows: dict[str, str], language: str = "sv", separator: str = ";") -> Path:
    """Write a table as a person would fill it in, with only the columns that are used."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    headings = {c.name: heading(kind, c, language) for c in columns_of_table(kind)} | {"version": "Version"}
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=separator)
        writer.writerow(headings.get(name, name) for name in names)
        writer.writerows([row.get(name, "") for name in names] for row in rows)
    return path


def bring(register: Register, path: Path, kind: str = "agreements", **more: Any) -> ImportAccount:
    account = import_table(kind, path, register, actor="P-editor", quarantine_folder=path.parent / "quarantine", **more)
    assert account.rows == account.accepted + account.unchanged + account.quarantined
    for issue in account.issues:
        for language, word in (("sv", "rad"), ("en", "row")):
            assert f"{word} {issue.row}" in issue.sentence(language)
    return account


def codes(account: ImportAccount) -> list[str]:
    return [issue.code for issue in account.issues]


def sums(account: ImportAccount) -> tuple[int, int, int]:
    return account.accepted, account.unchanged, account.quarantined


@in_a_file
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_a_template_brought_back_untouched_is_empty(
    register: Register, tmp_path: Path, kind: str, language: str, suffix: str
) -> None:
    path = tmp_path / f"template{suffix}"
    write_template(kind, path, language)
    before = register.content_hash()
    assert sums(bring(register, path, kind)) == (0, 0, 0)
    assert register.content_hash() == before


def test_a_touched_example_row_is_a_row_like_any_other(register: Register, tmp_path: Path) -> None:
    write_template("needs", tmp_path / "needs.xlsx", "sv")
    book = openpyxl.load_workbook(tmp_path / "needs.xlsx")
    book.worksheets[0]["B2"] = "Betygssättning"
    book.save(tmp_path / "needs.xlsx")
    assert sums(bring(register, tmp_path / "needs.xlsx", "needs")) == (1, 0, 0)
    assert register.load().needs[0].name == "Betygssättning"


def test_a_workbook_explains_every_column(tmp_path: Path) -> None:
    write_template("agreements", tmp_path / "a.xlsx", "sv")
    table, instructions = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    explained = [row[0].value for row in instructions.iter_rows(min_row=2) if row[1].value]
    assert explained == [cell.value for cell in table[1]]
    assert all(all(cell.value for cell in row[:4]) for row in instructions.iter_rows(min_row=2) if row[1].value)


def test_the_ledger_template_has_the_fifteen_columns_in_their_order(tmp_path: Path) -> None:
    write_template("ledger", tmp_path / "ledger.csv", "en")
    assert (tmp_path / "ledger.csv").read_bytes().decode("utf-8-sig").strip() == ",".join(LEDGER_COLUMNS)
    write_template("ledger", tmp_path / "ledger.xlsx", "sv")
    assert tuple(c.value for c in openpyxl.load_workbook(tmp_path / "ledger.xlsx").worksheets[0][1]) == LEDGER_COLUMNS


def test_a_whole_agreement_comes_in_with_what_belongs_to_it(register: Register, tmp_path: Path) -> None:
    row = AGREEMENT | {
        "ceiling_ore": "1 234 500,50",
        "notice_months": "12 mån",
        "is_partnership": "Ja",
        "options": "24 månader; 12 månader",
        "option_notice_months": "6",
        "owner_id": "Namn P-owner",
        "needs": "schemaläggning",
        "predecessors": "a-1",
        "report_rhythm": "tertial",
    }
    assert sums(bring(register, write_file(tmp_path / "a.csv", "agreements", row))) == (1, 0, 0)
    content = register.load()
    agreement = content.find(Agreement, "A-7")
    assert (agreement.supplier_id, agreement.buyer_id, agreement.owner_id) == ("O-S", "O-K", "P-owner")
    assert (agreement.ceiling_ore, agreement.notice_months, agreement.is_partnership) == (123_450_050, 12, True)
    assert [(o.months, o.decide_by) for o in content.extension_options] == [
        (24, date(2027, 9, 1)),
        (12, date(2029, 9, 1)),
    ]
    assert [(p.need_id, p.start_date) for p in content.agreement_parts] == [("N-1", date(2024, 3, 1))]
    assert [p.predecessor_id for p in content.predecessors] == ["A-1"]


def test_the_same_file_again_changes_nothing(register: Register, tmp_path: Path) -> None:
    path = write_file(
        tmp_path / "a.csv",
        "agreements",
        AGREEMENT | {"needs": "N-1", "supplier": "Helt Nytt AB", "supplier_number": ""},
    )
    assert sums(bring(register, path)) == (1, 0, 0)
    head = register.audit_head()
    assert sums(bring(register, path)) == (0, 1, 0)
    assert register.audit_head() == head


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("kind", TABLE_KINDS)
def test_an_export_comes_back_unchanged(
    register: Register, tmp_path: Path, kind: str, suffix: str, language: str
) -> None:
    option = {"options": "3 mån; 12 mån", "option_notice_months": "6", "internal_note": "=1+1 ring 900101-0017"}
    bring(register, write_file(tmp_path / "a.csv", "agreements", AGREEMENT | option | {"needs": "N-1"}))
    bring(
        register,
        write_file(tmp_path / "b.csv", "activities", ACTIVITY | {"parent_id": "T-1", "title": "- nytt"}),
        "activities",
    )
    head = register.audit_head()
    written = export_table(kind, register.load(), tmp_path / f"out{suffix}", language)
    account = bring(register, tmp_path / f"out{suffix}", kind)
    assert sums(account) == (0, written, 0)
    assert written > 0
    assert codes(account) == []
    assert register.audit_head() == head


def test_codes_and_both_languages_are_understood(register: Register, tmp_path: Path) -> None:
    rows = [
        AGREEMENT | {"id": f"A-{n}", "kind": kind, "requirement_type": requirement}
        for n, (kind, requirement) in enumerate(
            [
                ("Kontrakt", "PROCESSKRAV"),
                ("contract", "process requirements"),
                ("call_off", "process"),
                ("avrop", "detaljkrav"),
            ]
        )
    ]
    for language, separator in (("sv", ";"), ("en", ","), ("en", "\t")):
        path = write_file(tmp_path / "a.csv", "agreements", *rows, language=language, separator=separator)
        assert bring(register, path).quarantined == 0


@in_a_file
@pytest.mark.parametrize(
    ("column", "written", "code"),
    [
        ("start_date", "2024-02-30", "cell_unreadable"),
        ("start_date", "1/3 2024", "cell_unreadable"),
        ("start_date", "", "cell_missing"),
        ("name", " \u200b ", "cell_missing"),
        ("name", "x" * 10_001, "text_too_long"),
        ("kind", "hyresavtal", "cell_unreadable"),
        ("category", "4800", "cell_unreadable"),
        ("end_date", "2023-12-31", "end_before_start"),
        ("ceiling_ore", "ca 2 milj", "cell_unreadable"),
        ("ceiling_ore", "500 tkr", "cell_unreadable"),
        ("ceiling_ore", "1,234", "cell_amount_ambiguous"),
        ("ceiling_ore", "100 EUR", "amount_in_other_currency"),
        ("ceiling_ore", "1e5", "cell_unreadable"),
        ("notice_months", "90 dgr", "cell_unreadable"),
        ("is_partnership", "kanske", "cell_unreadable"),
        ("supplier_number", "559999-0009", "organisation_number_invalid"),
        ("supplier", "Ett AB; Två AB", "supplier_several"),
        ("owner_id", "Okänd Person", "person_unknown"),
        ("needs", "Rymdfärder", "need_unknown"),
        ("predecessors", "A-404", "agreement_unknown"),
        ("predecessors", "A-7", "points_to_itself"),
        ("options", "2+1+1", "options_unclear"),
        ("options", "enligt avtal", "options_unclear"),
        ("options", "4+1+1 år", "options_unclear"),  # the term is four years: is the first number the term?
        ("options", "12 månader", "options_without_notice"),
    ],
)
def test_a_bad_cell_puts_its_row_in_quarantine_and_the_other_row_comes_in(
    register: Register, tmp_path: Path, column: str, written: str, code: str
) -> None:
    good = AGREEMENT | {"id": "A-8"}
    account = bring(register, write_file(tmp_path / "a.csv", "agreements", AGREEMENT | {column: written}, good))
    assert sums(account) == (1, 0, 1)
    assert [(issue.row, issue.code) for issue in account.issues] == [(2, code)]
    assert account.issues[0].column == (
        "Option meddelas senast" if code == "options_without_notice" else heading("agreements", _column(column), "sv")
    )
    assert register.load().find(Agreement, "A-7") is None
    assert register.load().find(Agreement, "A-8") is not None


def _column(name: str) -> Any:
    return next(column for column in columns_of_table("agreements") if column.name == name)


@in_a_file
@pytest.mark.parametrize(
    ("written", "months"),
    [("2+1+1 år", [24, 12, 12]), ("12+12+12", [12, 12, 12]), ("24; 12", [24, 12]), ("1 år; 6 mån", [12, 6]),
     ("2 years", [24]), ("48 mån; 12 mån", [48, 12])],
)  # fmt: skip
def test_options_that_can_be_read_in_one_way_only_are_read(
    register: Register, tmp_path: Path, written: str, months: list[int]
) -> None:
    row = AGREEMENT | {"options": written, "option_notice_months": "3"}
    assert codes(bring(register, write_file(tmp_path / "a.csv", "agreements", row))) == []
    assert [option.months for option in register.load().extension_options] == months


@in_a_file
@pytest.mark.parametrize(
    ("written", "ore"),
    [("1 234,50", 123_450), ("1\u00a0234,50", 123_450), ("1.234,50", 123_450), ("1,234.50", 123_450), ("12.5", 1_250),
     ("1.234.567", 123_456_700), ("500 kr", 50_000), ("SEK 500", 50_000), ("0", 0)],
)  # fmt: skip
def test_amounts_are_read_to_the_ore(register: Register, tmp_path: Path, written: str, ore: int) -> None:
    bring(register, write_file(tmp_path / "a.csv", "agreements", AGREEMENT | {"ceiling_ore": written}))
    assert register.load().find(Agreement, "A-7").ceiling_ore == ore


def test_until_further_notice_is_no_end(register: Register, tmp_path: Path) -> None:
    rows = [AGREEMENT | {"id": f"A-{n}", "end_date": end} for n, end in enumerate(["9999-12-31", "Tills vidare", ""])]
    assert bring(register, write_file(tmp_path / "a.csv", "agreements", *rows)).accepted == 3
    assert {register.load().find(Agreement, f"A-{n}").end_date for n in range(3)} == {None}


def test_the_later_of_two_rows_with_one_id_is_quarantined_however_it_is_typed(
    register: Register, tmp_path: Path
) -> None:
    rows = [AGREEMENT, AGREEMENT | {"id": " a\u20117", "name": "Annat"}]
    account = bring(register, write_file(tmp_path / "a.csv", "agreements", *rows))
    assert sums(account) == (1, 0, 1)
    assert [(issue.row, issue.code) for issue in account.issues] == [(3, "id_repeated")]
    assert register.load().find(Agreement, "A-7").name == "Schemaläggning"


def test_a_row_that_leans_on_a_refused_row_is_refused_too(register: Register, tmp_path: Path) -> None:
    rows = [
        ACTIVITY | {"id": "T-9", "parent_id": "T-8"},
        ACTIVITY | {"id": "T-8", "parent_id": "T-7"},
        ACTIVITY | {"raised_date": "igår"},
        ACTIVITY | {"id": "T-6", "parent_id": "T-5"},
        ACTIVITY | {"id": "T-5"},
    ]
    account = bring(register, write_file(tmp_path / "a.csv", "activities", *rows), "activities")
    assert sums(account) == (2, 0, 3)
    assert codes(account) == ["activity_unknown", "activity_unknown", "cell_unreadable"]
    assert register.load().find(Activity, "T-6").parent_id == "T-5"


def test_quarantined_rows_are_kept_word_for_word_and_can_be_corrected_and_imported(
    register: Register, tmp_path: Path
) -> None:
    bad = AGREEMENT | {"name": "=1+1", "start_date": "1 mars 2024", "internal_note": 'sa "nej"; två rader\nhär'}
    account = bring(register, write_file(tmp_path / "a.csv", "agreements", bad))
    kept = account.quarantine_file.read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(kept, newline=""), delimiter=";")
    assert row["Startdatum"] == "1 mars 2024"
    assert row["Intern anteckning"] == bad["internal_note"]
    assert row["quarantine_row"] == "2"
    assert "1 mars 2024" in row["quarantine_reason"]
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(kept.replace("1 mars 2024;", "2024-03-01;", 1), encoding="utf-8-sig")
    assert sums(bring(register, corrected)) == (1, 0, 0)
    agreement = register.load().find(Agreement, "A-7")
    assert (agreement.name, agreement.internal_note) == ("=1+1", bad["internal_note"])


@in_a_file
@pytest.mark.parametrize(
    ("headings", "code", "found"),
    [
        ("Avtals-id;Avtal;Leverantör;Avtalsform;Kravtyp;CPV-kod;Startdatm", "columns_unknown", "Startdatm"),
        ("Avtals-id;Avtal;Leverantör;Avtalsform;Kravtyp;CPV-kod", "columns_missing", None),
        ("Avtals-id;Avtal;Leverantör;Avtalsform;Kravtyp;CPV-kod;Startdatum;start_date", "columns_repeated", None),
    ],
)
def test_headings_that_are_not_understood_refuse_the_file(
    register: Register, tmp_path: Path, headings: str, code: str, found: str | None
) -> None:
    (tmp_path / "a.csv").write_text(f"{headings}\nA-7;x;y;kontrakt;detaljkrav;48000000;2024-01-01\n", encoding="utf-8")
    with pytest.raises(InputError, match=code) as refused:
        bring(register, tmp_path / "a.csv")
    if found:
        assert refused.value.values["found"] == found
        assert refused.value.values["allowed"].split(", ")[0] == "Startdatum"
    if code == "columns_missing":
        assert refused.value.values["missing"] == "Startdatum"


def test_lines_that_cannot_be_split_are_quarantined_with_their_raw_text(register: Register, tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "agreements", AGREEMENT)
    extra = 'A-8;x;y;z\nA-9;Bolaget "Syd";"a"b;c;d;e;f;g;h\n'
    path.write_text(path.read_text("utf-8") + extra, encoding="utf-8")
    account = bring(register, path)
    assert sums(account) == (1, 0, 2)
    assert codes(account) == ["row_width", "row_quotes"]
    kept = account.quarantine_file.read_text("utf-8-sig")
    assert "A-8" in kept
    assert "Syd" in kept


def test_a_quote_that_swallows_whole_rows_refuses_the_file(register: Register, tmp_path: Path) -> None:
    rows = [AGREEMENT | {"id": f"A-{n}", "internal_note": "text"} for n in range(3)]
    path = write_file(tmp_path / "a.csv", "agreements", *rows)
    headings, first, second, third = path.read_text("utf-8").splitlines()
    broken = [headings, first.replace("text", '"text'), second, third.replace("text", 'text"')]
    path.write_text("\n".join(broken), encoding="utf-8")
    with pytest.raises(InputError, match="quote_swallows_rows"):
        bring(register, path)


def test_a_swedish_file_from_an_old_program_reads_the_same(register: Register, tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", "agreements", AGREEMENT | {"name": "Åtgärder för ökad närvaro"})
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    bring(register, path)
    assert register.load().find(Agreement, "A-7").name == "Åtgärder för ökad närvaro"


def test_a_workbook_is_read_with_its_dates_numbers_and_texts(register: Register, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Läs mig"])
    sheet = book.create_sheet("Avtal")
    sheet.append(
        [heading("agreements", _column(name), "sv") for name in AGREEMENT] + ["Takvolym", "Leverantörspartnerskap"]
    )
    values = AGREEMENT | {"id": 1007, "start_date": datetime(2024, 3, 1), "end_date": date(2028, 2, 29)}  # noqa: DTZ001
    sheet.append([*values.values(), 0.1 + 0.2, True])
    sheet.append([*(values | {"id": "A-8"}).values(), 12.345, True])
    sheet.append([*(values | {"id": "A-9", "start_date": 46053}).values(), 1, False])
    book.save(tmp_path / "a.xlsx")
    account = bring(register, tmp_path / "a.xlsx")
    assert sums(account) == (1, 0, 2)
    assert [(issue.row, issue.column) for issue in account.issues] == [(3, "Takvolym"), (4, "Startdatum")]
    agreement = register.load().find(Agreement, "1007")
    assert (agreement.ceiling_ore, agreement.start_date, agreement.is_partnership) == (30, date(2024, 3, 1), True)


@in_a_file
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"Avtals-id;Avtal\n", "file_content_differs"),
        ("a.xlsx", b"<html><table>", "file_content_differs"),
        ("a.csv", b"%PDF-1.7", "file_content_differs"),
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"\n\n", "file_blank"),
    ],
)
def test_a_file_that_is_something_else_is_refused(
    register: Register, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=code):
        bring(register, tmp_path / name)


def test_a_cell_far_out_is_refused_before_it_fills_the_memory(register: Register, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Avtals-id"
    book.active["XFD1048576"] = 1
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(InputError, match="workbook_too_wide"):
        bring(register, tmp_path / "far.xlsx")
    assert register.verify() == []


def test_a_missing_file_is_named(register: Register, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file_missing"):
        bring(register, tmp_path / "nowhere.csv")


def test_an_old_export_does_not_overwrite_what_somebody_changed_since(register: Register, tmp_path: Path) -> None:
    export_table("activities", register.load(), tmp_path / "out.csv", "sv")
    activity = register.load().activities[0]
    register.save([replace(activity, title="Ändrad i rummet")], actor="P-owner")
    account = bring(register, tmp_path / "out.csv", "activities")
    assert sums(account) == (0, 0, 1)
    assert codes(account) == ["row_stale"]
    assert register.load().activities[0].title == "Ändrad i rummet"


def test_without_a_version_what_a_row_changes_is_listed(register: Register, tmp_path: Path) -> None:
    row = ACTIVITY | {"id": "T-1", "due_date": "2026-10-31"}
    account = bring(register, write_file(tmp_path / "a.csv", "activities", row), "activities", today=date(2026, 9, 15))
    assert sums(account) == (1, 0, 0)
    changed = {issue.column: (issue.allowed, issue.found) for issue in account.issues}
    assert changed["Klart senast"] == ("2026-08-31", "2026-10-31")
    assert set(codes(account)) == {"row_updated"}
    (move,) = register.load().activity_moves
    assert (move.moved_date, move.from_date, move.to_date) == (date(2026, 9, 15), date(2026, 8, 31), date(2026, 10, 31))


def test_columns_that_are_not_in_the_file_are_left_as_they_are(register: Register, tmp_path: Path) -> None:
    row = AGREEMENT | {"id": "a-1", "name": "Skoladministration 2"}
    bring(register, write_file(tmp_path / "a.csv", "agreements", row))
    agreement = register.load().find(Agreement, "A-1")
    assert (agreement.name, agreement.owner_id, agreement.internal_note) == (
        "Skoladministration 2",
        "P-agreement-owner",
        "hemligt",
    )


def test_a_new_supplier_and_a_new_person_are_added_once_and_said(register: Register, tmp_path: Path) -> None:
    new = AGREEMENT | {"supplier": "Nya Bolaget AB", "supplier_number": "", "owner_id": "Ny Person <ny@kommun.example>"}
    rows = [new, new | {"id": "A-8", "owner_id": "ny@kommun.example"}, new | {"id": "A-9", "owner_id": "Ny Person"}]
    account = bring(register, write_file(tmp_path / "a.csv", "agreements", *rows))
    assert sums(account) == (3, 0, 0)
    assert sorted(codes(account)) == ["person_added", "supplier_added"]
    people = [person for person in register.load().people if person.name == "Ny Person"]
    assert [(person.email, person.organisation_id, person.access_role) for person in people] == [
        ("ny@kommun.example", "O-K", "reader")
    ]


def test_what_only_a_refused_row_needed_is_not_added(register: Register, tmp_path: Path) -> None:
    bad = AGREEMENT | {"supplier": "Nya Bolaget AB", "supplier_number": "", "needs": "Rymdfärder"}
    bring(register, write_file(tmp_path / "a.csv", "agreements", bad))
    assert "Nya Bolaget AB" not in {organisation.name for organisation in register.load().organisations}


def test_a_sole_traders_number_is_kept_in_the_store_and_nowhere_else(register: Register, tmp_path: Path) -> None:
    row = AGREEMENT | {"supplier": "Kims Firma", "supplier_number": "900101-0017"}
    bring(register, write_file(tmp_path / "a.csv", "agreements", row))
    firm = next(each for each in register.load().organisations if each.name == "Kims Firma")
    assert firm.organisation_number == "9001010017"
    assert "900101" not in firm.id
    export_table("agreements", register.load(), tmp_path / "out.csv", "sv")
    assert "900101" not in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert sums(bring(register, tmp_path / "out.csv")) == (0, 2, 0)


def test_a_wrong_sole_traders_number_is_not_repeated_in_the_message(register: Register, tmp_path: Path) -> None:
    row = AGREEMENT | {"supplier_number": "900101-0018"}
    (issue,) = bring(register, write_file(tmp_path / "a.csv", "agreements", row)).issues
    assert "0018" not in issue.sentence("sv")


def test_the_first_import_makes_the_municipality_under_the_name_of_the_workspace(tmp_path: Path) -> None:
    empty = Register.open(tmp_path / "empty.db")
    path = write_file(tmp_path / "a.csv", "agreements", AGREEMENT)
    with pytest.raises(InputError, match="register_without_buyer"):
        import_table("agreements", path, empty, actor="system:import")
    import_table("agreements", path, empty, actor="system:import", buyer_name="Exempelkommun")
    assert [(o.name, o.party) for o in empty.load().organisations] == [
        ("Skolbolaget AB", Party.SUPPLIER),
        ("Exempelkommun", Party.BUYER),
    ]


def test_a_reader_imports_nothing(register: Register, tmp_path: Path) -> None:
    before = register.content_hash()
    with pytest.raises(UsageError, match="not_allowed"):
        import_table("agreements", write_file(tmp_path / "a.csv", "agreements", AGREEMENT), register, actor="P-reader")
    assert register.content_hash() == before


CANARY = "kanariefågel"


def test_the_shared_export_holds_no_internal_field(register: Register, tmp_path: Path) -> None:
    content = register.load()
    secret = RegisterContent.of(
        replace(
            record,
            **{
                name: CANARY
                for name in ("internal_note", "report_rhythm", "email", "title")
                if name in record.__dataclass_fields__ and not (name == "title" and isinstance(record, Activity))
            },
            **({"preparation_months": 777} if isinstance(record, Agreement) else {}),
        )
        for record in content
    )
    for kind in TABLE_KINDS:
        export_table(kind, secret, tmp_path / "shared.csv", "sv", "shared")
        shared = (tmp_path / "shared.csv").read_text("utf-8-sig")
        assert CANARY not in shared
        assert "777" not in shared
        assert "1850000" not in shared
        export_table(kind, secret, tmp_path / "internal.csv", "sv")  # the control: here it shows
    assert "1850000,00" in (tmp_path / "internal.csv").read_text("utf-8-sig")
    export_table("agreements", secret, tmp_path / "internal.csv", "sv")
    assert CANARY in (tmp_path / "internal.csv").read_text("utf-8-sig")


def test_one_agreements_rows_can_be_exported_alone(register: Register, tmp_path: Path) -> None:
    bring(register, write_file(tmp_path / "a.csv", "agreements", AGREEMENT))
    content = register.load()
    assert export_table("agreements", content, tmp_path / "o.csv", "sv", agreement="A-7") == 1
    assert export_table("activities", content, tmp_path / "o.csv", "sv", agreement="A-7") == 0
    with pytest.raises(UsageError, match="unknown_agreement"):
        export_table("agreements", content, tmp_path / "o.csv", "sv", agreement="A-404")
    with pytest.raises(UsageError, match="table_suffix"):
        export_table("agreements", content, tmp_path / "o.pdf", "sv")


def test_namesakes_are_told_apart_by_id(register: Register, tmp_path: Path) -> None:
    twin = Person(id="P-twin", name="Namn P-agreement-owner", organisation_id="O-K")
    register.save([twin], actor="system:test")
    export_table("agreements", register.load(), tmp_path / "o.csv", "sv")
    assert "P-agreement-owner" in (tmp_path / "o.csv").read_text("utf-8-sig")
    assert sums(bring(register, tmp_path / "o.csv")) == (0, 1, 0)
    row = AGREEMENT | {"owner_id": twin.name}
    assert codes(bring(register, write_file(tmp_path / "a.csv", "agreements", row))) == ["person_ambiguous"]


def test_suppliers_of_one_name_need_their_number(register: Register, tmp_path: Path) -> None:
    register.save([Organisation(id="O-T", name="SKOLBOLAGET AB", party=Party.SUPPLIER)], actor="system:test")
    row = AGREEMENT | {"supplier_number": ""}
    assert codes(bring(register, write_file(tmp_path / "a.csv", "agreements", row))) == ["supplier_ambiguous"]


def test_nothing_is_left_behind_in_the_folder(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_template("agreements", folder / "a.xlsx", "sv")
    assert os.listdir(folder) == ["a.xlsx"]
