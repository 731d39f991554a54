"""The renewal radar in the portfolio report and in the check: signals, sentences, what cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from partnership_lib.analysis.agreement_rules import Severity
from partnership_lib.analysis.portfolio import portfolio
from partnership_lib.analysis.renewal_radar.checks import radar_findings
from partnership_lib.analysis.renewal_radar.lead_time import Approach, LeadBasis, LeadTime
from partnership_lib.analysis.renewal_radar.planning import ProcurementPlanning
from partnership_lib.display.figures.drawing import draw_svg
from partnership_lib.domain import ExtensionOption, Record, RegisterContent, RequirementType
from partnership_lib.findings import Section, Signal
from partnership_lib.units.period import Period

AS_OF = date(2026, 9, 15)
COLUMNS = ["month", "supplier_key", "supplier", "supplier_is_person", "account", "account_text", "agreement_id"]
COLUMNS += ["candidates", "amount_ore", "lines"]

YEAR = LeadTime(LeadBasis.ASSUMPTION, np.array([9.0, 12.0]), np.array([0.5, 0.5]))
ASSUMED = {"assumption": "lead_months_detailed", "low_end": 6.0, "middle": 9.0, "high_end": 15.0}
ASSUMED |= {"assumption_unit": "month", "basis": "assumed", "source": "Asked", "source_sv": "Frågat"}
PLANNING = ProcurementPlanning(
    lead_times={Approach.DETAILED: YEAR, Approach.FUNCTIONAL: YEAR},
    office_hours={Approach.DETAILED: 200.0, Approach.FUNCTIONAL: 1_200.0},
    lead_assumptions={Approach.DETAILED: (ASSUMED,)},
)

Radar = Callable[..., Section]


@pytest.fixture
def radar(parties: list[Record]) -> Radar:
    """Makes the section of the radar from agreements, seen on 2026-09-15."""

    def made(*records: Record, planning: ProcurementPlanning | None = PLANNING) -> Section:
        content = RegisterContent.of([*(each for each in parties if each.id != "A-1"), *records])
        spend = pd.DataFrame([], columns=COLUMNS)
        analysis = portfolio(content, spend, Period.parse("2026-T2"), AS_OF, planning=planning)
        return analysis["renewal_radar"]

    return made


def ordinary(make: Any, agreement_id: str, end: date, **values: Any) -> Record:
    usual = {"is_partnership": False, "requirement_type": RequirementType.DETAILED, "name": f"Avtal {agreement_id}"}
    agreement: Record = make.agreement(id=agreement_id, end_date=end, **(usual | values))
    return agreement


def codes(section: Section) -> list[str]:
    return [finding.code.removeprefix("portfolio.") for finding in section.findings]


def test_a_start_that_has_passed_is_bad(radar: Radar, make: Any) -> None:
    section = radar(ordinary(make, "A-7", date(2027, 6, 30)))
    finding = section.findings[0]
    assert finding.signal is Signal.BAD
    assert finding.sentence("sv") == ("Nästa upphandling borde redan ha börjat för ett av 1 avtal: ”Avtal A-7”.")
    assert finding.sentence("en") == (
        "The next procurement should have begun already for one of 1 agreements: “Avtal A-7”."
    )
    row = finding.table.iloc[0]
    assert (row["renewal_state"], row["ready_share"]) == ("late", 0.5)


def test_a_late_start_that_an_option_or_a_renewal_can_cover_asks_for_attention(radar: Radar, make: Any) -> None:
    option = ExtensionOption(id="EO-1", agreement_id="A-7", months=12, decide_by=date(2026, 12, 31))
    renewing = ordinary(make, "A-8", date(2027, 6, 30), renews_automatically=True)
    section = radar(ordinary(make, "A-7", date(2027, 6, 30)), option, renewing)
    assert section.findings[0].signal is Signal.ATTENTION
    assert list(section.findings[0].table["goes_on_until"]) == [date(2028, 6, 30), "renews"]


def test_a_start_within_three_months_is_told_and_a_later_one_is_quiet(radar: Radar, make: Any) -> None:
    section = radar(ordinary(make, "A-7", date(2027, 11, 30)), ordinary(make, "A-8", date(2028, 6, 30)))
    assert section.findings[0].signal is Signal.GOOD
    soon = next(each for each in section.findings if each.code == "portfolio.radar_soon")
    assert soon.values["names"] == ["Avtal A-7"]


def test_work_that_runs_is_never_called_late_and_told_when_it_is_not_safe(radar: Radar, make: Any) -> None:
    late = ordinary(make, "A-7", date(2027, 3, 31), replacement_started_date=date(2026, 6, 1))
    safe = ordinary(make, "A-8", date(2027, 10, 31), replacement_started_date=date(2026, 9, 1))
    section = radar(late, safe)
    assert "radar_late_none" in codes(section)
    running = next(each for each in section.findings if each.code == "portfolio.radar_running_late")
    assert (running.number, running.values["running"], running.values["names"]) == (1, 2, ["Avtal A-7"])


def test_a_start_noted_for_a_coming_day_has_not_begun(radar: Radar, make: Any) -> None:
    planned = ordinary(make, "A-7", date(2027, 6, 30), replacement_started_date=date(2026, 10, 1))
    assert list(radar(planned).findings[0].table["renewal_state"]) == ["late"]


def test_without_lead_times_the_radar_says_that_it_cannot_tell(radar: Radar, make: Any) -> None:
    assert codes(radar(ordinary(make, "A-7", date(2027, 6, 30)), planning=None)) == ["radar_cannot_tell"]


def test_without_the_hours_of_the_office_nothing_is_said_to_be_enough(radar: Radar, make: Any) -> None:
    section = radar(ordinary(make, "A-7", date(2027, 11, 30)))
    told = next(each for each in section.findings if "hours" in each.code)
    assert (told.code, told.signal) == ("portfolio.radar_hours_cannot_tell", Signal.NONE)
    assert list(told.table.columns) == ["period", "procurements", "hours_needed"]


@pytest.mark.parametrize(
    ("hours_per_year", "code", "signal"),
    [(1000.0, "enough", Signal.GOOD), (180.0, "short", Signal.ATTENTION), (100.0, "short", Signal.BAD)],
)
def test_quarters_are_held_against_the_hours_of_the_office(
    radar: Radar, make: Any, hours_per_year: float, code: str, signal: Signal
) -> None:
    # 200 hours over the twelve months up to 1 December 2027: about 50 in each whole quarter.
    planning = replace(PLANNING, office_hours_per_year=hours_per_year)
    section = radar(ordinary(make, "A-7", date(2027, 11, 30)), planning=planning)
    told = next(each for each in section.findings if "hours" in each.code)
    assert (told.code, told.signal) == (f"portfolio.radar_hours_{code}", signal)


def test_what_nobody_has_confirmed_is_said(radar: Radar, make: Any) -> None:
    section = radar(ordinary(make, "A-7", date(2027, 11, 30)))
    told = next(each for each in section.findings if "assumptions" in each.code)
    assert (told.number, list(told.table["source_sv"])) == (1, ["Frågat"])
    lead = next(each for each in section.findings if "lead" in each.code)
    assert lead.code == "portfolio.radar_lead_assumed"
    confirmed = replace(PLANNING, lead_assumptions={Approach.DETAILED: ({**ASSUMED, "confirmed_by": "Kim"},)})
    assert "radar_assumptions_confirmed" in codes(radar(ordinary(make, "A-7", date(2027, 11, 30)), planning=confirmed))


def test_agreements_until_further_notice_are_told_apart(radar: Radar, make: Any) -> None:
    section = radar(ordinary(make, "A-7", date(2027, 11, 30)), ordinary(make, "A-8", None, name="Posthantering"))
    assert section.findings[-1].sentence("sv") == (
        "Ett avtal gäller tills vidare och har ingen dag att räkna från: ”Posthantering”."
    )


def test_both_figures_are_drawn_in_both_languages(radar: Radar, make: Any) -> None:
    planning = replace(PLANNING, office_hours_per_year=100.0)
    section = radar(ordinary(make, "A-7", date(2027, 6, 30)), planning=planning)
    for chart in section.charts:
        drawn = {language: draw_svg(chart.code, chart.frame, chart.values, language) for language in ("sv", "en")}
        assert drawn["sv"] != drawn["en"]


def test_the_check_warns_of_late_starts_late_work_and_full_quarters(parties: list[Record], make: Any) -> None:
    late = ordinary(make, "A-7", date(2027, 6, 30))
    running = ordinary(make, "A-8", date(2027, 3, 31), replacement_started_date=date(2026, 6, 1))
    ahead = ordinary(make, "A-9", date(2028, 6, 30))
    content = RegisterContent.of([*(each for each in parties if each.id != "A-1"), late, running, ahead])
    planning = replace(PLANNING, office_hours_per_year=100.0)
    found = list(radar_findings(content, planning, AS_OF))
    assert [(each.code, each.where, each.severity) for each in found] == [
        ("start_late", "A-7", Severity.WARNING),
        ("procurement_late", "A-8", Severity.WARNING),
        ("office_short", "2026-Q4", Severity.WARNING),
    ]
    for each in found:
        assert each.sentence("sv") != each.sentence("en")
        assert each.remedy("sv")
    assert not list(radar_findings(RegisterContent.of([ahead]), PLANNING, AS_OF))
