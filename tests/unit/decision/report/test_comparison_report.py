"""The comparison report: what it says in every situation, in both languages, and what suppliers never get to see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pandas as pd
import pytest

from partnership_lib import text
from partnership_lib.decision.cases.assumptions import Distribution, Shape
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.cases.scenarios import CHOSEN
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.measures.reference_checks import LIMITS
from partnership_lib.decision.report import comparison_report
from partnership_lib.display.values import word_of
from partnership_lib.display.view import View
from partnership_lib.display.wording import in_language
from partnership_lib.findings import Analysis, Finding, Signal

AS_OF = date(2026, 9, 15)
UNFINISHED = re.compile(r"[{}]|\bnan\b|\bNone\b(?! (?:of|were|was|needs?)\b)|  | ,| \.")
AMOUNT = re.compile(r"miljoner kronor|million\sSEK")
COMPARED = re.compile(r"billigare|dyrare|sparar|cheaper|dearer|saves")
UNCERTAIN = re.compile(
    r"sannolikhet|95 procent|framtider|från .* till|mellan .* och"
    r"|probab|95 per cent|futures|from .* to|between .* and"
)
QUANTITIES = (
    "horizon_years",
    "discount_rate_share",
    "changes_per_year",
    "bundle_bidders",
    "scope_saving_share",
    "governance_hours_per_year",
)

MakeComparison = Callable[..., Comparison]
MakeCase = Callable[..., Case]


def report(comparison: Comparison, audience: str = "internal") -> Analysis:
    """The report as it is read in September."""
    return comparison_report(comparison, audience, "SEK", AS_OF)


def said(finding: Finding, language: str) -> str:
    """What a reader reads."""
    return View(language, kind="comparison").sentence(finding)


def turning(above: bool, turns: bool) -> pd.DataFrame:
    """Break-evens that are all of one kind."""
    rows = [(name, "", 0.5, 0.1, 0.9, 0.4 if turns else float("nan"), above) for name in QUANTITIES]
    return pd.DataFrame(rows, columns=["quantity", "unit", "today", "low", "high", "break_even", "cheaper_above"])


@pytest.fixture(scope="session")
def situations(make_comparison: MakeComparison, make_case: MakeCase) -> dict[str, Comparison]:
    """Comparisons that between them reach every sentence."""
    plain = make_comparison()
    no_needs_of_law = tuple(replace(need, domain="", benefit_sek_per_month=0.0) for need in plain.case.needs)
    two_domains = tuple(replace(n, domain=f"d{number % 2}") for number, n in enumerate(plain.case.needs))
    alone = make_case(proposed=(), needs=no_needs_of_law, fallbacks=(), flags=(), changed=(), text={})
    zero = plain.components.assign(consolidated_sek=0.0, fragmented_sek=0.0, difference_sek=0.0)
    up, down = (plain.components.assign(difference_sek=plain.components["difference_sek"].abs() * s) for s in (1, -1))
    nothing_known = plain.information.head(0)
    sure = plain.information.assign(evppi_sek=0.0, confirmed=True)
    untied = tuple(replace(assumption, correlates_with=()) for assumption in plain.case.assumptions)
    proposed_only = plain.legal.assign(p_hit=0.0, median_month=float("nan"))
    return {
        "coin toss": plain,
        "likely cheaper": make_comparison(-8.0, 9.0),
        "very likely cheaper": make_comparison(-25.0, 8.0, break_evens=turning(True, False), components=down),
        "likely dearer": make_comparison(8.0, 9.0, break_evens=turning(False, False), components=up),
        "very likely dearer": make_comparison(25.0, 8.0, information=sure, closed_form=False),
        "fixed": make_comparison(-25.0, 8.0, information=nothing_known, tornado=plain.tornado.head(0)),
        "fixed coin toss": make_comparison(
            0.2, 9.0, information=nothing_known, tornado=plain.tornado.head(0), break_evens=turning(False, True)
        ),
        "same": make_comparison(
            0.0, 0.0, case=alone, components=zero, break_evens=plain.break_evens.head(0), information=nothing_known,
            tornado=plain.tornado.head(0), term_values=plain.term_values.head(0), legal=plain.legal.head(8),
            legal_months=plain.legal_months.head(0),
        ),
        "terms alike": make_comparison(term_values=plain.term_values.assign(standard_error_sek=2e6)),
        "room enough": make_comparison(
            legal=proposed_only, break_evens=turning(True, True), case=make_case(assumptions=untied)
        ),
        "two domains": make_comparison(
            case=make_case(needs=two_domains, text={"note": "Läs mer i underlaget."}),
            reference_checks=plain.reference_checks.assign(ok=True),
            honesty=plain.honesty.assign(kept=[number > 1 for number in range(len(plain.honesty))]),
        ),
    }  # fmt: skip


@pytest.fixture(scope="session")
def analyses(situations: dict[str, Comparison]) -> list[Analysis]:
    """The report of every situation for both audiences."""
    return [report(each, audience) for each in situations.values() for audience in ("internal", "shared")]


def findings(analyses: list[Analysis]) -> Iterator[Finding]:
    """Every finding of all of them."""
    for analysis in analyses:
        yield from analysis.findings()


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_sentence_is_whole(analyses: list[Analysis], language: str) -> None:
    for finding in findings(analyses):
        sentence = said(finding, language)
        assert sentence[0].isupper() or sentence[0] in "”“0123456789" or finding.code.startswith("flag."), sentence
        assert sentence.endswith((".", "?", "INTERN")), sentence
        assert not UNFINISHED.search(sentence), sentence


def test_every_sentence_in_the_text_files_is_said_in_some_situation(analyses: list[Analysis]) -> None:
    told = {f"finding.{finding.code}" for finding in findings(analyses)}
    written = {key for key in text.keys("sv") if key.startswith("finding.comparison.")}
    assert sorted(written - told) == []


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_saving_is_told_without_its_uncertainty(analyses: list[Analysis], language: str) -> None:
    told = [said(finding, language) for finding in findings(analyses)]
    told += [
        text.sentence(f"chart.{chart.code}.alt", chart.values, language)
        for analysis in analyses
        for section in analysis.sections
        for chart in section.charts
    ]
    savings = [sentence for sentence in told if AMOUNT.search(sentence) and COMPARED.search(sentence)]
    assert len(savings) > 50
    assert [sentence for sentence in savings if not UNCERTAIN.search(sentence)] == []


@pytest.mark.parametrize(
    "bare", ["Partnerskapet blir 3,2 miljoner kronor billigare.", "The partnership is 3.2 million SEK cheaper."]
)
def test_a_bare_saving_is_seen(bare: str) -> None:
    assert AMOUNT.search(bare)
    assert COMPARED.search(bare)
    assert not UNCERTAIN.search(bare)


def test_a_coin_toss_is_called_one(situations: dict[str, Comparison]) -> None:
    answer = report(situations["coin toss"])["answer"].findings[0]
    assert "Det går inte att avgöra vilket som blir billigast. Svaret är slantsingling" in said(answer, "sv")
    assert "It cannot be told which will be cheaper. The answer is a coin toss" in said(answer, "en")


@pytest.mark.parametrize(
    ("situation", "swedish", "english"),
    [
        ("likely cheaper", "Om antagandena håller blir partnerskapet troligen billigare", "will probably be cheaper"),
        (
            "very likely cheaper",
            "Om antagandena håller blir partnerskapet mycket troligen billigare",
            "will very probably be cheaper",
        ),
        ("likely dearer", "Om antagandena håller blir partnerskapet troligen dyrare", "will probably be dearer"),
        (
            "very likely dearer",
            "Om antagandena håller blir partnerskapet mycket troligen dyrare",
            "will very probably be dearer",
        ),
    ],
)
def test_the_answer_has_the_word_of_its_probability(
    situations: dict[str, Comparison], situation: str, swedish: str, english: str
) -> None:
    answer = report(situations[situation])["answer"].findings[0]
    assert swedish in said(answer, "sv")
    assert english in said(answer, "en")
    assert "slantsingling" not in said(answer, "sv")


def test_the_answer_tells_expectation_interval_probability_deciders_and_what_is_unconfirmed(
    situations: dict[str, Comparison],
) -> None:
    answer = said(report(situations["likely cheaper"])["answer"].findings[0], "sv").replace("\xa0", " ")
    # Normal with mean -8 and standard deviation 9: P(< 0) = Phi(8/9) = 0.813; -8 -/+ 1.96 * 9; 8/130 = 6.2 per cent.
    for part in (
        "sannolikheten är 81 procent",
        "8,0 miljoner kronor billigare (6,2 procent av vad dagens avtal kostar)",
        "mellan 25,6 miljoner kronor billigare (20 procent) och 9,6 miljoner kronor dyrare (7 procent)",
        "samordningsvinst, prisutveckling på marknaden och",
        "82 procent från antaganden som ingen i kommunen har bekräftat",
    ):
        assert part in answer


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_figure_has_title_axes_and_a_text_alternative(analyses: list[Analysis], language: str) -> None:
    for analysis in analyses:
        for section in analysis.sections:
            for chart in section.charts:
                for part in ("title", "alt", "x", "y"):
                    sentence = text.sentence(f"chart.{chart.code}.{part}", chart.values, language)
                    assert sentence, chart.code
                    assert not UNFINISHED.search(sentence), sentence


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_section_fact_and_column_has_its_words(analyses: list[Analysis], language: str) -> None:
    for analysis in analyses:
        for section in analysis.sections:
            assert text.has(f"section.comparison.{section.code}", language)
            assert text.has(f"lead.comparison.{section.code}", language)
        assert [code for code, _ in analysis.facts if not text.has(f"masthead.{code}", language)] == []
        assert text.sentence("title.comparison", analysis.values, language)
    columns = {
        column
        for finding in findings(analyses)
        if finding.table is not None
        for column in in_language(finding.table, language).columns
    }
    assert [column for column in sorted(columns) if not text.has(f"column.{column}", language)] == []
    captioned = {finding.code for finding in findings(analyses) if finding.table is not None}
    assert [code for code in sorted(captioned) if not text.has(f"caption.{code}", language)] == []


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize(
    "column",
    ["assumption", "question", "component", "plan", "choice", "quantity", "scenario", "check", "rule", "basis"]
    + ["assumption_unit", "requirements", "form", "governance", "effect", "measure_of", "prices"],
)
def test_every_code_in_a_table_has_its_word(analyses: list[Analysis], column: str, language: str) -> None:
    tables = [finding.table for finding in findings(analyses) if finding.table is not None]
    tables += [chart.frame for each in analyses for section in each.sections for chart in section.charts]
    codes = {code for table in tables if column in table.columns for code in table[column] if code}
    assert codes
    assert sorted(code for code in codes if word_of(column, code, language) is None) == []


def test_the_sections_stand_in_the_order_a_board_reads(situations: dict[str, Comparison]) -> None:
    codes = [section.code for section in report(situations["coin toss"]).sections]
    assert codes[:4] == ["answer", "compared", "waterfall", "distribution"]
    assert codes.index("sensitivity") < codes.index("questions") < codes.index("break_evens") < codes.index("risk")
    assert codes[-1] == "assumptions"
    assert len(codes) == 16


def test_the_components_sum_to_the_difference_in_the_answer(situations: dict[str, Comparison]) -> None:
    for comparison in situations.values():
        section = report(comparison)["waterfall"]
        if section.charts and comparison.components["difference_sek"].sum() == pytest.approx(
            comparison.difference.mean
        ):
            assert section.charts[0].frame["difference_sek"].sum() == pytest.approx(comparison.difference.mean, abs=0.2)


def test_what_shows_in_the_budget_and_what_does_not_sum_to_the_difference(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    (finding,) = (f for f in report(comparison)["waterfall"].findings if f.code == "comparison.cashable")
    assert finding.table is not None
    assert finding.table["difference_sek"].sum() == pytest.approx(comparison.difference.mean, abs=0.2)


def test_every_assumption_stands_once_in_the_appendix_the_cases_own_first(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    section = report(comparison)["assumptions"]
    shown = [name for finding in section.findings if finding.table is not None for name in finding.table["assumption"]]
    assert shown[0] == "scope_saving_share"
    assert sorted(shown) == sorted(assumption.name for assumption in comparison.case.assumptions)


def test_questions_come_in_the_order_of_what_their_answers_are_worth(situations: dict[str, Comparison]) -> None:
    finding = report(situations["coin toss"])["questions"].findings[0]
    assert finding.table is not None
    assert list(finding.table["evppi_sek"]) == sorted(finding.table["evppi_sek"], reverse=True)
    assert said(finding, "sv").startswith("Hur stor samordningsvinst kan leverantörerna visa? Svaret kan vara värt upp")


def _everything(analysis: Analysis, language: str) -> str:
    view = View(language, audience=str(analysis.values["audience"]), kind="comparison")
    shown = [view.masthead(analysis), *(view.section(section) for section in analysis.sections)]
    return " ".join([*(html.source for html in shown), repr(view.deliver(analysis).payload)])


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_suppliers_see_no_money_and_nothing_internal(
    situations: dict[str, Comparison], canary: str, language: str
) -> None:
    for situation in ("coin toss", "very likely cheaper"):
        comparison = situations[situation]
        told = _everything(report(comparison, "shared"), language)
        assert canary not in told
        assert not AMOUNT.search(told)
        tables = [finding.table for finding in report(comparison, "shared").findings() if finding.table is not None]
        columns = " ".join(str(column) for table in tables for column in table.columns)
        assert not re.search(r"_sek\b|_ore\b|source|confirmed", columns)
    assert canary in _everything(report(situations["coin toss"]), language)  # the control
    assert AMOUNT.search(_everything(report(situations["coin toss"]), language))


def test_suppliers_are_told_that_it_is_the_shared_version(situations: dict[str, Comparison]) -> None:
    analysis = report(situations["coin toss"], "shared")
    assert "Det här är den delade versionen" in said(analysis["shared_version"].findings[0], "sv")
    assert [section.code for section in analysis.sections] == [
        *("shared_version", "compared", "cost_shares", "questions", "legal", "honesty", "limits"),
    ]


def test_shares_shown_to_suppliers_leave_the_price_out_and_tell_no_total(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    frame = report(comparison, "shared")["cost_shares"].charts[0].frame
    assert not {"price", "premium", "benefit"} & set(frame["component"])
    for plan in ("fragmented", "consolidated"):
        assert frame[f"{plan}_share"].sum() == pytest.approx(1.0, abs=0.05)
    dearer = comparison.components.assign(fragmented_sek=3 * comparison.components["fragmented_sek"])
    shown = report(replace(comparison, components=dearer), "shared")["cost_shares"].charts[0].frame
    assert shown["fragmented_share"].equals(frame["fragmented_share"])


def test_a_broken_rule_is_named_and_bad(situations: dict[str, Comparison]) -> None:
    finding = report(situations["two domains"])["honesty"].findings[0]
    assert finding.signal is Signal.BAD
    assert said(finding, "sv").startswith("Två regler är brutna: samma behov täcks hela tiden i båda alternativen och")


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_every_reader_is_told_the_rules_and_how_much_rests_on_what_nobody_confirmed(
    situations: dict[str, Comparison], audience: str
) -> None:
    analysis = report(situations["coin toss"], audience)
    (rules,) = analysis["honesty"].findings
    assert rules.table is not None
    assert len(rules.table) == len(situations["coin toss"].honesty)
    shares = [finding for finding in analysis["questions"].findings if finding.code == "comparison.unconfirmed"]
    assert ["82 procent av osäkerheten" in said(finding, "sv").replace("\xa0", " ") for finding in shares] == [True]


def test_an_answer_that_rests_on_what_nobody_confirmed_is_called_no_verdict(situations: dict[str, Comparison]) -> None:
    comparison = situations["very likely cheaper"]
    codes = [finding.code for finding in report(comparison)["answer"].findings]
    assert codes[:2] == ["comparison.answer", "comparison.answer_unconfirmed"]
    confirmed = report(replace(comparison, unconfirmed_share=0.2))["answer"]
    assert "comparison.answer_unconfirmed" not in [finding.code for finding in confirmed.findings]


def test_a_deviation_that_flatters_the_partnership_is_counted(situations: dict[str, Comparison]) -> None:
    (finding,) = report(situations["coin toss"])["reference_checks"].findings
    assert said(finding, "sv").endswith("Ett av dem får partnerskapet att se bättre ut.")
    assert said(finding, "en").endswith("One of them makes the partnership look better.")


def test_amounts_are_written_in_millions_with_one_decimal(situations: dict[str, Comparison]) -> None:
    html = _everything(report(situations["coin toss"]), "sv")
    assert re.search(r"130,0\xa0miljoner kronor", html)
    assert not re.search(r"\d,\d\d+\xa0miljoner", html)
    assert '<th scope="col" class="number">Skillnad, mnkr</th>' in html
    assert '<td class="number short">−8,9</td>' in html


def test_sources_stand_in_the_language_of_the_report(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    shown = {language: unescape(_everything(report(comparison), language)) for language in text.LANGUAGES}
    pairs = {(each.source, each.source_sv) for each in comparison.case.assumptions if each.source_sv}
    pairs |= {tuple(text.word("check_source", check, language) for language in ("en", "sv")) for check in LIMITS}
    assert len(pairs) > 60
    for english, swedish in pairs:
        told, taken = ({part.replace(" %", "\xa0%")} | {part} for part in (swedish, english))
        assert any(part in shown["sv"] for part in told), swedish
        assert any(part in shown["en"] for part in taken), english
        assert not any(part in shown["sv"] for part in taken), english
        assert not any(part in shown["en"] for part in told), swedish


def test_a_source_that_somebody_typed_stands_as_typed_in_both_languages(
    situations: dict[str, Comparison], canary: str
) -> None:
    for language in text.LANGUAGES:
        assert f"market dialogue {canary}" in _everything(report(situations["coin toss"]), language)


def test_a_number_chosen_in_the_room_says_so_in_the_readers_language() -> None:
    assert text.has(f"word.source.{CHOSEN}", "en")
    assert "Vad händer om" in str(word_of("source", CHOSEN, "sv"))


def test_low_and_high_that_are_no_extremes_are_said_to_be_p10_and_p90(
    make_comparison: MakeComparison, make_case: MakeCase
) -> None:
    case = make_case()
    *rest, own = case.assumptions
    endless = replace(own, distribution=Distribution(Shape.NORMAL, (-0.01, 0.08)))
    for changed, said_so in ((own, False), (endless, True)):
        told = report(make_comparison(case=replace(case, assumptions=(*rest, changed))))
        shown = View("sv", kind="comparison").section(told["assumptions"]).source
        assert ("normal (P10, P90)" in shown) is said_so


def test_nobody_is_asked_about_what_nothing_depends_on(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    asked = report(comparison, "shared")["questions"].findings[0].table
    worth = comparison.information
    silent = worth.assign(total_order_share=worth["total_order_share"].where(worth["name"] != "interface_density", 0.0))
    fewer = report(replace(comparison, information=silent), "shared")["questions"].findings[0].table
    assert asked is not None
    assert fewer is not None
    assert set(asked["question"]) - set(fewer["question"]) == {"interface_density"}


def test_an_area_of_law_is_named_in_the_readers_language() -> None:
    assert [word_of("scope", "school", language) for language in ("sv", "en")] == ["skola", "school"]
    assert word_of("scope", "Skolpartnerskapet", "sv") is None


def test_suppliers_get_no_source_in_any_language(situations: dict[str, Comparison]) -> None:
    comparison = situations["coin toss"]
    told = "".join(unescape(_everything(report(comparison, "shared"), language)) for language in text.LANGUAGES)
    sources = {words for each in comparison.case.assumptions for words in (each.source, each.source_sv) if words}
    assert not [words for words in sources if words in told]


def test_shares_in_rows_of_every_unit_read_as_per_cent(situations: dict[str, Comparison]) -> None:
    sections = report(situations["coin toss"])
    view = View("sv", kind="comparison")
    bars, turns = (unescape(view.section(sections[code]).source) for code in ("sensitivity", "break_evens"))
    assert (
        '<td class="short">andel</td><td class="number short">1\xa0%</td><td class="number short">9\xa0%</td>' in bars
    )
    assert '<td class="short">timmar/år</td><td class="number short">646</td>' in turns
    assert '<td class="number short">3,5\xa0%</td><td class="number short">4,1\xa0%</td>' in turns


def test_the_whole_report_can_be_shown_and_delivered(analyses: list[Analysis]) -> None:
    for analysis in analyses:
        payload: dict[str, Any] = dict(View("sv", kind="comparison").deliver(analysis).payload)
        assert payload["complete"] is True
        assert len(payload["findings"]) == len(list(analysis.findings()))
