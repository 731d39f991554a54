"""The command line: what it answers, in which language, and with which exit code."""

import json

import pytest
from click.testing import CliRunner

from partnership_lib.cli import main

HEADING = (
    "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum,"
    "forvaltning,fakturanummer,grund,avtal,kommun_id,s_kod_nr"
)
GOOD = "2120003005,Kommunen,1,Bolaget AB,5560360793,7459,Tjänster,100.50,2026-01-31,Nämnden,F1,,,0380,"
BAD = "2120003005,Kommunen,2,Bolaget AB,5560360793,7459,Tjänster,sju,2026-01-31,Nämnden,F2,,,0380,"


@pytest.fixture
def workspace(tmp_path):
    assert _call("init", str(tmp_path), "--name", "Kommunen").exit_code == 0
    return tmp_path


def _call(*arguments):
    return CliRunner().invoke(main, [*arguments])


def _ledger(workspace, *lines):
    file = workspace / "ledger.csv"
    file.write_text("\n".join([HEADING, *lines]) + "\n", encoding="utf-8")
    return str(file)


def test_a_ledger_import_accounts_for_every_row_and_ore(workspace):
    answer = _call("import", "ledger", _ledger(workspace, GOOD, BAD), "--workspace", str(workspace), "--json")
    assert answer.exit_code == 0
    total = json.loads(answer.stdout)["total"]
    assert total["records"] == 3 == total["header"] + total["non_data"] + total["accepted"] + total["quarantined"]
    assert (total["accepted_ore"], total["quarantined"], total["unparseable_amounts"]) == (10050, 1, 1)


def test_the_same_ledger_twice_adds_nothing_and_says_so(workspace):
    file = _ledger(workspace, GOOD)
    _call("import", "ledger", file, "--workspace", str(workspace))
    again = _call("import", "ledger", file, "--workspace", str(workspace))
    assert again.exit_code == 0
    assert "redan inläst" in again.output
    again = json.loads(_call("import", "ledger", file, "--workspace", str(workspace), "--json").stdout)
    assert again["files"][0]["already_imported"] is True


def test_a_missing_ledger_file_is_named(workspace):
    answer = _call("import", "ledger", str(workspace / "missing.csv"), "--workspace", str(workspace))
    assert answer.exit_code == 2
    assert "missing.csv" in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["report", "follow_up", "--agreement", "A-999", "--period", "2026-T2"], "A-999"),
        (["report", "portfolio", "--period", "2026-T9"], "2026-T9"),
        (["report", "folow_up"], "follow_up"),
        (["report", "follow_up", "--language", "fi"], "fi"),
        (["report", "follow_up", "--date", "2026-02-30"], "2026-02-30"),
        (["verify", "no-such-report"], "no-such-report"),
    ],
)
def test_a_wrong_call_ends_with_two_and_a_sentence_that_names_the_fault(workspace, arguments, named):
    answer = _call(*arguments, "--workspace", str(workspace))
    assert answer.exit_code == 2, answer.output
    assert named in answer.stderr
    assert "Traceback" not in answer.output


def test_an_error_is_also_given_as_json(workspace):
    answer = _call("report", "folow_up", "--workspace", str(workspace), "--json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["code"] == "unknown_report_kind"


def test_an_unknown_option_or_command_ends_with_two():
    assert _call("report", "follow_up", "--agrement", "A-001").exit_code == 2
    assert _call("frobnicate").exit_code == 2


def test_a_folder_without_a_workspace_says_how_to_make_one(tmp_path):
    answer = _call("run", "--workspace", str(tmp_path))
    assert answer.exit_code == 2
    assert "partnership init" in answer.stderr


def test_english_is_spoken_on_request(workspace):
    swedish = _call("report", "folow_up", "--workspace", str(workspace)).stderr
    english = _call("report", "folow_up", "--workspace", str(workspace), "--language", "en").stderr
    assert swedish != english


@pytest.mark.parametrize("kind", ["ledger", "agreements", "activities", "needs"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_a_template_is_written_for_every_table(workspace, kind, suffix):
    file = workspace / f"{kind}.{suffix}"
    answer = _call("template", kind, "-o", str(file), "--workspace", str(workspace))
    assert answer.exit_code == 0, answer.output
    assert file.stat().st_size > 100


def test_a_bad_register_row_is_reported_by_row_and_column_and_kept(workspace):
    file = workspace / "needs.csv"
    _call("template", "needs", "-o", str(file), "--workspace", str(workspace))
    headings = file.read_text(encoding="utf-8-sig").splitlines()[0]
    separator = ";" if ";" in headings else ","
    columns = headings.split(separator)
    names = {"Behovs-id": "id", "Behov": "name", "CPV-kod": "category"}
    good = {"id": "behov-1", "name": "Skolskjuts", "category": "60130000"}
    bad = {"id": "behov-2", "name": "Skolmat", "category": "mat"}
    rows = [separator.join(row.get(names.get(column, ""), "") for column in columns) for row in (good, bad)]
    file.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    answer = _call("import", "needs", str(file), "--workspace", str(workspace), "--json")
    account = json.loads(answer.stdout)
    assert (account["rows"], account["accepted"], account["quarantined"]) == (2, 1, 1), answer.output
    assert "mat" in answer.stderr
    kept = "".join(each.read_text(encoding="utf-8-sig") for each in (workspace / "data" / "quarantine").glob("*.csv"))
    assert "Skolmat" in kept


def test_nothing_is_due_in_an_empty_workspace(workspace):
    answer = _call("run", "--due", "--dry-run", "--workspace", str(workspace), "--json")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["would_run"] == []
