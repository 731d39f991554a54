"""Scenarios: what they state replaces, all else is inherited; memory and file agree to the last digit."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.decision.cases.assumptions import Basis, Distribution, Shape
from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.document import parse_document
from partnership_lib.decision.cases.fingerprint import fingerprint
from partnership_lib.decision.cases.reading import read_case
from partnership_lib.decision.cases.scenarios import apply_changes, scenario_text
from partnership_lib.decision.cases.writing import to_yaml
from partnership_lib.errors import InputError, UsageError
from partnership_lib.text import describe

SCENARIO = """\
based_on: case.yaml
name: Shorter
settings:
  discount_rate_share: 0.02
proposed_agreements:
  - id: P-1
    terms: {term_months: 96}
assumptions:
  - name: scope_saving_share
    distribution: {fixed: 0.01}
    unit: share
    basis: assumed
    source: a guess
    date: 2026-11-01
"""
DAY = date(2026, 11, 1)


def test_a_scenario_replaces_what_it_states_and_inherits_the_rest(read, case, text):
    scenario = read(SCENARIO, "shorter.yaml", case=text)
    assert (scenario.id, scenario.name) == ("shorter", "Shorter")
    assert scenario.settings == replace(case.settings, discount_rate_share=0.02)
    assert scenario.proposed[0].terms == replace(case.proposed[0].terms, term_months=96)
    assert scenario.assumption("scope_saving_share").distribution == Distribution(Shape.FIXED, (0.01,))
    assert (scenario.needs, scenario.present) == (case.needs, case.present)


def test_an_assumption_of_a_scenario_replaces_the_bases_whole(read, text):
    """Also its confirmation: a new number is confirmed by nobody until somebody does."""
    base = text + "    confirmed_by: head of procurement\n"
    scenario = read(SCENARIO, "shorter.yaml", case=base)
    assert scenario.assumption("scope_saving_share").confirmed_by == ""


def test_a_scenario_of_a_scenario_inherits_from_both(read, text):
    third = "based_on: shorter.yaml\nname: Third\nsettings: {horizon_months: 120}\n"
    case = read(third, "third.yaml", shorter=SCENARIO, case=text)
    assert (case.settings.horizon_months, case.settings.discount_rate_share) == (120, 0.02)
    assert case.proposed[0].terms.term_months == 96


def test_scenarios_in_a_circle_are_refused(wrongs):
    assert wrongs("based_on: other.yaml\nname: x", other="based_on: case.yaml\nname: y") == [
        ("case_based_on_itself", 1, "based_on")
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("supplier: S-1", "supplier: S-1\n    supplier: S-3", "case_repeated_key"),
        ("supplier: S-1", "suplier: S-1", "case_unknown_key"),
        ("expiry: 2027-10-01", "expiry: 2020-10-01", "case_expiry_before_start"),
    ],
)
def test_what_is_wrong_in_the_base_is_refused_in_the_scenario_too(old, new, code, text, wrongs):
    assert code in {
        found for found, *_ in wrongs(SCENARIO.replace("case.yaml", "base.yaml"), base=text.replace(old, new, 1))
    }


def test_what_a_scenario_cannot_state_is_refused(wrongs, text):
    assert wrongs(SCENARIO.replace("settings:", "needs: []\nsettings:"), case=text)[0][0] == "case_unknown_key"


def test_a_scenarios_mistake_is_told_in_its_own_file_and_an_inherited_one_in_the_bases(read, text):
    broken = SCENARIO.replace("fixed: 0.01", "fixed: 1.5")
    with pytest.raises(InputError) as caught:
        read(broken, "shorter.yaml", case=text)
    (problem,) = caught.value.values["problems"]
    assert (problem.values["file"], problem.values["line"]) == ("shorter.yaml", 10)
    horizon = SCENARIO.replace("discount_rate_share: 0.02", "horizon_months: 20")
    with pytest.raises(InputError) as caught:
        read(horizon, "shorter.yaml", case=text)
    (problem,) = caught.value.values["problems"]
    assert (problem.code, problem.values["file"]) == ("case_start_beyond_horizon", "case.yaml")


def test_a_new_proposed_agreement_in_a_scenario_must_be_complete(wrongs, text):
    scenario = "based_on: base.yaml\nname: x\nproposed_agreements:\n  - {id: P-9, name: new}\n"
    assert {code for code, *_ in wrongs(scenario, base=text)} >= {"case_missing_key", "case_missing_source"}


def test_a_scenario_without_anything_to_be_based_on_is_refused(defaults):
    with pytest.raises(InputError, match="case_refused"):
        read_case(SCENARIO, "shorter.yaml", defaults)


CHANGES = {
    "scope_saving_share": 0.1 / 3,
    "market_trend_share_per_year@category:48": -1e-05,
    "new_needs_per_need_year@need:N-2": 2,
    "settings.discount_rate_share": 0.025,
    "settings.horizon_months": 120.0,
    "settings.perspective": "society",
    "settings.extension_rule": "price",
    "proposed.P-1.term_months": 96.0,
    "proposed.P-1.option_months": [12, 12],
    "proposed.P-1.start": date(2029, 1, 1),
    "proposed.P-1.requirements": "detailed",
    "proposed.P-1.changes_described": False,
    "proposed.P-1.meeting_hours_per_year": 99.5,
}


def _replayed(base, changes, defaults, name="Tried"):
    """The case read back from the scenario file of the changes, beside the one changed in memory."""
    case = read_case(base, "case.yaml", defaults)
    text = scenario_text(case, name, changes, DAY)
    read = read_case(text, "tried.yaml", defaults, lambda file, _: (base, file))
    memory = apply_changes(case, changes, DAY)
    return read, replace(memory, id="tried", name=name)


def test_a_saved_scenario_is_what_was_tried(text, defaults):
    read, memory = _replayed(text, CHANGES, defaults)
    assert read == memory
    assert fingerprint(read) == fingerprint(memory)


@pytest.mark.parametrize("key", CHANGES)
def test_every_change_alone_is_replayed_too_and_changes_something(key, case, text, defaults):
    read, memory = _replayed(text, {key: CHANGES[key]}, defaults)
    assert read == memory
    assert fingerprint(replace(memory, id=case.id, name=case.name)) != fingerprint(case)


def _has_surrogates(text):
    return any("\ud800" <= letter <= "\udfff" for letter in text)


@given(
    values=st.dictionaries(st.sampled_from([name for name in RULES if "overrun" not in name]), st.floats(0, 1)),
    name=st.text(min_size=1).filter(str.strip).filter(lambda text: not _has_surrogates(text)),
    rate=st.floats(0, 0.2),
)
def test_any_numbers_and_names_are_replayed_exactly(values, name, rate, text, defaults):
    changes = {"settings.discount_rate_share": rate}
    for key, share in values.items():
        most = 1e6 if math.isinf(RULES[key].most) else RULES[key].most
        changes[key] = min(max(RULES[key].least + share * (most - RULES[key].least), RULES[key].least), most)
    read, memory = _replayed(text, changes, defaults, name)
    assert read == memory


def test_a_number_that_was_tried_is_confirmed_by_nobody(case):
    tried = apply_changes(case, {"staff_cost_sek_per_hour": 700}, DAY).assumption("staff_cost_sek_per_hour")
    assert (tried.basis, tried.confirmed_by, tried.date, tried.unit) == (Basis.ASSUMED, "", DAY, "SEK/h")


def test_numpys_numbers_are_taken(case):
    changes = {"scope_saving_share": np.float64(0.05), "proposed.P-1.term_months": np.int64(96)}
    assert apply_changes(case, changes) == apply_changes(case, {key: float(value) for key, value in changes.items()})


def test_no_changes_change_nothing(case):
    assert apply_changes(case, {}) == case


def test_the_flags_follow_the_changes(case):
    flags = apply_changes(case, {"settings.discount_rate_share": 0.025, "proposed.P-1.start": "2027-01-01"}).flags
    assert [flag.code for flag in flags] == ["nominal_rate_as_real", "start_before_lead"]


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({"scope_savings": 0.1}, "change_unknown", "scope_saving_share"),
        ({"settings.horizon": 120}, "change_unknown", "settings.horizon_months"),
        ({"proposed.P-2.term_months": 96}, "change_unknown", "proposed.P-1"),
        ({"proposed.P-1.terms": 96}, "change_unknown", "term_months"),
        ({"needs.N-1.annual_value_sek": 1}, "change_unknown", "needs.N-1.annual_value_sek"),
        ({"scope_saving_share": 1.5}, "change_refused", "-1–1"),
        ({"scope_saving_share": math.nan}, "change_refused", "nan"),
        ({"scope_saving_share": "much"}, "change_refused", "much"),
        ({"market_trend_share_per_year@category:90": 0}, "change_refused", "category:90"),
        ({"proposed.P-1.term_months": 0}, "change_refused", "1–600"),
        ({"proposed.P-1.term_months": 95.5}, "change_refused", "95.5"),
        ({"proposed.P-1.premium": False}, "change_refused", "premium"),
        ({"settings.horizon_months": 12}, "change_refused", "12"),
        ({"settings.perspective": "supplier"}, "change_refused", "municipality"),
    ],
)
def test_a_change_that_a_file_could_not_hold_is_refused(case, change, code, told):
    for act in (apply_changes, lambda case, change: scenario_text(case, "x", change)):
        with pytest.raises(UsageError, match=code) as caught:
            act(case, change)
        assert told in describe(caught.value, "sv")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e299, 1e299)
        | st.text(st.characters(blacklist_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdefgh _-:#'\"", min_size=1, max_size=6), inner, max_size=3),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_is_written_reads_back_the_same(value):
    document = parse_document(to_yaml({"value": value}), "written.yaml")
    assert document.issues == []
    assert document.data == {"value": value}
