"""Indicators, deviations, risks and law changes."""

from __future__ import annotations

from datetime import date

import pytest

from partnership_lib.display.values import format_value
from partnership_lib.domain import (
    Deviation,
    Direction,
    Indicator,
    IndicatorObservation,
    LawChange,
    LawChangeImpact,
    LawChangeStatus,
    Need,
    Record,
    Risk,
)
from partnership_lib.findings import Signal

STEADY = (86, 84, 86, 84, 86, 84, 86, 84)


def indicator(**values) -> Indicator:
    """Share of matters solved the same day: target 85, threshold 80, higher is better."""
    usual = {
        "id": "I-1",
        "agreement_id": "A-1",
        "name": "Lösta samma dag",
        "unit": "%",
        "direction": Direction.HIGHER,
        "target": 85.0,
        "threshold": 80.0,
        "period_kind": "month",
    }
    return Indicator(**(usual | values))


def observed(history, latest, base_count: int | None = 100) -> list[Record]:
    """Monthly observations up to April 2026 and one for August 2026."""
    first = 2026 * 12 + 4 - len(history)
    rows: list[Record] = []
    for place, value in enumerate(history):
        year, month = divmod(first + place, 12)
        rows.append(
            IndicatorObservation(
                id=f"H-{place}", indicator_id="I-1", period=f"{year}-{month + 1:02d}", value=value, base_count=50
            )
        )
    if latest is not None:
        rows.append(
            IndicatorObservation(id="L", indicator_id="I-1", period="2026-08", value=latest, base_count=base_count)
        )
    return rows


def test_a_result_beyond_the_threshold_and_outside_the_noise_is_a_real_deterioration(report):
    # Eight values, 86 and 84 in turn: mean 85, every moving range 2, limits 85 ± 2.66 * 2 = 79.68 to 90.32.
    finding = report(indicator(), *observed(STEADY, 79.0)).finding("follow_up.indicators_worse_one")
    assert finding.signal is Signal.BAD
    assert (finding.values["low"], finding.values["high"]) == pytest.approx((79.68, 90.32))
    assert finding.sentence("sv") == (
        "”Lösta samma dag” har utfallet 79 %, sämre än gränsen 80 och utanför det normala (79,7–90,3). "
        "Det är en verklig försämring."
    )


@pytest.mark.parametrize(("larger", "threshold", "latest"), [(83.7816, 80.0, 68.4), (0.9449, 0.8, 0.1)])
def test_the_sentence_and_the_table_have_the_same_figures(report, larger, threshold, latest):
    # 83.7816 and 82.2216 in turn: mean 83.0016, limits 83.0016 ± 2.66 * 1.56, the lower one 78.852. Rounded to 78.85
    # for the table and once more for the reader it would be 78.8 beside the sentence's 78.9.
    history = (larger, larger * 82.2216 / 83.7816) * 4
    analysis = report(indicator(threshold=threshold), *observed(history, latest))
    said = analysis.finding("follow_up.indicators_worse_one").sentence("sv")
    row = analysis.finding("follow_up.indicators").table.iloc[0]
    for name in ("value", "threshold", "low", "high"):
        assert format_value(name, row[name], "sv") in said, said


def test_a_result_beyond_the_threshold_but_inside_the_noise_has_no_signal(report):
    finding = report(indicator(), *observed(STEADY, 79.8)).finding("follow_up.indicators_within_noise")
    assert finding.signal is Signal.NONE
    assert finding.sentence("sv") == (
        "”Lösta samma dag” är på fel sida om gränsen, men inte mer än vad som ryms i normal variation."
    )


def test_a_result_outside_the_noise_but_not_beyond_the_threshold_has_no_signal(report, codes):
    # 75 is outside 79.68-90.32, but the threshold is 70.
    analysis = report(indicator(threshold=70.0), *observed(STEADY, 75.0))
    assert codes(analysis, "indicators") == ["indicators_quiet"]


