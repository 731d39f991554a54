"""Consolidating a case: the engine's own costs, rules that are kept, and the order of things that changes nothing."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from partnership_lib.consolidation.planning.answer_json import answer_json
from partnership_lib.consolidation.planning.beside import Beside
from partnership_lib.consolidation.planning.capability import capability_of, merged_capability
from partnership_lib.consolidation.planning.columns import APART, Columns
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns, consolidate
from partnership_lib.consolidation.planning.instance import Instance
from partnership_lib.consolidation.planning.reading import read_rules, schema
from partnership_lib.consolidation.planning.rules import MERGED, Form, Rules
from partnership_lib.decision.cases.document import parse_document
from partnership_lib.decision.cases.records import ExtensionRule, Interface
from partnership_lib.decision.cases.validation import schema as case_schema
from partnership_lib.errors import InputError, PartnershipError, UsageError
from partnership_lib.text import LANGUAGES, describe
from partnership_lib.workspace import create_workspace
from tests.unit.consolidation.cases import make_case

QUICK = Rules(draws=4)
MERGING = Rules(draws=4, forms=(Form("merged", MERGED),))


@cache
def consolidated(rules_name: str = "QUICK") -> Consolidation:
    return consolidate(make_case(), {"QUICK": QUICK, "MERGING": MERGING}[rules_name])


def plan_ids(found: Consolidation) -> list[tuple[str, ...]]:
    return [found.pool.ids(int(column)) for column in found.answer.plan.bundles]


def test_the_engine_confirms_the_cost_of_the_chosen_plan() -> None:
    found = consolidated()
    assert found.answer.certified
    assert found.engine_difference_share() < 1e-9
    assert len(bundle_columns(found)) > 0


def test_the_engine_confirms_any_plan_not_only_the_chosen_one() -> None:
    found = consolidated()
    columns, pool = found.columns, found.pool
    random = np.random.default_rng(0)
    for _ in range(6):
        free, plan = set(range(len(pool.items))), []
        for column in random.permutation(pool.size):
            if columns.form[column] != APART and set(members := columns.members(int(column))) <= free:
                plan.append(int(column))
                free -= set(members)
        plan += [int(pool.singles()[item]) for item in free]
        chosen = np.array(sorted(plan), dtype=np.int64)
        pool.make_exact(chosen)
        engine = float(found.engine_sek(chosen, alone=True).mean())
        assert found.total_sek(chosen) == pytest.approx(engine, rel=1e-12)


def test_an_interface_graph_is_charged_as_the_engine_does() -> None:
    case = make_case()
    names = [need.id for need in case.needs]
    pairs = tuple(Interface(needs=(names[place], names[-1 - place])) for place in range(4))
    found = consolidate(replace(case, interfaces=pairs), MERGING)
    assert found.engine_difference_share() < 1e-9


def test_what_bundles_cost_at_least_is_never_more_than_what_they_cost() -> None:
    columns = Columns.of(Instance.of(make_case(), QUICK))
    some = np.arange(0, len(columns.bundle), 7)
    least, exact = columns.costs_sek(some, exact=False), columns.costs_sek(some)
    assert (least <= exact * (1.0 + 1e-12)).all()
    ordinary = columns.form[some] < 1
    assert least[ordinary] == pytest.approx(exact[ordinary], rel=1e-12)
    assert (least[~ordinary] >= exact[~ordinary] * 0.98).all()


def test_no_bundle_allowed_is_todays_plan_at_todays_cost() -> None:
    found = consolidate(make_case(), replace(QUICK, largest_size=1))
    assert found.cost_sek == found.apart_sek
    assert plan_ids(found) == [(name,) for name in found.instance.ids]
    engine = float(found.engine_sek(found.pool.singles(), alone=True).mean())
    assert found.apart_sek == pytest.approx(engine, rel=1e-12)


def test_suppliers_who_do_not_overlap_make_no_bundle() -> None:
    case = make_case()
    needs = tuple(replace(need, capable_suppliers=(f"only {need.id}",)) for need in case.needs)
    assert consolidate(replace(case, needs=needs), QUICK).pool.size == len(case.present)


TIGHTER = (
    {"max_agreements": 4},
    {"largest_size": 2},
    {"largest_share": 0.2},
    {"largest_share_of_category": 0.4},
    {"early_termination": False},
    {"longest_bridge_months": 0},
    {"procedures_per_year": {2028: 4.0, 2029: 4.0}},
    {"large_bundle_sek": 1_000_000.0, "large_bundles_share": 0.25},
    {"cannot_link": (("A-1", "A-3", "A-5"), ("A-2", "A-6"))},
)


@pytest.mark.parametrize("tighter", TIGHTER, ids=lambda change: next(iter(change)))
def test_a_tighter_rule_never_makes_it_cheaper(tighter: dict[str, object]) -> None:
    try:
        cost = consolidate(make_case(), replace(MERGING, **tighter)).cost_sek
    except PartnershipError as error:
        if error.code != "consolidation_impossible":
            raise
        cost = np.inf
    assert cost >= consolidated("MERGING").cost_sek * (1.0 - 1e-12)


def test_each_rule_is_kept_by_the_plan() -> None:
    case = make_case()
    total = sum(need.annual_value_sek for need in case.needs)
    found = consolidate(
        case, replace(MERGING, largest_share=0.5, cannot_link=(("A-1", "A-3"),), must_link=(("A-5", "A-7"),))
    )
    worth = dict(zip(found.instance.ids, found.instance.values_sek, strict=True))
    for bundle in plan_ids(found):
        assert len(bundle) == 1 or sum(worth[name] for name in bundle) <= 0.5 * total
        assert not {"A-1", "A-3"} <= set(bundle)
        assert ("A-5" in bundle) == ("A-7" in bundle)


def test_a_budget_for_a_year_moves_the_plan_or_is_refused_by_name() -> None:
    free = consolidated("MERGING")
    dear = replace(MERGING, budget_sek_per_year={2028: 1_000.0})
    with pytest.raises(PartnershipError) as caught:
        consolidate(make_case(), dear)
    assert [each.code for each in caught.value.values["clashes"]] == ["clash_budget"]
    wide = consolidate(make_case(), replace(MERGING, budget_sek_per_year={2028: 1e9}))
    assert plan_ids(wide) == plan_ids(free)


@pytest.mark.parametrize(
    ("start", "rule", "clash", "relaxed"),
    [
        (date(2031, 1, 1), {"longest_bridge_months": 0}, "clash_bridge", {"longest_bridge_months": 120}),
        (date(2026, 11, 1), {"early_termination": False}, "clash_early_termination", {"early_termination": True}),
    ],
)
def test_when_bundles_may_start_is_named_where_it_is_what_clashes(
    start: date, rule: dict[str, Any], clash: str, relaxed: dict[str, Any]
) -> None:
    """Seven agreements are too few only because none of today's may wait for a bundle, or be ended for one."""
    rules = replace(MERGING, starts=(start,), max_agreements=7, **rule)
    with pytest.raises(PartnershipError) as caught:
        consolidate(make_case(), rules)
    codes = [each.code for each in caught.value.values["clashes"]]
    assert codes[:2] == ["clash_max_agreements", clash], codes
    for language in LANGUAGES:
        assert codes[1].removeprefix("clash_")[:6] in describe(caught.value, language)
    assert len(consolidate(make_case(), replace(rules, **relaxed)).answer.plan.bundles) <= 7


