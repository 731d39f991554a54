"""Open contracting data on the command line: agreements out and back, and the awards of others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main

AGREEMENTS = """Avtals-ID;Avtal;Leverantör;Avtalsform;Kravtyp;CPV-kod;Startdatum
A-1;Skoladministration;Skolbolaget AB;kontrakt;funktionskrav;48000000-8;2024-03-01
"""
RELEASE = {"ocid": "ocds-x-1", "tender": {"numberOfTenderers": 1}, "awards": [{"id": "1", "status": "active"}]}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    assert call(folder, "init", str(folder), "--name", "Kommunen").exit_code == 0
    table = tmp_path / "agreements.csv"
    table.write_text(AGREEMENTS, encoding="utf-8")
    answer = call(folder, "import", "agreements", str(table))
    assert answer.exit_code == 0 and "1 inläst" in answer.output, answer.output
    return folder


def call(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--workspace", str(workspace)])


def write(path: Path, held: object) -> str:
    path.write_text(json.dumps(held), encoding="utf-8")
    return str(path)


def test_agreements_go_out_and_come_back(workspace: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "a.json")
    answer = call(workspace, "export", "ocds", "-o", file)
    assert answer.exit_code == 0
    assert "ocds-000000" in answer.output, "the prefix that is nobody's is told"
    again = json.loads(call(workspace, "import", "ocds", file, "--json").stdout)["register"][0]
    assert (again["rows"], again["accepted"], again["unchanged"], again["quarantined"]) == (1, 0, 1, 0)


def test_a_prefix_of_ones_own_is_taken_and_a_wrong_one_refused(workspace: Path, tmp_path: Path) -> None:
    settings, file = workspace / "partnership.toml", tmp_path / "a.json"
    start = settings.read_text(encoding="utf-8")
    settings.write_text(start.replace("ocds-000000", "ocds-ab12cd"), encoding="utf-8")
    answer = call(workspace, "export", "ocds", "-o", str(file))
    assert answer.exit_code == 0 and "ocds-ab12cd" not in answer.output
    assert json.loads(file.read_text(encoding="utf-8"))["releases"][0]["ocid"] == "ocds-ab12cd-A-1"
    settings.write_text(start.replace("ocds-000000", "kommunen"), encoding="utf-8")
    answer = call(workspace, "export", "ocds", "-o", str(file))
    assert answer.exit_code == 2 and "ocid_prefix" in answer.output


def test_what_says_something_else_than_the_register_is_told(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    call(workspace, "export", "ocds", "-o", str(file))
    file.write_text(file.read_text(encoding="utf-8").replace("Skoladministration", "Annat"), encoding="utf-8")
    answer = call(workspace, "import", "ocds", str(file))
    assert answer.exit_code == 0
    assert "1 i karantän" in answer.output and "Registret gäller" in answer.output


def test_releases_of_others_become_the_market(workspace: Path, tmp_path: Path) -> None:
    own, other, broken = tmp_path / "own.json", tmp_path / "other.json", tmp_path / "broken.json"
    call(workspace, "export", "ocds", "-o", str(own))
    broken.write_text("{", encoding="utf-8")
    paths = [str(own), write(other, {"releases": [RELEASE]}), str(broken)]
    answer = call(workspace, "import", "ocds", *paths, "--json")
    told = json.loads(answer.stdout)
    assert answer.exit_code == 1 and "broken.json" in answer.stderr
    assert [each["file"] for each in told["register"]] == ["own.json"]
    assert (told["market"]["files"], told["market"]["new"]) == (2, 1)
    assert [each["code"] for each in told["market"]["refused"]] == ["json_unreadable"]
    assert "ocds-x-1" in (workspace / "data" / "market.csv").read_text(encoding="utf-8")


def test_a_changed_lot_is_told_and_competition_is_shown(workspace: Path, tmp_path: Path) -> None:
    release = {**RELEASE, "tender": {**RELEASE["tender"], "classification": {"scheme": "CPV", "id": "72000000"}}}
    file = tmp_path / "x.json"
    assert call(workspace, "import", "ocds", write(file, release)).exit_code == 0
    release["tender"]["numberOfTenderers"] = 3
    answer = call(workspace, "import", "ocds", write(file, release))
    assert "Ersatt: upphandling ocds-x-1" in answer.output
    assert "CPV 72: 1 anbudsområde med anbud, i genomsnitt 3,0 anbud" in answer.output


@pytest.mark.parametrize("kind", ["eforms", "procurements"])
def test_a_file_that_cannot_be_taken_is_named(workspace: Path, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "empty.xml"
    file.write_text("", encoding="utf-8")
    answer = call(workspace, "import", kind, str(file))
    assert answer.exit_code == 1 and "empty.xml" in answer.output
    assert not (workspace / "data" / "market.csv").exists()