def test_a_level_that_has_long_been_beyond_the_threshold_asks_for_attention_without_having_changed(report):
    finding = report(indicator(threshold=88.0), *observed(STEADY, 84.0)).finding("follow_up.indicators_lasting")
    assert finding.signal is Signal.ATTENTION


def test_a_real_improvement_that_meets_the_target_is_good(report):
    assert report(indicator(), *observed(STEADY, 91.0)).finding("follow_up.indicators_better").signal is Signal.GOOD


def test_lower_is_better_turns_everything_round(report):
    lower = indicator(direction=Direction.LOWER, target=85.0, threshold=90.0)
    assert report(lower, *observed(STEADY, 91.0)).finding("follow_up.indicators_worse_one").signal is Signal.BAD
    assert report(lower, *observed(STEADY, 79.0)).finding("follow_up.indicators_better").signal is Signal.GOOD


@pytest.mark.parametrize(("count", "code"), [(5, "indicators_cannot_tell"), (6, "indicators_worse_one")])
def test_six_earlier_observations_are_needed_to_tell(report, codes, count, code):
    assert code in codes(report(indicator(), *observed(STEADY[:count], 70.0)), "indicators")


def test_a_result_measured_on_nothing_gets_no_judgement(report):
    analysis = report(indicator(), *observed(STEADY, 100.0, base_count=0))
    finding = analysis.finding("follow_up.indicators_no_activity")
    assert finding.signal is Signal.NONE
    row = analysis.finding("follow_up.indicators_quiet").table.iloc[0]
    assert row["value"] is None
    assert row["indicator_state"] == "no_activity"


def test_a_period_without_results_gets_no_judgement_and_not_the_last_periods(report, codes):
    assert "indicators_no_activity" in codes(report(indicator(), *observed(STEADY, None)), "indicators")


def test_observations_without_activity_do_not_count_as_history(report, codes):
    idle = [
        IndicatorObservation(id=f"Z-{month}", indicator_id="I-1", period=f"2026-{month:02d}", value=0.0, base_count=0)
        for month in (3, 4)
    ]
    records = [r for r in observed(STEADY[:5], 70.0) if getattr(r, "period", "") not in ("2026-03", "2026-04")]
    assert "indicators_cannot_tell" in codes(report(indicator(), *records, *idle), "indicators")


def test_results_after_the_report_date_are_not_used(report, codes):
    late = IndicatorObservation(id="N", indicator_id="I-1", period="2026-09", value=10.0)
    assert codes(report(indicator(), *observed(STEADY, 86.0), late), "indicators") == ["indicators_quiet"]


def deviation(deviation_id: str, noticed: date, **values) -> Deviation:
    """A deviation that the supplier was told of the same day."""
    usual = {"agreement_id": "A-1", "description": "Driftstopp", "supplier_told_date": noticed}
    return Deviation(id=deviation_id, noticed_date=noticed, **(usual | values))


def test_deviations_are_counted_as_open_noticed_and_closed(report):
    finding = report(
        deviation("D-1", date(2026, 2, 1)),
        deviation("D-2", date(2026, 6, 1), closed_date=date(2026, 7, 1)),
        deviation("D-3", date(2026, 7, 1), closed_date=date(2026, 9, 1)),  # still open on the report date
        deviation("D-4", date(2026, 9, 1)),  # not yet noticed
    ).finding("follow_up.deviations")
    # 2026-08-31 minus 2026-02-01 is 211 days.
    assert finding.sentence("sv") == (
        "Två avvikelser är öppna; den äldsta har varit öppen i 211 dagar. "
        "Under perioden upptäcktes två och en åtgärdades."
    )
    assert finding.signal is Signal.ATTENTION


@pytest.mark.parametrize(
    ("noticed", "signal"), [(date(2026, 8, 17), Signal.ATTENTION), (date(2026, 8, 16), Signal.BAD)]
)
def test_a_supplier_must_be_told_within_two_weeks(report, noticed, signal):
    untold = deviation("D-1", noticed, supplier_told_date=None)
    assert report(untold).finding("follow_up.deviations_untold").signal is signal


