"""The consolidation report: every section says something in both languages, and its figure is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from partnership_lib.consolidation.planning.beside import Beside, look_beside
from partnership_lib.consolidation.planning.consolidating import consolidate
from partnership_lib.consolidation.planning.rules import MERGED, Form, Rules
from partnership_lib.consolidation.planning.spread import spread
from partnership_lib.consolidation.report import consolidation_report
from partnership_lib.consolidation.solving.watching import Watch
from partnership_lib.display.view import View
from partnership_lib.findings import Analysis
from tests.unit.consolidation.cases import make_case

# The first simulation compiles the engine's kernel, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(900)

DAY = date(2026, 9, 15)
MERGING = Rules(draws=2, forms=(Form("merged", MERGED),), stability_draws=3)
SECTIONS = ("answer", "bundles", "order", "waterfall", "front", "dependence", "alternatives", "reasons", "rests_on")


@cache
def report(known: bool = True) -> Analysis:
    found = consolidate(make_case(known=known, fallbacks=() if known else ("no_capability",)), MERGING)
    return consolidation_report(found, look_beside(found, Watch(), front=True, advice=True), DAY)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_section_is_shown_in_both_languages(language: str) -> None:
    view = View(kind="consolidation", language=language)
    for known in (True, False):
        analysis = report(known)
        assert tuple(section.code for section in analysis.sections) == SECTIONS
        html = "".join(view.section(section)._repr_html_() for section in analysis.sections)
        assert str(view.masthead(analysis))
        assert "consolidation." not in html
        assert html.count("<table") >= 5
        assert view.deliver(analysis).payload["complete"]


def test_what_was_not_computed_is_said_to_be_missing() -> None:
    found = consolidate(make_case(), Rules(draws=2, largest_size=1))
    bare = consolidation_report(found, Beside(), DAY)
    codes = {finding.code for finding in bare.findings()}
    assert {
        "consolidation.bundles_none",
        "consolidation.front_none",
        "consolidation.dependence_none",
        "consolidation.alternatives_none",
        "consolidation.reasons_none",
    } <= codes
    assert all(finding.sentence(language) for finding in bare.findings() for language in ("sv", "en"))


def test_the_front_starts_with_the_plan_and_the_waterfall_sums_to_its_saving() -> None:
    analysis = report()
    answer, front = analysis.finding("consolidation.saves"), analysis["front"].findings[0]
    assert front.table is not None
    assert front.table["difference_sek"].iloc[0] == pytest.approx(answer.number)
    assert analysis.finding("consolidation.waterfall").number == pytest.approx(answer.number)


def test_nobody_having_asked_the_market_calls_for_attention() -> None:
    unknown = report(known=False).finding("consolidation.unknown")
    assert unknown.number == 8
    assert report(known=False).finding("fallback.no_capability").signal == "attention"
    with pytest.raises(KeyError):
        report().finding("consolidation.unknown")


def test_no_saving_is_told_without_its_uncertainty_and_what_that_rests_on() -> None:
    answer = report()["answer"]
    codes = [finding.code for finding in answer.findings]
    assert codes[:3] == ["consolidation.saves", "consolidation.uncertainty", "consolidation.no_verdict"]
    told = answer.findings[1].values
    assert told["unconfirmed"] == 1.0  # the assumptions of the case are confirmed by nobody
    rows = report()["bundles"].findings[0].table
    assert rows is not None
    assert (rows["difference_low_sek"] <= rows["difference_high_sek"]).all()
    assert rows["saves_share"].between(0.0, 1.0).all()


def test_what_is_confirmed_no_longer_counts_as_unconfirmed() -> None:
    case = make_case()
    confirmed = tuple(replace(each, confirmed_by="Upphandlingschefen") for each in case.assumptions)
    some = tuple(confirmed[place] if place % 2 else each for place, each in enumerate(case.assumptions))
    shares = []
    for assumptions in (case.assumptions, some, confirmed):
        found = consolidate(replace(case, assumptions=assumptions), MERGING)
        whole = spread(found)
        assert whole is not None
        shares.append(whole.unconfirmed_share)
    assert shares[0] == 1.0
    assert 0.0 < shares[1] < 1.0
    assert shares[2] == pytest.approx(0.0, abs=1e-12)


def test_the_order_in_time_counts_what_begins_and_the_room_that_the_rules_leave() -> None:
    rules = replace(MERGING, procedures_per_year=dict.fromkeys(range(2027, 2032), 99.0))
    found = consolidate(make_case(), rules)
    section = consolidation_report(found, Beside(), DAY)["order"]
    (finding,) = section.findings
    assert finding.code == "consolidation.order_limited"
    assert finding.table is not None
    assert finding.table["bundles_begin"].sum() == len(section.charts[0].frame) > 0
    assert (finding.table["procedures_expected"] <= finding.table["procedures_limit"]).all()


def test_the_command_that_opens_a_bundle_names_its_agreements_form_and_start() -> None:
    found = consolidate(make_case(), MERGING)
    opened = consolidation_report(found, Beside(), DAY, opened_with=" --rules own.yaml").finding("consolidation.opened")
    assert opened.table is not None
    first = opened.table["command"].iloc[0]
    assert first.startswith("partnership compare --from-agreements ")
    assert " --form merged --start 20" in first
    assert first.endswith(" --rules own.yaml -o data/cases/bundle-1.yaml")
    closed = consolidation_report(found, Beside(), DAY, opened_with=None)
    assert "consolidation.opened" not in {finding.code for finding in closed.findings()}
