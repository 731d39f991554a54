"""A kind of report is one row: everything else follows from it."""

from __future__ import annotations

import pytest

from partnership_lib import text
from partnership_lib.reports.catalogue import KINDS, NEVER, ReportKind, read_template
from partnership_lib.reports.sources import SOURCES
from partnership_lib.units.period import PeriodKind


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_its_notebook_its_words_its_sources_and_a_rhythm(kind: ReportKind) -> None:
    assert read_template(kind).notebook["cells"]
    assert all(text.word("report_kind", kind.name, language) for language in text.LANGUAGES)
    assert kind.inputs
    assert set(kind.inputs) <= set(SOURCES)
    assert kind.rhythm in (NEVER, "agreement", *PeriodKind)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_calendar_asks_only_for_kinds_that_are_about_a_period(kind: ReportKind) -> None:
    assert kind.of_a_period or kind.rhythm == NEVER
    assert kind.subject == "agreement" or kind.rhythm != "agreement"
