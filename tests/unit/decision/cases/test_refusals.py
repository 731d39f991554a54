"""Everything that a case file can have wrong is refused by name, with its line."""

from __future__ import annotations

import pytest

from partnership_lib.decision.cases.records import Effort, LegalForm, Requirements
from partnership_lib.errors import InputError
from partnership_lib.text import describe

CATEGORY = '    category: "48"\n    domain: school\n    annual_value_sek: 1'
PREMIUM = "governance: partnership\n      premium: false"
FIRST_TERMS = "      requirements: detailed\n    source: register\n  - id: A-2"
LINK = "    correlates_with: [{assumption: "

# What to put in place of what; what is refused, and at which text its line begins.
ONE_WRONG = {
    "a misspelt key": ("  base_month:", "  base_mnth: 2026-10\n  base_month:", "case_unknown_key", "  base_mnth"),
    "a key of another part": ("    supplier: S-1", "    supplier: S-1\n    users: 3", "case_unknown_key", "    users"),
    "a missing key": (CATEGORY, "    domain: school\n    annual_value_sek: 1", "case_missing_key", "  - id: N-1"),
    "a missing unit": ("    unit: share\n", "", "case_missing_unit", "  - name: scope"),
    "a missing source": ("    source: market dialogue\n", "", "case_missing_source", "  - name: scope"),
    "an empty source": ("    source: market dialogue", '    source: " "', "case_empty_text", '    source: " "'),
    "a key twice": (
        "    supplier: S-1",
        "    supplier: S-1\n    supplier: S-3",
        "case_repeated_key",
        "    supplier: S-3",
    ),
    "a negative value": (
        "annual_value_sek: 1000000",
        "annual_value_sek: -1",
        "case_out_of_range",
        "    annual_value_sek: -1",
    ),
    "a share above one": (
        "  base_month: 2026-10",
        "  base_month: 2026-10\n  legal_minor_share: 10",
        "case_out_of_range",
        "  legal_minor_share",
    ),
    "a number as text": (
        "annual_value_sek: 1000000",
        'annual_value_sek: "1 000 000,50"',
        "case_number_as_text",
        '    annual_value_sek: "',
    ),
    "a decimal comma": (
        "  base_month: 2026-10",
        "  base_month: 2026-10\n  discount_rate_share: 3,5",
        "case_number_as_text",
        "  discount",
    ),
    "a category without quotation marks": (
        CATEGORY,
        CATEGORY.replace('"', ""),
        "case_text_as_number",
        "    category: 48\n",
    ),
    "a list where text belongs": ("    supplier: S-1", "    supplier: [S-1]", "case_wrong_type", "    supplier: [S"),
    "a Norwegian no": (
        "      changes_described: true",
        "      changes_described: no",
        "case_wrong_type",
        "      changes_described",
    ),
    "not a number": (
        "annual_value_sek: 1000000",
        "annual_value_sek: .nan",
        "case_not_finite",
        "    annual_value_sek: .nan",
    ),
    "infinite": (
        "annual_value_sek: 1000000",
        "annual_value_sek: .inf",
        "case_not_finite",
        "    annual_value_sek: .inf",
    ),
    "larger than any number": (
        "annual_value_sek: 1000000",
        "annual_value_sek: 1e999",
        "case_not_finite",
        "    annual_value_sek: 1e",
    ),
    "a word of no list": (
        "requirements: functional",
        "requirements: functionall",
        "case_not_in_list",
        "      requirements: functionall",
    ),
    "no such day": ("expiry: 2027-10-01", "expiry: 2027-02-30", "case_bad_date", "    expiry: 2027"),
    "a date as people say it": ("expiry: 2027-10-01", "expiry: 1 oktober 2027", "case_bad_date", "    expiry: 1"),
    "a year for a date": ("expiry: 2027-10-01", "expiry: 2027", "case_bad_date", "    expiry: 2027"),
    "a month that is none": ("base_month: 2026-10", "base_month: 2026-13", "case_bad_form", "  base_month"),
    "an option of no months": ("option_months: [24]", "option_months: [0]", "case_out_of_range", "      option_months"),
    "a term of no months": ("term_months: 120", "term_months: 0", "case_out_of_range", "      term_months: 0"),
    "half a month": ("term_months: 120", "term_months: 119.5", "case_wrong_type", "      term_months: 119"),
    "two distributions": (
        "      pert: [0, 0.05, 0.1]",
        "      pert: [0, 0.05, 0.1]\n      fixed: 0.05",
        "case_not_one",
        "    distribution",
    ),
    "no distribution": (
        "    distribution:\n      pert: [0, 0.05, 0.1]",
        "    distribution: {}",
        "case_not_one",
        "    distribution",
    ),
    "two numbers of three": ("pert: [0, 0.05, 0.1]", "pert: [0, 0.1]", "case_out_of_range", "      pert"),
    "an anchor": ("supplier: S-1", "supplier: &s S-1", "case_anchor", "    supplier: &s"),
    "a merged table": ("    supplier: S-1", "    supplier: S-1\n    <<: {users: 3}", "case_anchor", "    <<"),
    "a program's object": ("supplier: S-1", "supplier: !!python/name:os.system S-1", "case_anchor", "    supplier: !!"),
    "the same need twice": ("needs: [N-1]", "needs: [N-1, N-1]", "case_repeated_item", "    needs: [N-1, N-1]"),
    "an agreement of no needs": ("    needs: [N-1, N-2]", "    needs: []", "case_out_of_range", "    needs: []"),
    "an id twice": ("  - id: A-2", "  - id: A-1", "case_repeated_id", "  - id: A-1\n    name: Grades"),
    "an unknown need": ("needs: [N-1, N-2]", "needs: [N-1, N-3]", "case_unknown_need", "    needs: [N-1, N-3]"),
    "an expiry before the start": (
        "start: 2022-10-01",
        "start: 2027-10-01",
        "case_expiry_before_start",
        "    expiry: 2027",
    ),
    "a start before the base month": (
        "start: 2028-10-01",
        "start: 2026-09-30",
        "case_start_before_base",
        "    start: 2026",
    ),
    "a start beyond the horizon": (
        "start: 2028-10-01",
        "start: 2038-10-01",
        "case_start_beyond_horizon",
        "    start: 2038",
    ),
    "a framework of five years": (
        FIRST_TERMS,
        "      option_months: [12]\n      form: framework\n" + FIRST_TERMS,
        "case_framework_too_long",
        "      term_months: 48\n      option",
    ),
    "functional terms without a premium": (
        "governance: partnership",
        PREMIUM,
        "case_functional_without_premium",
        "      premium",
    ),
    "an unknown assumption": (
        "name: scope_saving_share",
        "name: scope_savings",
        "assumption_unknown",
        "  - name: scope_savings",
    ),
    "another unit": ("unit: share", "unit: per cent", "assumption_unit_differs", "    unit"),
    "a scope that is not allowed": (
        "    unit: share",
        "    scope: need:N-1\n    unit: share",
        "assumption_scope_not_allowed",
        "    scope",
    ),
    "a scope that is not there": (
        "    unit: share",
        "    scope: agreement:P-2\n    unit: share",
        "assumption_scope_unknown",
        "    scope",
    ),
    "a scope of no kind": ("    unit: share", "    scope: supplier:S-1\n    unit: share", "case_bad_form", "    scope"),
    "least and most mixed up": (
        "pert: [0, 0.05, 0.1]",
        "pert: [0.1, 0.05, 0]",
        "assumption_out_of_order",
        "      pert",
    ),
    "the mode above the most": ("pert: [0, 0.05, 0.1]", "pert: [0, 0.5, 0.1]", "assumption_out_of_order", "      pert"),
    "no spread": ("pert: [0, 0.05, 0.1]", "pert: [0.1, 0.1, 0.1]", "assumption_without_spread", "      pert"),
    "a share written as per cent": (
        "pert: [0, 0.05, 0.1]",
        "pert: [0, 5, 10]",
        "assumption_out_of_range",
        "      pert",
    ),
    "a tail beyond the possible": (
        "pert: [0, 0.05, 0.1]",
        "normal: [-0.9, 0.9]",
        "assumption_tail_out_of_range",
        "      normal",
    ),
    "a logarithm of nothing": (
        "pert: [0, 0.05, 0.1]",
        "lognormal: [0, 0.1]",
        "assumption_out_of_range",
        "      lognormal",
    ),
    "a grade of a guess": (
        "    basis: assumed",
        "    basis: assumed\n    grade: A",
        "assumption_graded_guess",
        "    grade",
    ),
    "a link to nothing": (
        "    unit: share",
        LINK + "bidders, rank_correlation: 0.3}]\n    unit: share",
        "assumption_link_unknown",
        "    correlates_with",
    ),
    "a link to itself": (
        "    unit: share",
        LINK + "scope_saving_share, rank_correlation: 0.3}]\n    unit: share",
        "assumption_link_unknown",
        "    correlates_with",
    ),
    "certain correlation": (
        "    unit: share",
        LINK + "bundle_bidder_share, rank_correlation: 1}]\n    unit: share",
        "case_out_of_range",
        "    correlates_with",
    ),
    "points that are no power of two": (
        "assumptions:",
        "effort: {points: 2000}\nassumptions:",
        "case_not_in_list",
        "effort",
    ),
    "capability without its source": (
        "    source: ledger\n  - id: N-2",
        "    capable_suppliers: [S-1]\n    source: ledger\n  - id: N-2",
        "case_missing_key",
        "  - id: N-1",
    ),
}