def test_a_time_that_does_not_matter_is_not_blamed() -> None:
    with pytest.raises(PartnershipError) as caught:
        consolidate(make_case(), replace(MERGING, max_agreements=1, early_termination=False))
    codes = [each.code for each in caught.value.values["clashes"]]
    assert codes == ["clash_max_agreements", "clash_fewest"]


def test_too_few_agreements_say_how_few_there_can_be() -> None:
    with pytest.raises(PartnershipError) as caught:
        consolidate(make_case(), replace(MERGING, max_agreements=1))
    clashes = caught.value.values["clashes"]
    assert [each.code for each in clashes] == ["clash_max_agreements", "clash_fewest"]
    fewest = clashes[1].values["found"]
    assert len(consolidate(make_case(), replace(MERGING, max_agreements=fewest)).answer.plan.bundles) == fewest


def test_the_order_of_needs_and_agreements_changes_nothing() -> None:
    case = make_case()
    backwards = replace(case, needs=case.needs[::-1], present=case.present[::-1])
    found, again = consolidated("MERGING"), consolidate(backwards, MERGING)
    assert plan_ids(found) == plan_ids(again)
    assert found.cost_sek == pytest.approx(again.cost_sek, rel=1e-12)


def test_one_supplier_of_several_agreements_is_told_apart() -> None:
    today, chosen = consolidated().shared_suppliers_sek
    assert today > 0.0
    assert 0.0 <= chosen <= today


