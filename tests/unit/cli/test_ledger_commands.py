"""Ledgers on the command line: a dry run with its proposal, the profile it writes, quarantined rows out and back."""

import json

import openpyxl
import pytest
from click.testing import CliRunner

from partnership_lib.cli import main
from partnership_lib.display import progress

ERP = "Ver.nr;Bokf.datum;Lev.namn;Org.nr;Konto;Kontotext;Belopp exkl. moms"


@pytest.fixture
def workspace(tmp_path):
    assert CliRunner().invoke(main, ["init", str(tmp_path), "--name", "Kommunen"]).exit_code == 0
    return tmp_path


def call(workspace, *arguments):
    return CliRunner().invoke(main, [*map(str, arguments), "--workspace", str(workspace)])


def erp_file(workspace, day="2026-01-{:02d}", amounts=("1 234,50", "2,00", "x")):
    rows = [f"V{n};{day.format(n)};Bolag AB;5560360793;6010;Hyra;{amount}" for n, amount in enumerate(amounts, start=1)]
    file = workspace / "erp.csv"
    file.write_text("\n".join([ERP, *(row for row in rows for _ in range(4))]) + "\n", encoding="cp1252")
    return file


def test_a_dry_run_proposes_a_profile_says_what_would_come_in_and_keeps_nothing(workspace):
    draft = workspace / "draft.toml"
    amounts = ["1,00"] * 20 + ["x"]
    answer = call(
        workspace, "import", "ledger", erp_file(workspace, amounts=amounts), "--dry-run", "-o", draft, "--json"
    )
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["dry_run"], found["proposal"]["complete"]) == (0, True, True)
    assert found["proposal"]["profile"]["columns"]["amount"] == ["Belopp exkl. moms"]
    assert (found["total"]["accepted"], found["total"]["quarantined"]) == (80, 4)
    assert not list((workspace / "data" / "ledger").rglob("*.parquet"))
    again = json.loads(call(workspace, "import", "ledger", workspace / "erp.csv", "--profile", draft, "--json").stdout)
    assert again["total"] == found["total"]


def test_a_dry_run_with_an_open_question_asks_it_and_reads_nothing(workspace):
    answer = call(
        workspace, "import", "ledger", erp_file(workspace, day="{:02d}/04/2020", amounts=["1,00"] * 3), "--dry-run"
    )
    assert answer.exit_code == 0
    assert "MÅSTE ANGES: Datumen i ”Bokf.datum” kan läsas på flera sätt" in answer.stdout
    assert answer.stdout.endswith("--dry-run -o profile.toml\n")


def test_a_dry_run_of_several_files_proposes_for_each_and_reads_each_with_its_own(workspace):
    first = erp_file(workspace, amounts=["1,00"] * 9)
    other = workspace / "other.csv"
    other.write_text(first.read_text("cp1252").replace(ERP, ERP.replace("Konto;", "Kontonr;")), encoding="cp1252")
    answer = call(workspace, "import", "ledger", first, other, "--dry-run", "--json")
    found = json.loads(answer.stdout)
    assert [each["file"] for each in found["proposals"]] == ["erp.csv", "other.csv"]
    assert [each["profile"]["columns"]["account"] for each in found["proposals"]] == [["Konto"], ["Kontonr"]]
    assert [part["accepted"] for part in found["files"]] == [36, 36]
    draft = workspace / "draft.toml"
    refused = call(workspace, "import", "ledger", first, other, "-o", draft)
    assert (refused.exit_code, draft.exists()) == (2, False)
    assert "olika profiler" in refused.output


def test_a_dry_run_with_a_profile_only_says_what_would_come_in(workspace):
    draft = workspace / "draft.toml"
    call(workspace, "import", "ledger", erp_file(workspace, amounts=["1,00"] * 9), "--write-profile", draft)
    answer = call(workspace, "import", "ledger", workspace / "erp.csv", "--profile", draft, "--dry-run")
    assert "36 godtagna" in answer.stdout.replace("\xa0", " ")
    assert "Inget är inläst" in answer.stdout
    assert "Förslag" not in answer.stdout


def test_a_profile_that_stands_there_already_is_not_written_over(workspace):
    (workspace / "draft.toml").write_text("mine", encoding="utf-8")
    answer = call(workspace, "import", "ledger", erp_file(workspace), "-o", workspace / "draft.toml")
    assert answer.exit_code == 1
    assert (workspace / "draft.toml").read_text("utf-8") == "mine"


def test_quarantined_rows_go_out_and_come_back_corrected(workspace):
    draft, out = workspace / "draft.toml", workspace / "out.xlsx"
    file = erp_file(workspace, amounts=["1,00"] * 20 + ["x"])
    call(workspace, "import", "ledger", file, "-o", draft)
    imported = call(workspace, "import", "ledger", file, "--profile", draft)
    assert "partnership export quarantine" in imported.stdout
    assert json.loads(call(workspace, "export", "quarantine", "-o", out, "--json").stdout)["rows"] == 4
    book = openpyxl.load_workbook(out)
    sheet = book["Rätta raderna"]
    column = next(cell.column for cell in sheet[2] if cell.value == "Belopp exkl. moms")
    for row in range(3, 7):
        sheet.cell(row, column).value = "3,00"
    book.save(out)
    total = json.loads(call(workspace, "import", "ledger", out, "--json").stdout)["total"]
    assert (total["accepted"], total["accepted_ore"], total["quarantined"]) == (4, 1200, 0)


def test_the_bar_shows_lines_per_second_and_the_time_that_is_left(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    with progress.on_terminal() as draw:
        step = progress.by_lines(draw, "sv")
        step(0, 100, "ledger.csv", 0)
        step(50, 100, "ledger.csv", 1_234_567)
    shown = capsys.readouterr().err.replace("\xa0", " ")
    assert "50 %" in shown
    assert "1 234 567 rader" in shown
    assert "rader/s" in shown