@pytest.mark.parametrize("what", ONE_WRONG)
def test_what_is_wrong_is_refused_with_its_line(what, text, wrongs):
    old, new, code, piece = ONE_WRONG[what]
    assert old in text
    broken = text.replace(old, new, 1)
    assert [(found, line) for found, line, _ in wrongs(broken)] == [(code, line_of(broken, piece))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("term_months: 120", "term_months: 120.0"),
        ("annual_value_sek: 1000000", "annual_value_sek: 1_000_000"),
        ("governance: partnership", "governance: partnership\n      premium: false\n      premium_reason: a gift"),
        ("start: 2028-10-01", "start: 2026-10-01"),
        ("pert: [0, 0.05, 0.1]", "normal: [0.01, 0.09]"),
        ("    expiry: 2027-10-01", "    expiry: 2022-10-02"),
        ("    unit: share", "    scope: agreement:P-1\n    unit: share"),
    ],
)
def test_what_is_nearly_wrong_is_taken(old, new, text, read):
    read(text.replace(old, new, 1))


def test_a_long_framework_with_its_reason_is_taken(text, read):
    framework = "form: framework\n      framework_reason: the systems are built for us\n      requirements: functional"
    case = read(text.replace("requirements: functional", framework))
    assert case.proposed[0].terms.form is LegalForm.FRAMEWORK


