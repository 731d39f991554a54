"""``partnership run``: what it would make and why, what it says when there is nothing, and who hears of failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.errors import ReportError
from partnership_lib.reports import service
from partnership_lib.reports.makers import Making

FOLLOW_UP, PORTFOLIO = "follow_up/A-1/2026-T2/internal/sv", "portfolio/2026-T2/internal/sv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with one agreement that is followed up; nothing is tried twice."""
    settings = '[workspace]\nname = "Prov"\nas_of = 2026-09-15\n[reports]\nretries = 0\n'
    (tmp_path / "partnership.toml").write_text(settings, encoding="utf-8")
    agreement = Agreement(
        id="A-1", name="Skolmat", buyer_id="O-1", supplier_id="O-2", kind=AgreementKind.CONTRACT, category="15000000",
        requirement_type=RequirementType.FUNCTIONAL, start_date=date(2026, 5, 1), report_rhythm="tertial",
    )  # fmt: skip
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="AB", party=Party.SUPPLIER),
    ]
    partnership_lib.open(tmp_path).register.save([*parties, agreement], actor="system:test")
    return tmp_path


class _Workers:
    """Stand-ins for the workers: what they make depends on nothing, and follow-ups fail while they are told to."""

    fail = False

    def make(self, work: Path, job: dict[str, Any], **_: object) -> Path:
        if self.fail and job["parameters"].get("agreement"):
            raise ReportError("notebook_timeout", cell=4, seconds=300)
        (work / "bundle").mkdir()
        (work / "bundle" / "report.html").write_text("<p>", encoding="utf-8")
        return work / "bundle"


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> _Workers:
    """The workers that every run of the test uses."""
    made = _Workers()

    @contextmanager
    def chosen(*_: object) -> Iterator[Making]:
        yield Making("given", made.make)

    monkeypatch.setattr(service, "chosen_making", chosen)
    monkeypatch.delenv("PARTNERSHIP_SMTP_HOST", raising=False)
    return made


@pytest.fixture
def call(root: Path) -> Callable[..., Any]:
    """Calls ``partnership run`` on the workspace."""
    return lambda *arguments: CliRunner().invoke(main, ["run", "--workspace", str(root), *arguments])


def _would_run(call: Callable[..., Any]) -> list[tuple[str, str]]:
    return [(line["key"], line["reason"]) for line in json.loads(call("--dry-run", "--json").stdout)["why"]]


def test_a_dry_run_says_in_a_table_what_it_would_make_and_why(call: Callable[..., Any]) -> None:
    answer = call("--dry-run")
    assert answer.exit_code == 0
    heading, _, *rows, closing = answer.stdout.splitlines()
    assert heading.split() == ["Rapport", "Period", "Varför"]
    assert any("Skolmat (A-1)" in row and "saknas; perioden slutade den 31 augusti 2026" in row for row in rows)
    assert closing == "2 rapporter skulle göras. Inget har gjorts."


def test_the_reason_follows_what_has_happened(call: Callable[..., Any], root: Path, workers: _Workers) -> None:
    assert _would_run(call) == [(PORTFOLIO, "new"), (FOLLOW_UP, "new")]
    workers.fail = True
    assert call().exit_code == 1
    assert _would_run(call) == [(FOLLOW_UP, "failed")]
    workers.fail = False
    assert call().exit_code == 0
    assert _would_run(call) == []
    register = partnership_lib.open(root).register
    supplier = register.load().find(Organisation, "O-2")
    assert supplier is not None
    register.save([replace(supplier, name="Nytt AB")], actor="system:test")
    assert _would_run(call) == [(PORTFOLIO, "changed"), (FOLLOW_UP, "changed")]
    assert "registret" in call("--dry-run").stdout


def test_nothing_to_do_is_said_in_one_sentence(call: Callable[..., Any], workers: _Workers) -> None:
    call()
    assert call("--dry-run").stdout.startswith("Inget att göra")


def test_a_mail_that_cannot_be_sent_is_told_and_fails_nothing(
    call: Callable[..., Any], workers: _Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.fail = True
    settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "MAIL_FROM": "a@b.example", "MAIL_TO": "c@d.example"}
    for name, value in settings.items():
        monkeypatch.setenv(f"PARTNERSHIP_{name}", value)
    answer = call("--json")
    notice = json.loads(answer.stdout)["notice"]
    assert (answer.exit_code, notice["sent"]) == (1, False)  # 1 for the report that failed
    assert "127.0.0.1:1" in notice["reason"]
    workers.fail = False
    answer = call("--failed", "--json")
    assert answer.exit_code == 0
    assert [line["key"] for line in json.loads(answer.stdout)["published"]] == [FOLLOW_UP]


def test_without_a_mail_server_a_failure_is_told_by_the_exit_code_and_on_the_error_stream(
    call: Callable[..., Any], workers: _Workers
) -> None:
    workers.fail = True
    answer = call()
    assert answer.exit_code == 1
    assert "tog mer än 300 sekunder" in answer.stderr
