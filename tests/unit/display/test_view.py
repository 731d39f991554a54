"""A view shows an analysis: headings in order, signals in words, figures with alternatives, the whole as data."""

import json
import re
from datetime import date

import pandas as pd
import pytest

from partnership_lib.display.delivery import DELIVERY_MIME
from partnership_lib.display.html import SAFE_MARK
from partnership_lib.display.view import View
from partnership_lib.errors import ReportError
from partnership_lib.findings import Analysis, Chart, Finding, Section, Signal, with_background
from partnership_lib.units.period import Period

OVERDUE = pd.DataFrame({"title": ["Skolval"], "due_date": [date(2026, 7, 15)], "overdue_days": [47]})
LATE = Finding(
    "follow_up.activities_operational_overdue",
    1,
    "count",
    {"number": 1, "unfinished": 9, "oldest_days": 47, "done": 2},
    OVERDUE,
    Signal.BAD,
)
SPENT = Finding("follow_up.spend_in_period", 421_300_000, "ore", {"number": 421_300_000})
MEETINGS = Chart(
    "cadence_strip",
    pd.DataFrame({"level": ["tactical"], "planned_date": [date(2026, 6, 1)], "held_date": [None], "state": ["missed"]}),
    {"first": date(2026, 6, 1), "held": 0, "missed": 1, "cancelled": 0, "coming": 0},
)
ANALYSIS = Analysis(
    "follow_up",
    (Section("summary", (SPENT,)), Section("activities", (SPENT, LATE), (MEETINGS,))),
    {"agreement": "Skola <b>", "period": "2026-T2"},
    (("agreement", "Skola <b>"), ("period", Period.parse("2026-T2")), ("end_date", None)),
)


def test_the_masthead_has_the_only_first_heading() -> None:
    html = View().masthead(ANALYSIS).source
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["Uppföljning: Skola &lt;b&gt;, tertial 2 2026"]
    assert "tertial 2 2026" in html
    assert "Intern – för kommunen" in html


def test_the_masthead_of_a_shared_report_says_so() -> None:
    assert "Delad – för båda parter" in View(audience="shared").masthead(ANALYSIS).source


def test_a_section_begins_with_its_heading_and_its_lead() -> None:
    html = View().section(ANALYSIS["activities"]).source
    assert "<h2>Aktiviteter</h2>" in html
    assert html.index("<h2>") < html.index('class="lead"') < html.index('class="finding')


def test_a_signal_is_a_sign_and_a_word_beside_the_sentence() -> None:
    html = View().section(ANALYSIS["activities"]).source
    assert '<span class="icon">▲</span>Kräver åtgärd</span> ' in html


def test_the_figure_stands_before_the_first_table() -> None:
    html = View().section(ANALYSIS["activities"]).source
    assert html.index("Inköpen under perioden") < html.index("<figure>") < html.index("47 dagar")


def test_a_table_in_the_background_is_for_the_screen_and_on_paper_its_sentence_says_where_it_is() -> None:
    (section,) = with_background([Section("activities", (LATE, SPENT))], ("activities", "spend"))
    source = View("sv").section(section).source
    assert '<div class="scroll on-screen"' in source
    assert source.count('<span class="on-paper">(1 rad i datafilen activities_operational_overdue.csv.)</span>') == 1
    assert "on-paper" not in View("sv").section(Section("activities", (LATE, SPENT))).source
    assert "datafilen" not in str(View("sv").section(section))  # plain text is read on a screen


def test_a_figure_has_a_text_alternative_and_its_numbers() -> None:
    html = View().chart(MEETINGS).source
    (alternative,) = re.findall(r'<img alt="(.*?)"', html)
    assert "uteblivna" in alternative
    assert 'src="data:image/svg+xml;base64,' in html
    assert re.search(r"<details>.*<table.*inte hållet.*</details>", html, re.DOTALL)


def test_a_figure_without_a_text_alternative_is_refused() -> None:
    with pytest.raises(ReportError) as refused:
        View()._alternative(Chart("not_described", MEETINGS.frame))
    assert refused.value.code == "missing_alt_text"


def test_an_empty_chart_is_a_sentence() -> None:
    empty = Chart(MEETINGS.code, MEETINGS.frame.head(0), MEETINGS.values)
    html = View().chart(empty).source
    assert "Det finns inget att visa för perioden." in html
    assert "<img" not in html


def test_an_empty_section_says_that_there_is_nothing() -> None:
    assert "Det finns inget att redovisa här" in View().section(Section("risks")).source


def test_money_is_shown_in_the_currency_of_the_workspace() -> None:
    assert "GBP" in View(language="en", currency="GBP").sentence(SPENT).replace("£", "GBP")


def test_the_delivery_is_the_whole_analysis_as_json() -> None:
    data, metadata = View().deliver(ANALYSIS)._repr_mimebundle_()
    payload = json.loads(json.dumps(data[DELIVERY_MIME], allow_nan=False))
    assert payload["complete"] is True
    assert payload["kind"] == "follow_up"
    assert [finding["code"] for finding in payload["findings"]] == [SPENT.code, SPENT.code, LATE.code]
    assert payload["findings"][2]["table"] == {
        "columns": ["title", "due_date", "overdue_days"],
        "rows": [["Skolval", "2026-07-15", 47]],
    }
    assert payload["findings"][2]["signal"] == "bad"
    assert "försenad" in payload["findings"][2]["sentence"]
    assert metadata == {"partnership": SAFE_MARK}
    assert "Rapporten är komplett." in data["text/html"]


def test_what_is_shown_carries_the_mark_and_a_plain_text() -> None:
    shown = View().section(ANALYSIS["activities"])
    data, metadata = shown._repr_mimebundle_()
    assert metadata == {"partnership": SAFE_MARK}
    assert data["text/html"].startswith("<style>")
    assert "Kräver åtgärd" in data["text/plain"]
    assert "<" not in str(shown)


def test_a_board_that_reads_one_page_meets_no_table_of_contents_on_it() -> None:
    sections = tuple(Section(f"part_{number}", (SPENT,)) for number in range(12))
    assert "<nav" not in View(kind="portfolio").masthead(Analysis("portfolio", sections, {"period": "2026-T2"})).source
    assert "<nav" in View().masthead(Analysis("follow_up", sections, ANALYSIS.values)).source
