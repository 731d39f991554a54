"""The default assumptions and the catalogue say the same; what is wrong in a file of them is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partnership_lib.decision.cases.assumptions import Basis, Shape
from partnership_lib.decision.cases.catalogue import RULES, TOPICS
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.document import parse_document
from partnership_lib.decision.cases.entries import extremes, problems_of
from partnership_lib.errors import InputError
from partnership_lib.text import describe, has


def _texts(repository: Path) -> dict[str, str]:
    folder = repository / "data" / "assumptions"
    return {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")}


def _wrong(texts: dict[str, str], **kwargs) -> list[tuple[str, str, int]]:
    with pytest.raises(InputError, match="assumptions_refused") as caught:
        read_assumptions(texts, **kwargs)
    assert describe(caught.value, "sv")
    return [(each.code, each.values["file"], each.values["line"]) for each in caught.value.values["problems"]]


def test_every_assumption_of_the_catalogue_has_its_default_in_the_file_of_its_topic(repository):
    texts = _texts(repository)
    assert set(texts) == set(TOPICS)
    for topic, rules in TOPICS.items():
        entries = parse_document(texts[topic], topic).data["assumptions"]
        assert [entry["name"] for entry in entries] == list(rules), topic


def test_every_default_holds_what_the_catalogue_asks(defaults):
    assert [assumption.key for assumption in defaults] == sorted(RULES)
    assert [problem for assumption in defaults for problem in problems_of(assumption)] == []


def test_what_is_tabulated_once_is_fixed_and_nothing_else_but_two_is(defaults):
    fixed = {assumption.name for assumption in defaults if assumption.distribution.shape is Shape.FIXED}
    structural = {name for name, rule in RULES.items() if rule.fixed}
    assert fixed == structural | {"meeting_hours_per_year", "extension_probability"}


def test_every_default_says_in_words_where_it_comes_from(defaults):
    assert all(len(assumption.source.split()) >= 5 for assumption in defaults)
    assert all(len(defaults.descriptions[assumption.name].split()) >= 4 for assumption in defaults)


def test_every_default_says_the_same_in_swedish(defaults):
    for assumption in defaults:
        assert len(assumption.source_sv.split()) >= 5, assumption.name
        assert assumption.source_sv != assumption.source, assumption.name
        # Years, shares and amounts are the same numbers, written as each language writes them.
        assert _numbers(assumption.source_sv, ",", " ") == _numbers(assumption.source, ".", ","), assumption.name
        assert not re.search(r"\b(the|and|found|of|for the)\b", assumption.source_sv), assumption.name


def _numbers(words: str, decimal: str, thousands: str) -> list[float]:
    whole = re.sub(rf"(?<=\d){re.escape(thousands)}(?=\d{{3}}\b)", "", words)
    return sorted(float(each.replace(decimal, ".")) for each in re.findall(rf"\d+(?:{re.escape(decimal)}\d+)?", whole))


def test_evidence_has_a_grade_and_a_guess_has_none(defaults):
    graded = {assumption.name for assumption in defaults if assumption.grade}
    assert graded == {assumption.name for assumption in defaults if assumption.basis is not Basis.ASSUMED}


def test_nobody_has_confirmed_a_default(defaults):
    assert not [assumption.name for assumption in defaults if assumption.confirmed_by]


def test_special_bundles_save_more_and_draw_fewer(defaults):
    (scope,) = [assumption for assumption in defaults if assumption.correlates_with]
    assert scope.name == "scope_saving_share"
    assert dict(scope.correlates_with) == {"bundle_breadth_penalty": 0.3, "bundle_bidder_share": -0.3}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("staff_cost_sek_per_hour", (500, 650, 900)),
        ("authority_hours_per_procedure", (88, 183, 544)),
        ("bidder_price_elasticity", (0.06, 0.136, 0.20)),
        ("bundle_size_elasticity", (0.089,)),
        ("optimism_bias_share", (0, 0.2, 0.41)),
        ("default_rate_per_year", (0.003, 0.008, 0.02)),
        ("overrun_tail_exponent", (1.126,)),
        ("appeal_probability", (0.045, 0.065, 0.10)),
    ],
)
def test_defaults_are_those_of_the_specification(defaults, name, values):
    (found,) = [assumption for assumption in defaults if assumption.name == name]
    assert found.distribution.values == values


def test_a_missing_default_is_named(repository):
    texts = _texts(repository)
    del texts["interfaces"]
    with pytest.raises(InputError) as caught:
        read_assumptions(texts)
    assert "interface_density" in describe(caught.value, "en")


def test_what_is_wrong_in_a_file_of_defaults_is_refused_with_its_line(repository):
    texts = _texts(repository)
    lines = texts["interfaces"].splitlines()
    assert lines[4].strip() == "unit: SEK/year"
    texts["interfaces"] = texts["interfaces"].replace("unit: SEK/year", "unit: SEK", 1)
    assert _wrong(texts) == [("assumption_unit_differs", "interfaces", 5)]


def test_a_default_without_description_or_source_is_refused(repository):
    texts = _texts(repository)
    first = next(line for line in texts["changes"].splitlines() if "description" in line)
    texts["changes"] = texts["changes"].replace(first + "\n", "", 1)
    assert ("case_missing_key", "changes", 3) in _wrong(texts)


def test_a_workspaces_own_defaults_stand_before_the_shipped_ones(defaults):
    own = """assumptions:
  - name: slack_months
    description: Months between award and start here.
    unit: month
    distribution: {fixed: 4}
    basis: measured
    source: procurement calendar 2020 to 2025
    grade: A
    date: 2026-01-01
    confirmed_by: head of procurement
"""
    whole = read_assumptions({"own.yaml": own}, defaults)
    (slack,) = [assumption for assumption in whole if assumption.name == "slack_months"]
    assert slack.distribution.values == (4.0,)
    assert len(whole.assumptions) == len(defaults.assumptions)
    assert whole.descriptions["slack_months"].endswith("here.")
    assert slack.source_sv == ""  # The sentence about the shipped number is not about this one.


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_code_that_cases_can_raise_has_a_sentence(repository, language):
    """The architecture tests do not see codes that are passed on."""
    folder = repository / "partnership_lib" / "decision" / "cases"
    codes = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(r'"((?:case|assumption)_(?!file)[a-z_0-9]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(codes) > 40
    assert not [code for code in codes if not has(f"error.{code}", language)]


def test_the_tails_of_endless_distributions_are_counted(defaults):
    for assumption in defaults:
        least, most = extremes(assumption.distribution)
        assert RULES[assumption.name].least <= least <= most <= RULES[assumption.name].most
