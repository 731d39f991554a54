"""Meetings on the command line: proposed, planned when asked, sent out and brought back as a calendar file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.demo import invent_register

DAY = "2026-09-15"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the demo's register and no ledger."""
    root = tmp_path_factory.mktemp("meetings")
    (root / "partnership.toml").write_text(f"[workspace]\nas_of = {DAY}\n", encoding="utf-8")
    partnership_lib.open(root).register.save(list(invent_register("small", 1)), actor="system:test")
    return root


def _call(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--workspace", str(place)])


def _answer(place: Path, *arguments: str) -> Any:
    return json.loads(_call(place, *arguments, "--json").stdout)


def test_meetings_are_proposed_and_nothing_is_written_unless_asked(place: Path) -> None:
    said = _call(place, "meetings", "A-001")
    assert said.exit_code == 0
    assert "2027-01-27  operativt möte: enligt takten i arbetsordningen och vanlig veckodag" in said.stdout
    assert "inget är skrivet" in said.stdout
    before = len(partnership_lib.open(place).content().meetings)
    answer = _answer(place, "meetings", "A-001", "--language", "en")
    assert answer["planned"] == []
    assert answer["proposed"][0] == {
        "level": "tactical",
        "date": "2027-01-19",
        "start_time": None,
        "reasons": ["cadence", "usual_day"],
    }
    assert len(partnership_lib.open(place).content().meetings) == before


def test_asked_to_they_are_planned_once(place: Path) -> None:
    proposed = _answer(place, "meetings", "A-002")["proposed"]
    planned = _answer(place, "meetings", "A-002", "--plan")
    assert len(planned["planned"]) == len(proposed) > 0
    assert _answer(place, "meetings", "A-002", "--plan") == {"agreement": "A-002", "proposed": [], "planned": []}
    assert "redan planerade" in _call(place, "meetings", "A-002").stdout


def test_who_may_not_plan_is_told_so(place: Path) -> None:
    said = _call(place, "meetings", "A-001", "--plan", "--actor", "nobody")
    assert said.exit_code == 2
    assert "nobody" in said.stderr


def test_an_agreement_without_a_working_order_is_refused_with_a_sentence(place: Path) -> None:
    said = _call(place, "meetings", "A-050")
    assert said.exit_code == 2
    assert "har ingen arbetsordning" in said.stderr


def test_a_calendar_goes_out_and_comes_back_with_the_meeting_that_was_moved(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "moten.ics"
    out = _answer(place, "export", "calendar", "--agreement", "A-001", "-o", str(file))
    assert out["meetings"] == 6
    unchanged = _answer(place, "import", "calendar", str(file))
    assert (unchanged["events"], unchanged["unchanged"], unchanged["saved"]) == (6, 6, False)
    moved = file.read_text(encoding="utf-8").replace("DTSTART;VALUE=DATE:20261015", "DTSTART;VALUE=DATE:20261022")
    file.write_text(moved, encoding="utf-8", newline="\r\n")
    looked = _call(place, "import", "calendar", str(file), "--dry-run")
    assert "Planerat datum: 2026-10-15 → 2026-10-22" in looked.stdout
    assert "Inget är sparat" in looked.stdout
    back = _answer(place, "import", "calendar", str(file))
    assert [change["meeting"] for change in back["changed"]] == ["A-001-M-S-2026-10"]
    assert back["saved"]


def test_a_clash_is_listed_on_stderr_and_ends_in_an_error(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "moten.ics"
    _call(place, "export", "calendar", "--agreement", "A-001", "-o", str(file))
    past = file.read_text(encoding="utf-8").replace("DTSTART;VALUE=DATE:20261110", "DTSTART;VALUE=DATE:20260110")
    file.write_text(past, encoding="utf-8", newline="\r\n")
    said = _call(place, "import", "calendar", str(file))
    assert said.exit_code == 1
    assert "kan inte flyttas till en dag som har passerat" in said.stderr


@pytest.mark.parametrize(
    "arguments", [("report", "agenda"), ("report", "minutes", "--agreement", "A-001", "--meeting", "X")]
)
def test_a_report_of_a_meeting_that_cannot_be_had_is_refused(place: Path, arguments: tuple[str, ...]) -> None:
    said = _call(place, *arguments)
    assert said.exit_code == 2
    assert "Traceback" not in said.output