def test_the_supplier_does_not_learn_of_a_deviation_from_the_report(report, codes):
    untold = deviation("D-1", date(2026, 8, 1), supplier_told_date=None)
    assert codes(report(untold, audience="shared"), "deviations") == ["deviations_none"]


def risk(risk_id: str, probability: int, consequence: int, assessed: date = date(2026, 6, 1)) -> Risk:
    """A risk."""
    return Risk(
        id=risk_id,
        agreement_id="A-1",
        description="Nyckelperson slutar",
        probability=probability,
        consequence=consequence,
        assessed_date=assessed,
    )


@pytest.mark.parametrize(
    ("probability", "consequence", "signal"),
    [(3, 5, Signal.BAD), (2, 4, Signal.ATTENTION), (7, 1, Signal.NONE)],
)
def test_a_risk_is_weighed_by_probability_and_consequence(report, probability, consequence, signal):
    finding = report(risk("R-1", probability, consequence))["risks"].findings[0]
    assert finding.signal is signal
    assert finding.table.iloc[0]["risk_value"] == probability * consequence


def test_a_risk_not_assessed_for_a_year_is_said(report, codes):
    assert "risks_stale" in codes(report(risk("R-1", 1, 1, date(2025, 8, 30))), "risks")
    assert "risks_stale" not in codes(report(risk("R-1", 1, 1, date(2025, 8, 31))), "risks")


def law(in_force: date, status: LawChangeStatus, **values) -> list[Record]:
    """A law change that touches the need of schedules."""
    return [
        Need(id="N-1", name="Schemaläggning", category="48000000"),
        LawChange(id="L-1", title="Ny skollag", reference="SFS 0000:1 (påhittad)", in_force_date=in_force),
        LawChangeImpact(id="LI-1", law_change_id="L-1", agreement_id="A-1", need_id="N-1", status=status, **values),
    ]


def test_a_law_change_ahead_says_when_and_who_handles_it(report, make):
    records = law(date(2027, 7, 1), LawChangeStatus.PLANNED, activity_id="X-1", planned_date=date(2027, 6, 1))
    analysis = report(*records, make.activity("X-1", title="Anpassa schemat"))
    finding = analysis.finding("follow_up.law_changes")
    assert finding.sentence("sv") == (
        "En kommande lagändring berör avtalet. Först är ”Ny skollag”, som träder i kraft den 1 juli 2027."
    )
    row = finding.table.iloc[0]
    assert (row["need"], row["activity"], row["handled_by"]) == (
        "Schemaläggning",
        "Anpassa schemat",
        "Anna Berg, Olle Lind",
    )
    assert [f.code for f in analysis["law_changes"].findings] == ["follow_up.law_changes"]


@pytest.mark.parametrize(
    ("in_force", "signal"), [(date(2027, 3, 14), Signal.BAD), (date(2027, 3, 15), Signal.ATTENTION)]
)
def test_an_unassessed_law_change_is_bad_within_half_a_year(report, in_force, signal):
    finding = report(*law(in_force, LawChangeStatus.NOT_ASSESSED)).finding("follow_up.law_changes_unassessed")
    assert finding.signal is signal


def test_a_plan_after_the_law_is_in_force_is_late(report):
    records = law(date(2027, 7, 1), LawChangeStatus.IN_PROGRESS, planned_date=date(2027, 7, 2))
    finding = report(*records).finding("follow_up.law_changes_late")
    assert finding.sentence("sv") == "Leverantören blir inte klar i tid med ”Ny skollag”."
    assert finding.sentence("en") == "The supplier will not be ready in time with “Ny skollag”."


def test_a_law_in_force_that_is_not_delivered_is_late_and_a_delivered_one_is_gone(report, codes):
    passed = date(2026, 9, 15)
    assert "law_changes_late" in codes(report(*law(passed, LawChangeStatus.PLANNED)), "law_changes")
    assert codes(report(*law(passed, LawChangeStatus.DELIVERED)), "law_changes") == ["law_changes_none"]