def test_an_assumption_that_is_tabulated_once_cannot_be_uncertain(text, wrongs, read):
    old = "name: scope_saving_share\n    distribution:\n      pert: [0, 0.05, 0.1]\n    unit: share"
    new = "name: slack_months\n    distribution:\n      pert: [0, 2, 3]\n    unit: month"
    assert [code for code, *_ in wrongs(text.replace(old, new))] == ["assumption_must_be_fixed"]
    case = read(text.replace(old, new.replace("pert: [0, 2, 3]", "fixed: 3")))
    assert case.assumption("slack_months").distribution.values == (3.0,)


def test_the_numbers_of_the_overrun_must_fit_together(text, wrongs):
    old = "name: scope_saving_share\n    distribution:\n      pert: [0, 0.05, 0.1]"
    new = "name: ordinary_overrun_mode\n    distribution:\n      fixed: 0.6"
    assert [code for code, *_ in wrongs(text.replace(old, new))] == ["assumption_overrun_out_of_order"]


def test_an_assumption_stands_only_once(text, wrongs):
    entry = text[text.index("  - name: scope") :]
    assert wrongs(text + entry) == [
        ("assumption_repeated", line_of(text + entry, entry) + 7, "assumptions[scope_saving_share].name")
    ]


def test_a_need_is_covered_by_exactly_one_agreement_of_today(text, wrongs):
    twice = text.replace("needs: [N-2]", "needs: [N-2, N-1]")
    assert wrongs(twice) == [
        ("case_need_in_two_agreements", line_of(twice, "    needs: [N-2, N-1]"), "present_agreements[A-2].needs[2]")
    ]
    nowhere = text.replace("needs: [N-2]", "needs: [N-1]").replace("needs: [N-1]", "needs: [N-1]", 1)
    assert ("case_need_without_agreement", line_of(text, "  - id: N-2"), "needs[N-2].id") in wrongs(nowhere)


