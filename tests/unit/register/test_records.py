from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from partnership_lib.domain import RECORD_TYPES, IndexValue, Record, RegisterContent, VolumeObservation
from partnership_lib.errors import InputError
from partnership_lib.register.records import read_records, write_records
from partnership_lib.register.store import Register
from partnership_lib.register.values import Column, columns_of
from partnership_lib.units.dates import EARLIEST_YEAR, LATEST_YEAR

TEXT = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
VALUES = {
    str: TEXT,
    int: some.integers(-(2**63), 2**63 - 1),
    float: some.floats(allow_nan=False, allow_infinity=False),
    bool: some.booleans(),
    date: some.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)),
}


def values_of(column: Column) -> some.SearchStrategy[Any]:
    if column.name == "id":
        return TEXT.filter(bool)
    known = VALUES.get(
        column.kind, some.sampled_from(list(column.kind)) if column.kind not in VALUES else some.nothing()
    )
    # The empty text of a field that may be None is not told from None in a file, and never used.
    return some.none() | known.filter(lambda value: value != "") if column.nullable else known


def records_of(kind: type[Record]) -> some.SearchStrategy[Record]:
    fields = {column.name: values_of(column) for column in columns_of(kind) if not column.references}
    targets = {
        column.name: some.none() if column.nullable else some.just("x")
        for column in columns_of(kind)
        if column.references
    }
    return some.fixed_dictionaries(fields | targets).map(lambda values: kind(**values))


FREE_KINDS = [kind for kind in RECORD_TYPES.values() if not any(c.references for c in columns_of(kind))]
CONTENTS = some.lists(some.one_of([records_of(kind) for kind in FREE_KINDS]), max_size=12).map(
    lambda records: RegisterContent.of({(type(each), each.id): each for each in records}.values())
)


@given(CONTENTS)
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, content: RegisterContent) -> None:
    folder = tmp_path_factory.mktemp("records")
    write_records(content, folder)
    assert read_records(folder) == (content, [])


@settings(max_examples=settings().max_examples // 2)
@given(CONTENTS)
def test_whatever_is_saved_is_loaded(new_database: Callable[[], Any], content: RegisterContent) -> None:
    with new_database() as database:
        database.fill(Register.open)
        register = Register.open(database.url)
        register.save(content, actor="system:test")
        assert register.load() == RegisterContent.of(replace(record, version=1) for record in content)
        assert register.verify() == []


def test_the_control_csv_writer_loses_a_lone_carriage_return() -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(["A", "one\rtwo"])
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline=""), strict=True))
    quoted = '"one\rtwo"' in stream.getvalue()  # Python 3.13 and later
    assert (read == [["A", "one\rtwo"]]) is quoted


def test_a_whole_register_comes_back_and_gives_the_same_bytes(register: Register, tmp_path: Path) -> None:
    content = register.load()
    write_records(content, tmp_path / "one")
    again, issues = read_records(tmp_path / "one")
    write_records(again, tmp_path / "two")
    assert issues == []
    assert list(again) == [replace(record, version=0) for record in content]
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert set(files) == {"organisations.csv", "people.csv", "needs.csv", "agreements.csv", "activities.csv"}


def test_the_file_looks_as_documented(tmp_path: Path) -> None:
    value = IndexValue(id="I-1", series='AKI, "tjm"', month=date(2026, 1, 1), value=133.0, preliminary=True)
    write_records(RegisterContent(index_values=(value,)), tmp_path)
    assert (tmp_path / "index_values.csv").read_bytes().decode() == (
        'id,series,month,value,preliminary,source\nI-1,"AKI, ""tjm""",2026-01-01,133.0,true,\n'
    )


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("I-2,AKI,2026-02-30,1.0,true,", "cell_unreadable", "month"),
        ("I-2,AKI,2026-02-01,nan,true,", "cell_unreadable", "value"),
        ("I-2,AKI,2026-02-01,1.0,ja,", "cell_unreadable", "preliminary"),
        ("I-2,AKI,2026-02-01,,true,", "cell_missing", "value"),
        (",AKI,2026-02-01,1.0,true,", "cell_missing", "id"),
        ("I-1,AKI,2026-02-01,1.0,true,", "id_repeated", "id"),
        ("I-2,AKI,2026-02-01,1.0,true", "row_width", ""),
        ("I-2,AKI,2026-02-01,1.0,true,,", "row_width", ""),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(tmp_path: Path, row: str, code: str, column: str) -> None:
    good = "id,series,month,value,preliminary,source\nI-1,AKI,2026-01-01,1.0,true,\n"
    (tmp_path / "index_values.csv").write_text(good + row + "\n", encoding="utf-8")
    content, issues = read_records(tmp_path)
    assert [record.id for record in content] == ["I-1"]
    assert [(issue.file, issue.row, issue.column, issue.code) for issue in issues] == [
        ("index_values.csv", 3, column, code)
    ]
    assert "rad 3" in issues[0].sentence("sv")
    assert "row 3" in issues[0].sentence("en")


def test_a_record_that_points_nowhere_is_left_out_with_all_that_point_to_it(register: Register, tmp_path: Path) -> None:
    write_records(register.load(), tmp_path)
    (tmp_path / "organisations.csv").unlink()
    content, issues = read_records(tmp_path)
    assert [record.id for record in content] == ["N-1"]
    assert {issue.code for issue in issues} == {"reference_unknown"}
    assert {issue.file for issue in issues} == {"people.csv", "agreements.csv", "activities.csv"}


def test_unknown_and_missing_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "index_values.csv").write_text("id,series,month,worth\nI-1,AKI,2026-01-01,1\n", encoding="utf-8")
    (tmp_path / "customers.csv").write_text("id\n1\n", encoding="utf-8")
    content, issues = read_records(tmp_path)
    assert len(content) == 0
    assert [(issue.code, issue.column) for issue in issues] == [
        ("column_missing", "value"),
        ("column_unknown", "worth"),
        ("records_file_unknown", ""),
    ]


def test_a_missing_folder_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="records_folder_missing"):
        read_records(tmp_path / "nowhere")
    (tmp_path / "needs.csv").write_bytes(b"id,name\nN-1,\xe5\n")
    with pytest.raises(InputError, match="records_file_unreadable"):
        read_records(tmp_path)


def test_a_negative_zero_is_stored_as_zero_and_does_not_look_like_a_change(database: Any) -> None:
    register = Register.open(database.url)
    value = VolumeObservation(id="v", driver="pupils", month=date(2026, 1, 1), value=-0.0)
    register.save([value], actor="system:test")
    assert register.verify() == []
