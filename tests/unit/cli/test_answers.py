"""The supplier's workbook on the command line: sent, brought back, decided."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    Level,
    Organisation,
    Party,
    RequirementType,
)
from partnership_lib.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    call(tmp_path, "init", str(tmp_path), "--name", "Kommunen")
    records = [
        Organisation(id="O-K", name="Kommunen", party=Party.BUYER),
        Organisation(id="O-S", name="Bolaget AB", party=Party.SUPPLIER),
        Agreement(
            id="A-1",
            name="Skoladministration",
            buyer_id="O-K",
            supplier_id="O-S",
            kind=AgreementKind.CONTRACT,
            requirement_type=RequirementType.FUNCTIONAL,
            category="48000000",
            start_date=date(2024, 3, 1),
        ),
        Activity(
            id="T-1",
            agreement_id="A-1",
            level=Level.TACTICAL,
            title="Inför e-legitimation",
            kind=ActivityKind.OBLIGATION,
            raised_by=Party.BUYER,
            raised_date=date(2026, 2, 10),
        ),
    ]
    open_workspace(tmp_path).register.save(records, actor="system:test")
    return tmp_path


def call(workspace: Path, *arguments: str) -> Result:
    where = () if arguments[0] == "init" else ("--workspace", str(workspace))
    answer = CliRunner().invoke(main, [*arguments, *where])
    assert answer.exit_code == 0, answer.output
    return answer


def send_and_answer(workspace: Path, **cells: Any) -> str:
    file = str(workspace / "svar.xlsx")
    call(workspace, "export", "activities", "--agreement", "A-1", "--audience", "shared", "-o", file)
    book = openpyxl.load_workbook(file)
    columns = {cell.value: cell.column for cell in book["Aktiviteter"][1]}
    for code, value in cells.items():
        book["Aktiviteter"].cell(3, columns[code]).value = value
    book.save(file)
    return file


def test_an_answer_comes_back_and_is_told_in_json(workspace: Path) -> None:
    file = send_and_answer(workspace, evidence="Protokoll", level="operativ", status="föreslås strykas")
    answer = json.loads(call(workspace, "import", "activities", file, "--json").stdout)
    assert (answer["agreement"], answer["cells"]["taken"], answer["cells"]["locked"]) == ("A-1", 2, 1)
    assert answer["rows"] == answer["accepted"] + answer["unchanged"] + answer["quarantined"] == 1
    assert answer["withdrawal_requests"] == ["T-1"]
    (conflict,) = answer["conflicts"]
    assert (conflict["column"], conflict["ours"], conflict["came_back"]) == ("level", "taktisk", "operativ")
    assert Path(answer["quarantine_file"]).is_file()
    assert json.loads(call(workspace, "import", "activities", file, "--json").stdout)["already_imported"] is True


@pytest.mark.parametrize(("language", "told"), [("sv", "1 rad att avgöra"), ("en", "1 row to decide")])
def test_what_has_to_be_decided_is_told_as_a_table(workspace: Path, language: str, told: str) -> None:
    file = send_and_answer(workspace, level="operativ")
    said = call(workspace, "import", "activities", file, "--language", language).output
    assert told in said
    assert "rad 3 | Inför e-legitimation | Nivå" in said or "row 3 | Inför e-legitimation | Level" in said


def test_an_ordinary_table_is_imported_as_before(workspace: Path) -> None:
    file = str(workspace / "t.xlsx")
    call(workspace, "export", "activities", "-o", file)
    answer = json.loads(call(workspace, "import", "activities", file, "--json").stdout)
    assert (answer["rows"], answer["unchanged"], "cells" in answer) == (1, 1, False)


def test_for_the_municipality_itself_the_export_is_a_plain_table(workspace: Path) -> None:
    file = str(workspace / "t.xlsx")
    call(workspace, "export", "activities", "--agreement", "A-1", "-o", file)
    assert openpyxl.load_workbook(file).sheetnames == ["Aktiviteter"]
