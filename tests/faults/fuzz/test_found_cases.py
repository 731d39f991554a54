"""D11: what fuzzing has found, each case kept small. Every one of them brought a reader down or lost rows once."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import partnership_lib as plib
from partnership_lib.analysis.outcome.panel_text import panel_from_text
from partnership_lib.consolidation.planning.reading import read_rules
from partnership_lib.consolidation.problems.reading import read_problem
from partnership_lib.errors import InputError, PartnershipError, ReportError, UsageError
from partnership_lib.files.profiles import read_profile
from partnership_lib.files.quarantine import QuarantinedRow, QuarantineWriter, read_quarantine
from partnership_lib.files.sources import Source
from partnership_lib.files.strict_json import strict_json
from partnership_lib.files.workbooks import workbook_rows
from partnership_lib.ledger.dialects import find_profile
from partnership_lib.ledger.manifest import FORMAT
from partnership_lib.ledger.manifest import read_manifest as read_ledger_manifest
from partnership_lib.ledger.reading import read_ledger_file
from partnership_lib.register.exchange.notices.eforms import lots_of_notice
from partnership_lib.register.exchange.notices.lots import read_market
from partnership_lib.register.exchange.notices.open_tables import lots_of_tables, read_open_table
from partnership_lib.reports.manifest import Manifest, read_manifest
from partnership_lib.reports.numbers import read_numbers
from partnership_lib.reports.parameters import declared_parameters
from partnership_lib.reports.request import request_of
from partnership_lib.text import describe
from partnership_lib.units.dates import parse_date
from partnership_lib.units.period import Period
from partnership_lib.workspace.outcome_rules import outcome_rules
from partnership_lib.workspace.settings import create_workspace, read_settings
from tests.faults.fuzz import seeds
from tests.unit.ledger import corpus
from tests.unit.register.test_eforms import notice

pytestmark = pytest.mark.faults


def put(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(read: Callable[[], object]) -> str:
    """The code of the refusal, which is a sentence in both languages."""
    with pytest.raises(PartnershipError) as caught:
        read()
    for language in ("sv", "en"):
        assert describe(caught.value, language).encode() and caught.value.code not in describe(caught.value, language)
    return caught.value.code


def ledger(path: Path, **more: bool) -> Callable[[], object]:
    return lambda: read_ledger_file(Source(path, **more), find_profile(), path.parent / "staging", frozenset())


def without(archive: bytes, part: str) -> bytes:
    """A workbook without one of its parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as whole, zipfile.ZipFile(content, "w") as target:
        for name in whole.namelist():
            if name != part:
                target.writestr(name, whole.read(name))
    return content.getvalue()


def test_lines_above_a_damaged_header_are_no_titles(tmp_path: Path) -> None:
    """Pages with a header each, the first of them damaged: five lines were taken for titles, without a word."""
    page = corpus.text(corpus.good(","), ";")
    damaged = page.replace("belopp", "beløp", 1) + page
    assert refused(ledger(put(tmp_path / "a.csv", damaged))) == "ledger_rows_above_header"


def test_a_first_header_with_all_that_is_needed_is_the_header(tmp_path: Path) -> None:
    page = corpus.text(corpus.good(","), ";")
    reading = ledger(put(tmp_path / "a.csv", page.replace("avtal", "<<", 1) + page))()
    assert (reading.accepted, reading.accepted_ore) == (10, 2 * sum(corpus.AMOUNTS_ORE))
    assert (reading.non_data, reading.quarantined) == (0, 1), "the second header is no row of the first"


def test_lines_above_the_header_of_a_sheet_are_no_titles(tmp_path: Path) -> None:
    rows = [*corpus.sheet_rows(), corpus.HEADINGS, *corpus.sheet_rows()]
    assert refused(ledger(put(tmp_path / "a.xlsx", corpus.workbook(*rows)))) == "ledger_rows_above_header"


def test_a_title_with_a_year_is_still_a_title(tmp_path: Path) -> None:
    title = "Leverantörsreskontra;;;;;;;2026" + ";" * 7
    reading = ledger(put(tmp_path / "a.csv", f"{title}\n{corpus.text(corpus.good(','), ';')}"))()
    assert (reading.non_data, reading.accepted) == (1, 5)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_one_of_its_parts_is_damaged(tmp_path: Path, part: str) -> None:
    path = put(tmp_path / "a.xlsx", without(corpus.workbook(corpus.HEADINGS, *corpus.sheet_rows()), part))
    assert refused(ledger(path)) == "workbook_damaged"
    if part == "xl/workbook.xml":
        assert workbook_rows(path, 100) == [], "a table without a sheet, which importing calls empty"
    else:
        assert refused(lambda: workbook_rows(path, 100)) == "workbook_damaged"