def test_who_is_able_may_be_unknown_and_the_size_is_then_assumed() -> None:
    instance = Instance.of(make_case(known=False), QUICK)
    assert len(instance.unknown) == len(instance.ids)
    assert instance.market.largest_sizes is not None
    assert set(instance.market.largest_sizes) == {"48", "72"}
    assert consolidate(make_case(known=False), MERGING).answer.certified


def test_the_answer_holds_the_promised_keys() -> None:
    answer = answer_json(consolidated(), Beside())
    for key in (
        "agreements",
        "expected_cost_sek",
        "lower_bound_sek",
        "certified",
        "bundles",
        "shadow_price_per_agreement_sek",
    ):
        assert key in answer
    assert sorted(need for bundle in answer["bundles"] for need in bundle) == sorted(
        need.id for need in make_case().needs
    )


@pytest.mark.parametrize(
    ("case", "rules", "code"),
    [
        (make_case(1), QUICK, "consolidation_few_agreements"),
        (make_case(), replace(QUICK, must_link=(("A-1", "A-99"),)), "consolidation_unknown_agreement"),
        (make_case(), replace(QUICK, starts=(date(2020, 1, 1),)), "consolidation_start_outside"),
        (
            replace(make_case(), settings=replace(make_case().settings, extension_rule=ExtensionRule.PRICE)),
            QUICK,
            "no_closed_form",
        ),
    ],
)
def test_what_cannot_be_consolidated_is_refused(case: object, rules: Rules, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        consolidate(case, rules)  # type: ignore[arg-type]
    assert caught.value.code == code


# --- rules and capability as data -----------------------------------------------------------------------------------


def test_rules_are_read_and_what_they_do_not_name_keeps_its_default() -> None:
    rules = read_rules(
        """
        forms:
          - name: framework
            terms: {term_months: 36, option_months: [12], form: framework}
        starts: [2028-01-01, 2029-01-01]
        max_agreements: 30
        largest_share: 0.05
        procedures_per_year: {2027: 12, 2028: 10.5}
        must_link: [[A-2, A-1]]
        """,
        "rules.yaml",
    )
    assert rules.starts == (date(2028, 1, 1), date(2029, 1, 1))
    assert rules.forms[0].terms.option_months == (12,)
    assert rules.procedures_per_year == {2027: 12.0, 2028: 10.5}
    assert rules.must_link == (("A-1", "A-2"),)
    assert rules.fewest_bidders == Rules().fewest_bidders


WRONG = [
    ("seed: 1\nmax_agreement: 3", "rule_unknown_key", 2, "max_agreement"),
    ("max_agreements: 0", "rule_wrong_value", 1, "max_agreements"),
    ("# a note\n\nlargest_share: 5", "rule_wrong_value", 3, "largest_share"),
    ("starts: 2028-01-01", "rule_wrong_value", 1, "starts"),
    ("starts:\n- 2028-01-01\n- 2028-13-01", "rule_wrong_value", 3, "starts[2]"),
    ("early_termination: 1", "rule_wrong_value", 1, "early_termination"),
    ("must_link:\n- [A-1, A-2]\n- [A-1]", "rule_wrong_value", 3, "must_link[2]"),
    ("budget_sek_per_year:\n  next: 3", "rule_unknown_key", 2, "budget_sek_per_year.next"),
    ("forms:\n- name: x\n  terms:\n    term_months: x", "rule_wrong_value", 4, "forms[x].terms.term_months"),
    ("forms:\n- name: x\n  terms: {term_months: 9, lot: 1}", "rule_unknown_key", 3, "forms[x].terms.lot"),
    ("forms: [{name: x, terms: {form: framework}}]", "rule_wrong_value", 1, "forms[x].terms"),
    ("- 1", "rule_wrong_value", 1, ""),
]
BEYOND_THE_SCHEMA = [
    ("forms: [{name: x, terms: {term_months: 60, form: framework}}]", "rule_wrong_value", 1, "forms[x].terms"),
    (
        "forms:\n- {name: x, terms: {term_months: 9}}\n- {name: x, terms: {term_months: 12}}",
        "rule_wrong_value", 3, "forms[x].name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line", "key"), [*WRONG, *BEYOND_THE_SCHEMA])
def test_rules_that_are_wrong_are_refused_with_their_line(text: str, code: str, line: int, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read_rules(text, "rules.yaml")
    (problem,) = caught.value.values["problems"]
    assert (problem.code, problem.values["line"], problem.values["key"]) == (code, line, key)
    for language in LANGUAGES:
        assert describe(caught.value, language)


def accepted(text: str) -> bool:
    """Whether the JSON Schema of rules accepts a file."""
    checker = FormatChecker(formats=("date",))
    return not list(Draft202012Validator(schema(), format_checker=checker).iter_errors(parse_document(text, "").data))


def test_the_schema_that_editors_use_knows_the_keys_of_the_rules_and_of_terms() -> None:
    Draft202012Validator.check_schema(schema())
    assert list(schema()["properties"]) == [each.name for each in fields(Rules)]
    of_cases = case_schema()["$defs"]["changed_terms"]["properties"]
    terms = schema()["$defs"]["form"]["properties"]["terms"]["properties"]
    assert terms == {name: of_cases[name] for name in terms}
    # A premium, its reason and lots belong to one proposal, not to a form that every bundle may take.
    assert set(of_cases) - set(terms) == {"premium", "premium_reason", "lots"}


@pytest.mark.parametrize("text", [text for text, *_ in WRONG])
def test_the_schema_refuses_what_is_refused(text: str) -> None:
    assert not accepted(text)


def test_a_new_workspace_gets_every_rule_as_a_comment_and_the_defaults_hold(tmp_path: Path) -> None:
    create_workspace(tmp_path)
    file = tmp_path / "data" / "consolidation.yaml"
    written = file.read_text(encoding="utf-8")
    assert read_rules(written, "data/consolidation.yaml") == Rules()
    in_force = re.sub(r"^#(?! )", "", re.sub(r"^#(  +)(?=[-t{i])", r"\1", written, flags=re.M), flags=re.M)
    rules = read_rules(in_force, "data/consolidation.yaml")
    assert accepted(in_force)
    assert set(parse_document(in_force, "").data) == {each.name for each in fields(Rules)}
    for name in ("forms", "largest_size", "fewest_bidders", "across_categories", "longest_bridge_months"):
        assert getattr(rules, name) == getattr(Rules(), name)
    for name in ("early_termination", "draws", "stability_draws", "seed"):
        assert getattr(rules, name) == getattr(Rules(), name)
    file.write_text("seed: 2\n", encoding="utf-8")
    create_workspace(tmp_path)
    assert file.read_text(encoding="utf-8") == "seed: 2\n"


def test_a_framework_longer_than_four_years_needs_a_written_reason() -> None:
    terms = "{term_months: 60, form: framework, framework_reason: Equipment written off in ten years}"
    assert read_rules(f"forms: [{{name: long, terms: {terms}}}]", "rules.yaml").forms[0].terms.term_months == 60


def test_a_table_says_who_is_able_to_deliver_a_need_and_where_that_is_known_from() -> None:
    rows = "S-2;N-1;award history;2026-05-01\nS-1;N-1;market dialogue;2026-05-01\nS-1;N-2;award history;2026-04-01\n"
    known = capability_of("supplier;need;source;date\n" + rows, "capability.csv")
    assert known["N-1"]["capable_suppliers"] == ["S-1", "S-2"]
    assert known["N-1"]["capability_source"] == "award history 2026-05-01; market dialogue 2026-05-01"
    assert list(known) == ["N-1", "N-2"]


def test_new_rows_are_added_and_replace_those_of_the_same_supplier_and_need() -> None:
    before, new, replaced = merged_capability("", "supplier,need,source,date\nS-1,N-1,award,2025-05-01\n", "a.csv")
    assert (new, replaced) == (1, 0)
    added = "supplier;need;source;date\nS-1;N-1;dialogue;2026-05-01\nS-0;N-1;dialogue;2026-05-01\n"
    after, new, replaced = merged_capability(before, added, "b.csv")
    assert (new, replaced) == (1, 1)
    assert after.splitlines()[1:] == ["S-0,N-1,dialogue,2026-05-01", "S-1,N-1,dialogue,2026-05-01"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("supplier,need\nS-1,N-1\n", "capability_columns_missing"),
        ("supplier,need,source,date\nS-1,N-1,,2026-05-01\n", "capability_row_unreadable"),
        ("supplier,need,source,date\nS-1,N-1,x,May\n", "capability_row_unreadable"),
    ],
)
def test_a_table_that_is_wrong_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        capability_of(text, "capability.csv")
    assert caught.value.code == code


def test_the_example_of_rules_in_the_guide_can_be_used() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "consolidation.md").read_text(encoding="utf-8")
    example = guide.partition("```yaml rules\n")[2].partition("```")[0]
    rules = read_rules(example, "data/consolidation.yaml")
    assert [form.name for form in rules.forms] == ["merged", "partnership"]
    assert (rules.kept, rules.largest_share, rules.procedures_per_year[2028]) == (("A-001",), 0.10, 12.0)
