"""A new user's way: every step names the next one, and the usual mistakes are met with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import first_hour
import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main
from partnership_lib.reports.first_steps import next_step
from partnership_lib.workspace import create_workspace, open_workspace


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A new workspace without anything in it, and Ekvik's files beside it."""
    create_workspace(tmp_path / "ekvik", name="Ekviks kommun")
    first_hour.make_files(tmp_path / "egna")
    return tmp_path / "ekvik"


def call(workspace: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--workspace", str(workspace)])


def step(workspace: Path) -> str:
    found = next_step(open_workspace(workspace))
    return found.code if found else ""


def test_each_step_of_the_first_hour_leads_to_the_next(new: Path) -> None:
    assert step(new) == "needs"
    needs = call(new, "import", "needs", str(new.parent / "egna" / first_hour.NEEDS))
    assert "Nästa steg: avtalen" in needs.output
    agreements = call(new, "import", "agreements", str(new.parent / "egna" / first_hour.AGREEMENTS))
    assert "5 inlästa" in agreements.output
    assert "Nästa steg: leverantörsreskontran" in agreements.output
    ledger, profile = str(new.parent / "egna" / first_hour.LEDGER), str(new / "profil.toml")
    proposed = call(new, "import", "ledger", ledger, "--dry-run", "-o", profile)
    assert f"Nästa steg: partnership import ledger {ledger} --profile {profile}" in proposed.output
    taken = call(new, "import", "ledger", ledger, "--profile", profile)
    assert "839 godtagna" in taken.output
    assert "beloppet går inte att läsa (1)" in taken.output
    assert "partnership report spend" in taken.output.splitlines()[-1]


def test_what_is_published_and_drafted_leads_on_to_a_first_case_and_then_to_nothing(new: Path) -> None:
    call(new, "import", "needs", str(new.parent / "egna" / first_hour.NEEDS))
    call(new, "import", "agreements", str(new.parent / "egna" / first_hour.AGREEMENTS))
    ledger, profile = str(new.parent / "egna" / first_hour.LEDGER), str(new / "profil.toml")
    call(new, "import", "ledger", ledger, "--dry-run", "-o", profile)
    call(new, "import", "ledger", ledger, "--profile", profile)
    found = []
    for kind in ("spend", "follow_up", "comparison"):
        found.append(next_step(open_workspace(new)))
        folder = new / "reports" / "published" / f"{kind}_x" / "1"
        folder.mkdir(parents=True)
        (folder / "MANIFEST.json").write_text("{}")
    assert [each.code for each in found if each] == ["spend", "follow_up", "case"]
    assert found[2] is not None
    assert found[2].values == {"agreements": "AV-2,AV-3"}  # both furniture
    (new / "data" / "cases" / "mobler.yaml").write_text("name: x\n")
    assert step(new) == ""


def test_the_answer_for_programs_says_nothing_of_next_steps(new: Path) -> None:
    said = call(new, "import", "needs", str(new.parent / "egna" / first_hour.NEEDS), "--json")
    assert json.loads(said.stdout)["accepted"] == 5


@pytest.mark.parametrize(
    ("words", "helps"),
    [
        (("run", "--due"), "registret har inga avtal som gäller"),
        (("report", "follow_up", "--agreement", "A-1"), "partnership template agreements -o avtal.xlsx"),
        (("consolidate",), "partnership import agreements"),
        (("import", "needs", "{files}/avtal.xlsx"), "partnership import agreements {files}/avtal.xlsx"),
        (("import", "needs", "{files}/utdrag-ekonomisystemet.csv"), "partnership import ledger {files}/utdrag"),
        (("import", "needs", "{files}/utdrag-ekonomisystemet.csv"), "partnership template needs"),
        (("import", "ledger", "{files}/avtal.xlsx"), "partnership import agreements {files}/avtal.xlsx"),
        (("import", "ledger", "{files}/behov.xlsx"), "en tabell över behov, inte ett utdrag ur leverantörsreskontran"),
        (("import", "ledger", "{files}/utdrag-ekonomisystemet.csv", "--profile", "profil.toml"), "--dry-run -o"),
        (("init", "{files}/avtal.xlsx/ny"), "Kontrollera att mappen finns"),
        (("chekc",), "Did you mean 'check'?"),
        (("import", "ledger", "{files}/utdrag-ekonomisystemet.csv"), "--dry-run"),
        (("import", "ledger", "{files}"), "avtal.xlsx, behov.xlsx"),
        (("import", "agreements", "{files}/avtalen.xlsx"), "Närmast i samma mapp: avtal.xlsx"),
        (("import", "agreements", "{files}/~$avtal.xlsx"), "Spara och stäng arbetsboken"),
        (("template", "agreements", "-o", "{files}/avtal.xlsx"), "skrivs inte över"),
    ],
)
def test_a_mistake_on_the_way_is_met_with_what_to_do(new: Path, words: tuple[str, ...], helps: str) -> None:
    files = new.parent / "egna"
    (files / "~$avtal.xlsx").write_bytes(b"")
    said = call(new, *(word.format(files=files) for word in words))
    assert helps.format(files=files) in said.output
    assert "Traceback" not in said.output


def test_a_workspace_that_stands_is_said_to_stand_and_stays_as_it_was(new: Path) -> None:
    settings = new / "partnership.toml"
    before = settings.read_bytes()
    said = call(new, "init", str(new), "--name", "Ett annat namn")
    assert "fanns redan" in said.output
    assert "är klar" not in said.output
    assert settings.read_bytes() == before


def test_who_stands_in_the_new_workspace_is_not_told_to_go_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "cd " not in CliRunner().invoke(main, ["init"]).output
    assert 'cd "ekvik"' in CliRunner().invoke(main, ["init", "ekvik"]).output


def test_an_empty_template_says_that_nothing_is_filled_in(new: Path) -> None:
    assert call(new, "template", "agreements", "-o", str(new / "a.xlsx")).exit_code == 0
    assert "inga ifyllda rader" in call(new, "import", "agreements", str(new / "a.xlsx")).output


def test_a_filled_in_template_is_never_written_over(new: Path) -> None:
    filled = new.parent / "egna" / first_hour.AGREEMENTS
    before = filled.read_bytes()
    assert call(new, "template", "agreements", "-o", str(filled)).exit_code == 1
    assert filled.read_bytes() == before


def test_rows_that_could_not_be_taken_are_told_where_they_lie(new: Path) -> None:
    said = call(new, "import", "agreements", str(new.parent / "egna" / first_hour.AGREEMENTS))  # the needs come first
    assert "5 i karantän" in said.output
    assert "data/quarantine" in said.output


def test_a_file_read_under_a_wrong_profile_is_refused_and_can_be_read_again_under_a_right_one(new: Path) -> None:
    rows = ["Ver.nr;Lev.namn;Org.nr;Konto;Belopp exkl. moms;Bokf.datum"]
    rows += [f"{n};Bolaget AB;559910-0012;6170;100,00;0{n}/0{n}/2026" for n in (3, 4, 5)]
    ledger, profile = new / "utdrag.csv", new / "profil.toml"
    ledger.write_text("\n".join(rows) + "\n", encoding="utf-8")
    call(new, "import", "ledger", str(ledger), "--dry-run", "-o", str(profile))
    wrong = call(new, "import", "ledger", str(ledger), "--profile", str(profile))
    assert wrong.exit_code == 2
    assert "Inget datum" in wrong.output
    text = profile.read_text(encoding="utf-8")
    assert text.count("# date_formats") == 2  # day or month first: only a person can say
    profile.write_text(text.replace('# date_formats = ["%d/', 'date_formats = ["%d/'), encoding="utf-8")
    assert "3 godtagna" in call(new, "import", "ledger", str(ledger), "--profile", str(profile)).output