def test_a_need_stands_in_at_most_one_bundle(text, wrongs):
    bundle = text[text.index("  - id: P-1") : text.index("assumptions:")]
    twice = text.replace(bundle, bundle + bundle.replace("P-1", "P-2").replace("[N-1, N-2]", "[N-2]"))
    assert wrongs(twice) == [
        ("case_need_in_two_bundles", line_of(twice, "    needs: [N-2]\n    start"), "proposed_agreements[P-2].needs[1]")
    ]


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines(text, wrongs):
    broken = (
        text.replace("base_month: 2026-10", "base_month: 2026-10\n  discount_rate_share: 350 %")
        .replace("    source: ledger\n  - id: N-2", "  - id: N-2")
        .replace("start: 2022-10-01", "start: 2029-10-01")
        .replace("pert: [0, 0.05, 0.1]", "pert: [0.2, 0.05, 0.1]")
        .replace("annual_value_sek: 2000000", "annual_value_sek: .nan")
    )
    found = wrongs(broken)
    assert [code for code, *_ in found] == [
        "case_number_as_text",
        "case_missing_source",
        "case_not_finite",
        "case_expiry_before_start",
        "assumption_out_of_order",
    ]
    assert [line for _, line, _ in found] == sorted(line for _, line, _ in found)


@pytest.mark.parametrize(
    ("found", "allowed"),
    [
        ("2 %", "0.02"),
        ("3,5", "3.5"),
        ("3 200 000", "3200000"),
        ("1.000.000", "1000000"),
        ("1 000 000,50", "1000000.50"),
    ],
)
def test_a_number_written_for_people_is_shown_as_a_file_takes_it(text, read, found, allowed):
    with pytest.raises(InputError) as refused:
        read(text.replace("annual_value_sek: 1000000", f"annual_value_sek: {found}"))
    assert refused.value.values["problems"][0].values["allowed"] == allowed


@pytest.mark.parametrize("value", ["0", "0.5", "1e12", "99000000000000000"])
def test_a_need_is_worth_something_and_less_than_a_country(text, wrongs, value):
    """Nothing can be compared for a need that costs nothing; so many zeros are a slip of the finger."""
    (wrong,) = wrongs(text.replace("annual_value_sek: 1000000", f"annual_value_sek: {value}"))
    assert wrong[0] in ("case_out_of_range", "case_not_finite")


def test_one_mistake_in_a_need_is_told_once(text, wrongs):
    """Not also as unknown where agreements name it, nor as covered by none."""
    broken = text.replace("annual_value_sek: 1000000", "annual_value_sek: many")
    assert [code for code, *_ in wrongs(broken)] == ["case_wrong_type"]


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("", "case_empty_file"),
        ("# only a comment\n", "case_empty_file"),
        ("name: [1, 2", "case_unreadable"),
        ("name: a: b", "case_unreadable"),
        ("\tname: x", "case_unreadable"),
        ("name: x\n---\nname: y", "case_unreadable"),
        ("name: *nowhere", "case_unreadable"),
        ("name: \x00", "case_unreadable"),
        ("- " * 2000, "case_unreadable"),
        ("- a\n- b", "case_not_keys"),
        ("42", "case_not_keys"),
        ("{}", "case_missing_key"),
    ],
)
def test_what_is_no_case_at_all_is_refused(broken, code, wrongs):
    assert {found for found, *_ in wrongs(broken)} == {code}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("what", ONE_WRONG)
def test_a_refusal_is_a_sentence_with_file_line_and_what_was_found(what, language, text, read):
    old, new, code, _ = ONE_WRONG[what]
    broken = text.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        read(broken)
    (problem,) = caught.value.values["problems"]
    told = describe(caught.value, language)
    assert f"case.yaml, {'rad' if language == 'sv' else 'line'} {problem.values['line']}: " in told
    assert str(problem.values["found"]) in told or code.startswith(("case_missing", "case_empty"))


def test_words_and_numbers_become_what_the_model_computes_with(case):
    terms = case.proposed[0].terms
    assert terms.requirements is Requirements.FUNCTIONAL
    assert (terms.term_months, terms.option_months) == (120, (24,))
    assert isinstance(case.needs[0].annual_value_sek, float)
    assert case.present[1].expiry is None
    assert case.id == "case"
    assert case.effort == Effort()


def test_lines_and_order_of_keys_do_not_change_a_case(text, read, case):
    """Flow style, other order: the same case."""
    assert (
        read(text.replace("      pert: [0, 0.05, 0.1]", "      pert:\n        - 0\n        - 0.05\n        - 0.1"))
        == case
    )
    swapped = text.replace("    unit: share\n    basis: assumed\n", "    basis: assumed\n    unit: share\n")
    assert read(swapped) == case


def test_a_quick_look_computes_less_and_never_more():
    usual, little = Effort(seed=7), Effort(paths=64, randomisations=2, points=16)
    assert usual.quick() == Effort(paths=8192, randomisations=8, points=512, seed=7)
    assert little.quick() == little


def line_of(text: str, piece: str) -> int:
    """The line on which `piece` begins."""
    return text[: text.index(piece)].count("\n") + 1