def test_a_gzip_file_with_a_wrong_checksum_is_broken(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(corpus.text(corpus.good()).encode()))
    packed[-6] ^= 1
    assert refused(ledger(put(tmp_path / "a.csv.gz", bytes(packed)), is_gzip=True)) == "archive_broken"


@pytest.mark.parametrize("written", ['{"a": "\\ud800"}', '["\\uDC00 x"]', '{"\\ud83dx": 1}'])
def test_half_a_character_in_json_is_refused(written: str) -> None:
    """SQLite, Parquet and UTF-8 files all refuse it later, each in words of its own."""
    assert refused(lambda: strict_json(written, "a.json", parse_float=str)) == "json_unreadable"


def test_a_whole_character_of_two_halves_is_read() -> None:
    assert strict_json('"\\ud83d\\ude00 \\\\ud800"', "a.json", parse_float=str) == "\U0001f600 \\ud800"


def test_json_deeper_than_anything_exchanged_is_refused() -> None:
    """What walks through it would have come to the end of Python's stack, outside the guard."""
    assert refused(lambda: strict_json("[" * 101 + "]" * 101, "a.json", parse_float=str)) == "json_too_deep"
    strict_json("[" * 100 + "]" * 100, "a.json", parse_float=str)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "-NaN", "Infinity", "1E+999999"])
def test_a_notice_with_an_amount_that_is_none_has_no_value(amount: str) -> None:
    import xml.etree.ElementTree as ET

    [lot] = lots_of_notice(ET.fromstring(notice().replace("1234.50", amount)), "a.xml")
    assert (lot.value_ore, lot.currency) == (None, "")


def test_a_short_row_of_an_open_table_lacks_what_it_lacks(tmp_path: Path) -> None:
    written = seeds.open_tables()["tenders.csv"].decode("utf-8-sig") + "3,1\n"
    kind, rows = read_open_table(put(tmp_path / "a.csv", written))
    assert lots_of_tables([(kind, "a.csv", rows)])[-1].bids is None


