"""The invented register: whole, consistent, and with everything in it that the reports talk about."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import date, timedelta

import pandas as pd
import pytest

import partnership_lib.domain as domain
from partnership_lib.analysis.follow_up import follow_up
from partnership_lib.demo import invent_register
from partnership_lib.demo.list_versions import due_date_on
from partnership_lib.demo.meetings import AS_OF
from partnership_lib.domain import (
    ActivityKind,
    ActivityStatus,
    AgreementKind,
    AgreementStatus,
    LegalGround,
    Level,
    ListState,
    Party,
    RegisterContent,
    internal_fields,
    reference_fields,
)
from partnership_lib.domain.ladder import ClimbReason, climbs
from partnership_lib.domain.list_rules import list_hash, state_on
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months
from partnership_lib.units.organisation_number import is_natural_person, luhn_valid
from partnership_lib.units.period import Period

TERTIAL = Period.parse("2026-T2")


@pytest.fixture(scope="module")
def content() -> RegisterContent:
    return invent_register()


@pytest.fixture(scope="module")
def school(content: RegisterContent) -> RegisterContent:
    return content.for_agreement("A-001")


def broken_references(content: RegisterContent) -> list[tuple[str, str]]:
    return [
        (record.id, name)
        for record in content
        for name, kind in reference_fields(type(record)).items()
        if getattr(record, name) is not None and content.find(getattr(domain, kind), getattr(record, name)) is None
    ]


def test_every_reference_points_to_a_record(content):
    assert broken_references(content) == []


def test_a_missing_person_would_be_seen_as_a_broken_reference(content):
    without = RegisterContent.of(record for record in content if record.id != "P-002")
    assert ("A-001", "owner_id") in broken_references(without)


def test_ids_are_used_once_per_record_type(content):
    ids = Counter((type(record), record.id) for record in content)
    assert max(ids.values()) == 1


def test_the_same_seed_gives_the_same_register_and_another_seed_another():
    assert invent_register(seed=1) == invent_register(seed=1)
    assert invent_register(seed=1) != invent_register(seed=2)


def test_an_unknown_scale_is_refused_with_the_allowed_ones():
    with pytest.raises(UsageError) as caught:
        invent_register("galaxy")
    assert caught.value.code == "unknown_scale"
    assert caught.value.values == {"found": "galaxy", "allowed": "small, city, national"}


def test_organisation_numbers_are_valid_different_and_of_series_that_nobody_has(content):
    numbers = {o.name: o.organisation_number for o in content.organisations}
    assert all(luhn_valid(number) and not is_natural_person(number) for number in numbers.values())
    assert len(set(numbers.values())) == len(numbers)
    assert {number[:7] if name == "Lindvalla kommun" else number[:4] for name, number in numbers.items()} == {
        "2120009", "5599",
    }  # fmt: skip


def test_there_are_about_sixty_agreements_and_eight_partnerships_with_owner_and_rhythm(content):
    partnerships = [a for a in content.agreements if a.is_partnership]
    assert 55 <= len(content.agreements) <= 70
    assert [a.id for a in partnerships] == [f"A-00{n}" for n in range(1, 9)]
    assert all(a.owner_id and a.report_rhythm == "tertial" for a in partnerships)
    assert not any(a.report_rhythm for a in content.agreements if not a.is_partnership)


def test_exactly_one_agreement_has_no_owner(content):
    assert [a.id for a in content.agreements if a.owner_id is None] == ["A-010"]


def test_the_school_partnership_replaced_eight_agreements_for_eight_needs_for_twelve_years(content, school):
    agreement = content.find(domain.Agreement, "A-001")
    earlier = [content.find(domain.Agreement, p.predecessor_id) for p in school.predecessors]
    assert (agreement.kind, agreement.requirement_type.value) == (AgreementKind.CONTRACT, "functional")
    assert add_months(agreement.start_date, 144) - timedelta(days=1) == agreement.end_date
    assert len(school.agreement_parts) == len(earlier) == 8
    assert {a.end_date for a in earlier} == {agreement.start_date - timedelta(days=1)}
    needs = {p.need_id for p in content.agreement_parts if p.agreement_id in {a.id for a in earlier}}
    assert needs == {p.need_id for p in school.agreement_parts}


def test_at_least_24_needs_were_never_consolidated_and_are_covered_all_six_years(content):
    partnerships = {a.id for a in content.agreements if a.is_partnership}
    months = [add_months(date(2020, 9, 1), n) for n in range(72)]
    donors = []
    for need in content.needs:
        parts = [p for p in content.agreement_parts if p.need_id == need.id]
        covered = all(any(p.start_date <= m and (not p.end_date or p.end_date >= m) for p in parts) for m in months)
        if covered and not any(p.agreement_id in partnerships for p in parts):
            donors.append(need.id)
    assert len(donors) >= 24


def test_each_need_is_covered_by_at_most_one_agreement_at_a_time(content):
    for need in content.needs:
        parts = sorted((p for p in content.agreement_parts if p.need_id == need.id), key=lambda p: p.start_date)
        assert all(a.end_date < b.start_date for a, b in zip(parts, parts[1:], strict=False))


def test_the_number_of_agreements_in_force_falls_towards_its_target(content):
    def in_force(day: date) -> int:
        return sum(a.status_on(day) is AgreementStatus.IN_FORCE for a in content.agreements)

    target = next(t for t in content.targets if t.measure == "agreements_in_force")
    assert in_force(target.start_date) == target.start_value
    assert target.start_value > in_force(AS_OF) > target.value


def test_dates_stand_in_their_order(content):
    for a in content.agreements:
        assert a.end_date is None or a.start_date < a.end_date
        assert a.signed_date is None or a.signed_date < a.start_date
        assert a.procurement_started_date is None or a.procurement_started_date < a.signed_date
        assert a.replacement_started_date is None or a.start_date < a.replacement_started_date <= AS_OF
    for activity in content.activities:
        ends = [day for day in (activity.done_date, activity.withdrawn_date) if day]
        assert all(activity.raised_date <= day <= AS_OF for day in ends)
        assert activity.due_date is None or activity.raised_date <= activity.due_date
    for deviation in content.deviations:
        told, closed = deviation.supplier_told_date, deviation.closed_date
        assert told is None or deviation.noticed_date <= told <= AS_OF
        assert closed is None or deviation.noticed_date <= closed <= AS_OF


def test_nothing_happens_before_its_agreement_or_after_the_as_of_date(content):
    starts = {a.id: a.signed_date for a in content.agreements}
    happened = [
        *((m.agreement_id, m.held_date) for m in content.meetings if m.held_date),
        *((a.agreement_id, a.raised_date) for a in content.activities),
        *((a.agreement_id, a.decided_date) for a in content.amendments),
        *((d.agreement_id, d.noticed_date) for d in content.deviations),
        *((v.agreement_id, v.proposed_date) for v in content.activity_list_versions),
    ]
    assert all(starts[agreement_id] <= day <= AS_OF for agreement_id, day in happened)


def test_a_parent_stands_on_the_level_above_in_the_same_agreement_and_was_raised_no_later(content):
    for activity in content.activities:
        parent = content.find(domain.Activity, activity.parent_id)
        if parent is not None:
            assert parent.level is activity.level.above
            assert parent.agreement_id == activity.agreement_id
            assert parent.id < activity.id


def test_moves_form_a_chain_that_ends_at_the_due_date_of_today(content):
    for activity in content.activities:
        moves = sorted((m for m in content.activity_moves if m.activity_id == activity.id), key=lambda m: m.moved_date)
        assert all(a.to_date == b.from_date for a, b in zip(moves, moves[1:], strict=False))
        assert not moves or moves[-1].to_date == activity.due_date


def test_responsible_people_work_for_the_right_side(content):
    organisation = {person.id: person.organisation_id for person in content.people}
    supplier = {a.id: a.supplier_id for a in content.agreements}
    for activity in content.activities:
        assert organisation.get(activity.buyer_responsible_id, "O-000") == "O-000"
        expected = supplier[activity.agreement_id]
        assert organisation.get(activity.supplier_responsible_id, expected) == expected


def test_the_school_lists_hold_what_the_follow_up_talks_about(school):
    day = TERTIAL.end - timedelta(days=1)
    status = Counter((a.level, a.status_on(day)) for a in school.activities)
    for level in Level:
        assert status[level, ActivityStatus.DONE] and status[level, ActivityStatus.OVERDUE]
        assert status[level, ActivityStatus.OPEN]
    assert 40 <= len(school.activities) <= 50
    assert any(a.status_on(day) is ActivityStatus.WITHDRAWN for a in school.activities)
    assert {a.kind for a in school.activities} == set(ActivityKind)
    assert {a.raised_by for a in school.activities} == set(Party)
    assert any(a.done_date and a.done_date in TERTIAL for a in school.activities)
    assert any(a.due_date is None for a in school.activities)
    assert any(a.buyer_responsible_id is None for a in school.activities)
    assert any(a.supplier_responsible_id is None for a in school.activities)


def test_a_school_activity_is_so_late_that_it_climbs_and_another_is_late_but_does_not(content, school):
    rules = [r for r in content.escalation_rules if r.working_order_id == school.working_orders[0].id]
    late = [a for a in school.activities if a.level is Level.OPERATIONAL and a.overdue_days_on(TERTIAL.end)]
    climbed = {bool(climbs(activity, rules, content.activity_moves, TERTIAL.end)) for activity in late}
    assert climbed == {True, False}


def test_the_school_lists_lack_a_parent_and_a_breakdown_somewhere(school):
    parents = {a.parent_id for a in school.activities}
    assert any(a.parent_id is None for a in school.activities if a.level is Level.OPERATIONAL)
    assert any(a.parent_id is None for a in school.activities if a.level is Level.TACTICAL)
    assert any(a.id not in parents for a in school.activities if a.level is Level.STRATEGIC)


def test_due_dates_were_moved_in_the_tertial(content, school):
    ids = {a.id for a in school.activities}
    assert any(m.activity_id in ids and m.moved_date in TERTIAL for m in content.activity_moves)


def test_meetings_were_held_missed_cancelled_late_and_lie_ahead(school):
    planned = [m for m in school.meetings if m.planned_date <= AS_OF]
    assert any(m.held_date is None and not m.cancelled_reason for m in planned)
    assert any(m.cancelled_reason for m in planned)
    assert any(m.held_date and m.held_date > m.planned_date for m in planned)
    assert any(m.planned_date > AS_OF for m in school.meetings)
    in_tertial = Counter(bool(m.held_date) for m in school.meetings if m.planned_date in TERTIAL)
    assert in_tertial[True] and in_tertial[False]


def test_meetings_never_fall_on_a_weekend_and_follow_the_promised_cadence(content):
    assert all(m.planned_date.isoweekday() <= 5 for m in content.meetings)
    for order in content.working_orders:
        for cadence in (c for c in content.cadences if c.working_order_id == order.id):
            in_2026 = [
                m for m in content.meetings
                if (m.agreement_id, m.level) == (order.agreement_id, cadence.level) and m.planned_date.year == 2026
            ]  # fmt: skip
            if order.valid_from < date(2026, 1, 1):
                assert len(in_2026) == cadence.meetings_per_year


def test_cadence_per_level_is_what_working_orders_usually_say(content):
    allowed = {Level.STRATEGIC: range(2, 3), Level.TACTICAL: range(4, 7), Level.OPERATIONAL: range(10, 13)}
    assert all(c.meetings_per_year in allowed[c.level] for c in content.cadences)
    assert len(content.working_orders) == 8


def test_attendance_is_noted_for_held_meetings_only_and_somebody_was_away(content):
    held = {m.id for m in content.meetings if m.held_date}
    assert {a.meeting_id for a in content.attendances} == held
    assert {a.present for a in content.attendances} == {True, False}


def test_lists_were_agreed_by_both_and_one_waits_for_a_signature(content, school):
    signed = Counter(s.list_version_id for s in content.sign_offs)
    states = {v.level: [] for v in school.activity_list_versions}
    for version in school.activity_list_versions:
        states[version.level].append(signed[version.id])
    assert set(states) == set(Level)
    assert all(2 in counts for counts in states.values())
    assert any(count < 2 for counts in states.values() for count in counts)


def test_a_list_item_shows_the_due_date_as_it_stood_before_later_moves(content):
    moved = content.find(domain.Activity, "A-001-107")
    versions = [v for v in content.activity_list_versions if (v.agreement_id, v.level) == ("A-001", Level.STRATEGIC)]
    items = {i.list_version_id: i.due_date for i in content.activity_list_items if i.activity_id == moved.id}
    assert [items.get(v.id) for v in versions] == [None, date(2027, 6, 30), date(2027, 12, 31), date(2028, 3, 31)]
    assert due_date_on(moved, content.activity_moves, date(2025, 12, 1)) == date(2027, 12, 31)


def test_a_proposal_was_answered_and_another_taken_back_and_every_signature_is_for_what_the_list_says(content, school):
    versions = school.activity_list_versions
    states = Counter(state_on(version, versions, content.sign_offs, AS_OF) for version in versions)
    assert states[ListState.COUNTERED] == states[ListState.WITHDRAWN] == states[ListState.PROPOSED] == 1
    assert states[ListState.AGREED] == 10
    answer = next(version for version in versions if version.counters_id)
    wanted, given = (
        {i.activity_id: i.due_date for i in content.activity_list_items if i.list_version_id == version_id}
        for version_id in (answer.counters_id, answer.id)
    )
    assert any(given[activity_id] != due_date for activity_id, due_date in wanted.items() if activity_id in given)
    known = {version.id: version for version in content.activity_list_versions}
    for sign_off in content.sign_offs:
        assert sign_off.list_hash == list_hash(known[sign_off.list_version_id], content.activity_list_items)


def test_the_lists_hold_what_has_climbed_to_them(content):
    levels = {version.id: version.level for version in content.activity_list_versions}
    assert any(item.own_level is not levels[item.list_version_id] for item in content.activity_list_items)


def test_a_school_activity_climbs_because_it_was_moved_too_many_times(content, school):
    rules = [r for r in content.escalation_rules if r.working_order_id == school.working_orders[0].id]
    reasons = {step.reason for a in school.activities for step in climbs(a, rules, content.activity_moves, TERTIAL.end)}
    assert reasons == set(ClimbReason)


def test_the_pulse_is_two_sided_one_sided_and_missing(content):
    meetings = {meeting.id: meeting for meeting in content.meetings}
    parties: dict[str, set[Party]] = {}
    for answer in content.pulse_answers:
        assert meetings[answer.meeting_id].held_date and 1 <= answer.score <= 5
        parties.setdefault(meetings[answer.meeting_id].agreement_id, set()).add(answer.party)
    assert set(map(frozenset, parties.values())) == {frozenset(Party), frozenset({Party.BUYER})}
    assert len(parties) < 8


def test_decisions_stand_with_figures_and_one_strategic_decision_leads_nowhere(content, school):
    assert any(decision.figure_sentence and decision.activity_id for decision in school.decisions)
    levels = {meeting.id: meeting.level for meeting in school.meetings}
    assert any(d.activity_id is None and levels[d.meeting_id] is Level.STRATEGIC for d in school.decisions)
    assert {note.shared_by for note in school.knowledge_notes} == set(Party)


def test_the_figures_that_the_meetings_saw_are_what_the_report_said_that_day(content):
    shown = [decision for decision in content.decisions if decision.figure_code]
    assert shown
    for decision in shown:
        period = Period.parse(f"{decision.figure_date.year}-T{(decision.figure_date.month + 3) // 4}")
        spend = pd.DataFrame(columns=["month", "certain_ore", "possible_ore", "lines"])
        then = follow_up(content, spend, decision.agreement_id, period, decision.figure_date)
        finding = then.finding(decision.figure_code)
        assert (finding.sentence("sv"), finding.number, finding.unit) == (
            decision.figure_sentence,
            decision.figure_number,
            decision.figure_unit,
        )


def test_agreements_are_divided_into_classes_and_some_people_have_said_what_time_they_have(content):
    in_force = [a for a in content.agreements if a.status_on(AS_OF) is AgreementStatus.IN_FORCE]
    assert {a.follow_up_class_id for a in in_force} == {each.id for each in content.follow_up_classes} | {None}
    assert sum(each.agreement_share for each in content.follow_up_classes) == pytest.approx(1)
    hours = [person.follow_up_hours_per_year for person in content.people]
    assert any(hours) and None in hours


def test_amendments_rest_on_several_grounds_and_one_partnership_is_close_to_its_room(content):
    assert len({a.legal_ground for a in content.amendments}) >= 5
    agreement = content.find(domain.Agreement, "A-005")
    minor = [
        abs(a.value_ore) for a in content.amendments
        if a.agreement_id == "A-005" and a.legal_ground is LegalGround.MINOR_VALUE
    ]  # fmt: skip
    assert sum(minor) == 204_000_000
    assert 0.9 < sum(minor) / (agreement.contract_value_ore / 10) < 1


def test_one_option_is_exercised_and_one_must_be_decided_soon(content):
    assert any(o.exercised_date for o in content.extension_options)
    open_options = [o for o in content.extension_options if not o.exercised_date and not o.declined_date]
    assert any(timedelta(0) <= o.decide_by - AS_OF <= timedelta(days=30) for o in open_options)


def test_notice_is_near_for_ordinary_agreements(content):
    near = [
        a.id for a in content.agreements
        if not a.is_partnership and a.notice_date() and timedelta(0) <= a.notice_date() - AS_OF <= timedelta(days=60)
    ]  # fmt: skip
    assert len(near) >= 3


def test_indicators_show_a_true_drop_noise_too_few_values_and_a_month_without_activity(content):
    values: dict[str, list[domain.IndicatorObservation]] = {}
    for observation in content.indicator_observations:
        values.setdefault(observation.indicator_id, []).append(observation)
    drop = [o.value for o in values["A-001-I1"]]
    assert len(drop) == 24 and drop[-1] < min(drop[:17]) - 10
    noise = [o.value for o in values["A-001-I2"]]
    assert max(abs(noise[-1] - value) for value in noise) < 3 and noise[-1] < 95.0
    assert len(values["A-001-I3"]) < 6
    assert [o.period for o in values["A-001-I4"] if o.base_count == 0] == ["2026-07"]
    assert all(Period.parse(o.period).end <= AS_OF for o in content.indicator_observations)


def test_indicator_periods_are_of_the_declared_kind(content):
    kinds = {i.id: i.period_kind for i in content.indicators}
    assert all(Period.parse(o.period).kind == kinds[o.indicator_id] for o in content.indicator_observations)


def test_deviations_are_open_closed_and_one_is_unknown_to_the_supplier(content):
    assert any(d.closed_date for d in content.deviations)
    assert any(d.closed_date is None and d.supplier_told_date for d in content.deviations)
    assert any(d.supplier_told_date is None for d in content.deviations)


def test_law_changes_lie_ahead_and_one_is_not_assessed(content):
    assert any(change.in_force_date > AS_OF for change in content.law_changes)
    assert {impact.status for impact in content.law_change_impacts} == set(domain.LawChangeStatus)
    assert all("åhittad" in change.reference and "åhittad" in change.source for change in content.law_changes)


def test_access_roles_all_occur(content):
    assert {person.access_role for person in content.people} == set(domain.AccessRole)


def test_every_internal_free_text_of_the_school_partnership_is_filled_in_somewhere(school):
    kinds = {domain.Agreement, domain.Activity, domain.Meeting, domain.Amendment, domain.Deviation, domain.Risk,
             domain.DialogueNote}  # fmt: skip
    found = {
        (type(record), name)
        for record in school
        if type(record) in kinds
        for name in internal_fields(type(record))
        if getattr(record, name)
    }
    expected = {
        (kind, f.name)
        for kind in kinds
        for f in fields(kind)
        if f.name in {"internal_note", "description", "treatment", "question", "answer"} and not f.metadata["shared"]
    }
    assert expected <= found


def test_the_index_reaches_july_2026_and_its_last_value_is_preliminary(content):
    for series in {value.series for value in content.index_values}:
        values = [v for v in content.index_values if v.series == series]
        assert max(v.month for v in values if v.preliminary) == max(v.month for v in values) == date(2026, 7, 1)
        assert len(values) == 91


def test_an_index_clause_names_a_series_and_its_own_base_value(content):
    values = {(v.series, v.month): v.value for v in content.index_values}
    assert all(values[c.series, c.base_month] == c.base_value for c in content.index_clauses)


def test_volume_is_known_for_every_month_of_the_ledger(content):
    months = Counter(v.driver for v in content.volume_observations)
    assert months == {"pupils": 72, "meals": 72, "home_care_users": 72}
    assert {n.volume_driver for n in content.needs} - {""} == set(months)
