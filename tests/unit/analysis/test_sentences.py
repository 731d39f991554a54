"""Every sentence of the two analyses can be said in both languages, is reached by the program, and is in good order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import pandas as pd
import pytest

from partnership_lib import text
from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.analysis.portfolio import portfolio
from partnership_lib.demo import invent_register
from partnership_lib.domain import RegisterContent
from partnership_lib.findings import Analysis, Finding, Signal
from partnership_lib.text.catalogue import _catalogue
from partnership_lib.units.dates import add_months
from partnership_lib.units.period import Period

AS_OF = date(2026, 9, 15)
UNFINISHED = re.compile(r"[{}]|\bnan\b|\bNone\b(?! (?:of|were|was|needs?)\b)|  | ,| \.")
PERIODS = ("2026-T2", "2026-T3", "2026-08", "2025", "2024-Q2")


@cache
def register() -> RegisterContent:
    """The invented municipality."""
    return invent_register("small", 1)


def monthly(first: date, count: int) -> pd.DataFrame:
    """A hundred thousand a month, of which a tenth may belong elsewhere."""
    rows = [
        {"month": add_months(first, n), "certain_ore": 10_000_000, "possible_ore": 11_000_000, "lines": 3}
        for n in range(count)
    ]
    return pd.DataFrame(rows)


@cache
def analyses() -> tuple[Analysis, ...]:
    """The follow-up of every partnership in several periods and for both audiences, and the portfolio."""
    spend = monthly(date(2024, 3, 1), 30)
    made = []
    for agreement in register().agreements:
        for label in PERIODS:
            period = Period.parse(label)
            last = agreement.end_date or date.max
            if agreement.is_partnership and agreement.start_date < period.end and last >= period.start:
                for audience in ("internal", "shared"):
                    made.append(follow_up(register(), spend, agreement.id, period, AS_OF, audience))
    columns = ["supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id"]
    rows = [
        dict(zip(columns, values, strict=True))
        | {"month": add_months(date(2024, 3, 1), n), "candidates": int(bool(values[-1])), "amount_ore": 100, "lines": 1}
        for n in range(30)
        for values in (("s", "Leverantör", False, "1", "Konto", "A-001"), ("t", "Annan", False, "2", "Konto 2", None))
    ]
    return (*made, portfolio(register(), pd.DataFrame(rows), Period.parse("2026-T2"), AS_OF))


def findings() -> Iterator[Finding]:
    """Every finding of all of them."""
    for analysis in analyses():
        yield from analysis.findings()


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_sentence_is_whole(language):
    for finding in findings():
        said = finding.sentence(language)
        assert said[0].isupper() or said[0] in "”“0123456789", said
        assert said.endswith((".", "”.")), said
        assert not UNFINISHED.search(said), said


def test_no_swedish_sentence_counts_one_thing_in_the_plural():
    wrong = re.compile(r"\b(?:[Ee]n|[Ee]tt|1) (?:aktiviteter|avvikelser|risker|indikatorer|månader|saker|listor)\b")
    for finding in findings():
        assert not wrong.search(finding.sentence("sv")), finding.sentence("sv")


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_figure_has_title_axes_and_a_text_alternative(language):
    for analysis in analyses():
        for section in analysis.sections:
            for chart in section.charts:
                for part in ("title", "alt", "x", "y"):
                    said = text.sentence(f"chart.{chart.code}.{part}", chart.values, language)
                    assert said and not UNFINISHED.search(said), said


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_table_column_has_a_heading(language):
    columns = {column for finding in findings() if finding.table is not None for column in finding.table.columns}
    assert [column for column in sorted(columns) if not text.has(f"column.{column}", language)] == []


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_section_has_a_heading_and_a_lead_and_every_fact_a_label(language):
    for analysis in analyses():
        for section in analysis.sections:
            assert text.has(f"section.{analysis.kind}.{section.code}", language)
            assert text.has(f"lead.{analysis.kind}.{section.code}", language)
        for label, _ in analysis.facts:
            assert text.has(f"masthead.{label}", language)
        assert text.sentence(f"title.{analysis.kind}", analysis.values, language)


@pytest.mark.parametrize(
    "group",
    [
        "decision",
        "date_kind",
        "item_change",
        "list_state",
        "climb_reason",
        "pulse_question",
        "indicator_state",
        "measure",
        "coverage",
        "cpv_division",
    ],
)
def test_every_code_in_a_table_has_its_word(group):
    for finding in findings():
        if finding.table is not None and group in finding.table.columns:
            for code in finding.table[group]:
                assert text.has(f"word.{group}.{code}", "sv"), (finding.code, code)


def test_every_finding_has_a_code_of_its_own_in_its_report():
    for analysis in analyses():
        own = [f.code for section in analysis.sections if section.code != "summary" for f in section.findings]
        assert len(own) == len(set(own)), analysis.values


def test_every_sentence_in_the_text_files_is_said_somewhere(repository):
    # A sentence that the program never asks for is a branch that nobody has built, or has forgotten.
    folder = repository / "partnership_lib" / "analysis"
    program = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")))
    levels = r"_(strategic|tactical|operational)"
    endings = "|".join(
        ["behind", "above", "below", "partly", "bounds", "no_target", "provisional", "mixed", "unverified", "one"]
        + ["no_threshold", "passed", "lost", "none", "finished", "overdue", "moved", "only", "many"]
    )
    unsaid = []
    for key in text.keys("sv"):
        match = re.fullmatch(r"finding\.(?:follow_up|portfolio)\.(\w+)", key)
        if match is None:
            continue
        stem = re.sub(levels, "", match[1])
        while f'"{stem}"' not in program and (shorter := re.sub(rf"_({endings})$", "", stem)) != stem:
            stem = shorter
        known = f'"{stem}"' in program or f'f"{stem}{{' in program or re.search(rf'f"{stem.split("_")[0]}_\{{', program)
        if not known:
            unsaid.append(key)
    assert unsaid == []


def test_money_in_a_workspace_of_pounds_is_pounds():
    analysis = follow_up(
        register(), monthly(date(2026, 1, 1), 8), "A-001", Period.parse("2026-T2"), AS_OF, currency="GBP"
    )
    finding = analysis.finding("follow_up.spend_in_period_bounds")
    assert finding.sentence("en").startswith("Spend in the period was at least 400,000\xa0£")


def test_both_good_and_bad_are_seen_on_the_demo():
    assert {finding.signal for finding in findings()} == set(Signal)


def test_the_catalogue_is_not_empty():
    assert len([key for key in _catalogue("sv") if key.startswith("finding.follow_up.")]) > 100
