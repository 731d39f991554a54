"""Objects that stand last in a cell are shown as a reader wants them, escaped."""

from datetime import date

import pytest
from IPython.core.interactiveshell import InteractiveShell

from partnership_lib.display.formatters import record_table, register_formatters
from partnership_lib.display.html import SAFE_MARK
from partnership_lib.display.view import View
from partnership_lib.domain import Activity, ActivityKind, Level, Party
from partnership_lib.findings import Finding

ACTIVITY = Activity(
    id="AK-1",
    agreement_id="A-001",
    level=Level.TACTICAL,
    title="<script>alert(1)</script>",
    kind=ActivityKind.LAW_CHANGE,
    raised_by=Party.SUPPLIER,
    raised_date=date(2026, 1, 2),
)


def test_a_record_is_a_table_of_its_filled_in_fields() -> None:
    html = record_table(ACTIVITY, "sv").source
    assert "<caption>Aktivitet</caption>" in html
    assert "lagändring" in html
    assert "leverantören" in html
    assert "Klart senast" not in html
    assert "<script>" not in html


def test_outside_of_ipython_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert register_formatters() is False


def test_ipython_shows_findings_and_records_with_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert register_formatters(View(language="en"))
    finding = Finding("follow_up.summary_good")
    data, metadata = shell.display_formatter.format(finding)
    assert "Nothing" in data["text/html"] or "nothing" in data["text/html"].lower()
    assert metadata["partnership"] == SAFE_MARK
    shown, _ = shell.display_formatter.format(ACTIVITY)
    assert "&lt;script&gt;" in shown["text/html"]