def test_an_open_table_whose_packing_is_damaged_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"a,b\n" * 500))
    packed[20] ^= 0xFF
    assert refused(lambda: read_open_table(put(tmp_path / "a.csv.gz", bytes(packed)))) == "open_table_unreadable"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content.replace(b"ocds", b"\xff"), "table_not_utf8"),
        (lambda content: content + b'"x', "table_unreadable"),
        (lambda content: content.replace(b"12345", "²".encode()), "market_row_unreadable"),
        (lambda content: content.replace(b"12345", b"9" * 5_000), "market_row_unreadable"),
    ],
)
def test_a_market_table_that_was_damaged_says_where(
    tmp_path: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    assert refused(lambda: read_market(put(tmp_path / "m.csv", change(seeds.market_tables()["market.csv"])))) == code


def test_a_long_row_in_quarantine_can_be_read_again(tmp_path: Path) -> None:
    """Longer than `csv` reads unless it is told: it could be refused, but never corrected."""
    with QuarantineWriter(tmp_path / "q.csv") as writer:
        writer.write(QuarantinedRow("a.csv", 2, "row_too_long", "16", "15", None, "x" * 900_000))
    assert len(read_quarantine(tmp_path / "q.csv")[0].raw) == 900_000


@pytest.mark.parametrize("change", [(b"2,", b"x,"), (b"reason", b"reazon"), (b"a.csv", b"\xff")])
def test_a_quarantine_that_was_damaged_says_so(tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    with QuarantineWriter(tmp_path / "q.csv") as writer:
        writer.write(QuarantinedRow("a.csv", 2, "row_too_long", "16", "15", None, "x"))
    put(tmp_path / "q.csv", (tmp_path / "q.csv").read_bytes().replace(*change))
    assert refused(lambda: read_quarantine(tmp_path / "q.csv")) in ("table_unreadable", "table_not_utf8")


@pytest.mark.parametrize("number", ["1" + "0" * 400, "NaN", "Infinity"])
def test_a_cost_beyond_all_numbers_is_refused(number: str) -> None:
    written = json.dumps({"needs": [{"id": "a"}], "bundles": [{"needs": ["a"], "cost_sek": 1.5}]}).replace(
        "1.5", number
    )
    assert refused(lambda: read_problem(written, "a.json")) == "problem_refused"


def test_a_year_of_raised_digits_is_refused() -> None:
    assert refused(lambda: read_rules("budget_sek_per_year: {²⁰²⁸: 1}", "a.yaml")) == "rules_refused"


@pytest.mark.parametrize("label", ["9999", "9999-12", "9999-Q4", "9999-T3"])
def test_a_period_at_the_end_of_the_calendar_is_refused(label: str) -> None:
    """Its end would be a day that there is not."""
    with pytest.raises(UsageError, match="unknown_period"):
        Period.parse(label)


def test_a_day_that_no_term_can_be_added_to_is_refused() -> None:
    with pytest.raises(InputError, match="date_unreadable"):
        parse_date("9999-12-30")


def test_a_panel_with_a_column_twice_is_refused() -> None:
    columns = {"unit": "unit", "period": "period", "value": "value", "treated": "A", "start": "2"}
    assert (
        refused(lambda: panel_from_text("unit,period,value,value\nA,1,2,3\n", "a.csv", **columns))
        == "panel_column_twice"
    )


def test_rules_of_evaluation_in_another_encoding_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "data" / "outcome.yaml", "general_series: [Å]".encode("cp1252"))
    assert refused(lambda: outcome_rules(tmp_path)) == "case_not_utf8"


@pytest.mark.parametrize(
    "change",
    [
        {"python": 3},
        {"outputs": {"x" * 300: {"sha256": "x", "size": 1}}},
        {"outputs": []},
        {"outputs": {"a": {"sha256": "x"}}},
        {"key": None},
        {"audit_head": {}},
        {"version": True},
    ],
)
def test_a_manifest_of_another_shape_is_no_manifest_whoever_has_hashed_it(tmp_path: Path, change: dict) -> None:
    whole = json.loads(seeds.report_manifests()["MANIFEST.json"])
    put(tmp_path / "MANIFEST.json", Manifest(whole["body"] | change, whole["run"]).as_text())
    assert refused(lambda: read_manifest(tmp_path)) == "manifest_unreadable"


@pytest.mark.parametrize("change", [(b",ore,", b",ore"), (b"12,10.5", b"x,10.5"), (b"key", b"kez"), (b"a/b", b"\xff")])
def test_numbers_that_were_changed_are_not_compared(tmp_path: Path, change: tuple[bytes, bytes]) -> None:
    path = put(tmp_path / "numbers.csv", seeds.number_tables()["numbers.csv"].replace(*change, 1))
    with pytest.raises(ReportError, match="numbers_unreadable"):
        read_numbers(path)


def test_what_is_no_key_of_a_report_is_told_so() -> None:
    assert refused(lambda: request_of("a/b")) == "unknown_report"


@pytest.mark.parametrize("source", ["\ud800", "x = " + "(" * 300 + ")" * 300, "x = " + "-" * 5_000 + "1"])
def test_a_parameters_cell_that_python_cannot_begin_with_is_refused(source: str) -> None:
    cell = {"metadata": {"tags": ["parameters"]}, "source": source}
    assert refused(lambda: declared_parameters({"cells": [cell]})) == "parameters_cell_not_plain"


@pytest.mark.parametrize(
    ("content", "code"),
    [("x = " + "[" * 9_000, "profile_unreadable"), ('encoding = "a\\u0000b"', "profile_value_wrong")],
)
def test_a_profile_of_too_many_levels_or_with_a_null_is_refused(tmp_path: Path, content: str, code: str) -> None:
    needed = 'required = []\n[columns]\namount = ["belopp"]\n'
    assert refused(lambda: read_profile(put(tmp_path / "p.toml", f"{content}\n{needed}"))) == code


@pytest.mark.parametrize("value", ["[" * 9_000, "1" * 5_000])
def test_settings_that_python_cannot_read_are_refused(tmp_path: Path, value: str) -> None:
    assert refused(lambda: read_settings(put(tmp_path / "s.toml", f"x = {value}"))) == "settings_unreadable"


@pytest.mark.parametrize("files", ["[" * 9_000, '["parts"]'])
def test_a_warehouse_manifest_of_another_shape_is_refused(tmp_path: Path, files: str) -> None:
    path = put(tmp_path / "manifest.json", f'{{"format": {FORMAT}, "files": {files}}}')
    assert refused(lambda: read_ledger_manifest(path)) == "warehouse_manifest_broken"


def test_a_refused_row_is_shown_whole_however_long_it_is(tmp_path: Path) -> None:
    """Longer than a cell of a table may usually be, and with the ends of lines that only Python knows."""
    create_workspace(tmp_path)
    long = "x\x0by\x85z " * 40_000
    records = [*corpus.good("."), corpus.cells(100, 9) | {"belopp": long}]
    workspace = plib.open(tmp_path)
    workspace.import_ledger(put(tmp_path / "in.json", json.dumps(records)))
    [row] = workspace.ledger.quarantine.to_dict("records")
    assert row["refusal"] == "amount_unreadable"
    assert json.loads(row["raw"])["belopp"] == long


def test_a_name_with_stray_bytes_can_be_said() -> None:
    """Files from old machines have such names, and every argument may."""
    assert "r\\udce4kning.csv" in describe(InputError("file_missing", file="r\udce4kning.csv", allowed="x.csv"), "sv")
