"""The rules of evaluation: what the file of the demo says, and what is refused with its line."""

from __future__ import annotations

from importlib.resources import files

import pytest

from partnership_lib.analysis.outcome.costs.rules import SHARED_ASSUMPTIONS
from partnership_lib.errors import InputError
from partnership_lib.workspace.outcome_rules import outcome_rules, read_outcome_rules


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return outcome_rules(tmp_path_factory.mktemp("empty")).assumptions


def test_without_a_file_no_category_has_an_index_and_every_assumption_has_a_source_in_both_languages(shared, tmp_path):
    rules = outcome_rules(tmp_path)
    assert rules.indices == ()
    assert set(SHARED_ASSUMPTIONS) <= set(rules.assumptions)
    assert all(each.unit and each.basis and each.source and each.source_sv for each in rules.assumptions.values())


def test_an_assumption_of_the_comparison_is_taken_at_its_mean(shared):
    # PERT 500, 650, 900: (500 + 4 x 650 + 900) / 6
    assert shared["staff_cost_sek_per_hour"].value == pytest.approx(4_000 / 6)


def test_the_file_of_the_demo_is_the_one_in_the_repository_and_is_read_whole(repository, shared):
    own = files("partnership_lib.demo").joinpath("data/small/outcome.yaml").read_text(encoding="utf-8")
    assert own == (repository / "data" / "outcome.yaml").read_text(encoding="utf-8")
    rules = read_outcome_rules(own, "data/outcome.yaml", shared)
    assert [index.categories for index in rules.indices] == [("15",), ("*",)]
    assert rules.general_series == ("Tjänsteprisindex (demo)",)


def test_a_municipality_s_own_number_replaces_the_assumed_one(shared):
    text = (
        "assumptions:\n"
        "  - {name: staff_cost_sek_per_hour, value: 712, unit: SEK/h, basis: measured, source: Löneöversyn 2026,"
        " confirmed_by: Ekonomichefen}\n"
    )
    found = read_outcome_rules(text, "f", shared).assumptions["staff_cost_sek_per_hour"]
    assert (found.value, found.basis, found.confirmed_by) == (712.0, "measured", "Ekonomichefen")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("indexes: []\n", 1, "indexes"),
        ('indices:\n  - categories: "15"\n    series: [a]\n    source: b\n', 2, "indices[1].categories"),
        ("indices:\n  - categories: [a]\n    series: [a]\n", 2, "indices[1].source"),
        ("asked_saving_share: 10\n", 1, "asked_saving_share"),
        (
            "assumptions:\n  - {name: pengar, value: 1, unit: x, basis: assumed, source: b}\n",
            2,
            "assumptions[pengar].name",
        ),
        ("- 1\n", 1, "–"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_line_and_key(shared, text, line, key):
    with pytest.raises(InputError) as refused:
        read_outcome_rules(text, "data/outcome.yaml", shared)
    assert refused.value.code == "outcome_rules_refused"
    assert [(each.values["line"], each.values["key"]) for each in refused.value.values["problems"]] == [(line, key)]
