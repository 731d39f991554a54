"""What is allowed but must be seen is flagged; what is missing is named with the rule that stands in."""

from __future__ import annotations

import pytest

from partnership_lib.text import sentence


def _flags(case):
    return [flag.code for flag in case.flags]


def test_a_sound_case_has_no_flags(case):
    assert case.flags == ()


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        ("base_month: 2026-10", "base_month: 2026-10\n  discount_rate_share: 0.025", "nominal_rate_as_real"),
        ("start: 2022-10-01", "start: 2026-11-01", "starts_after_base"),
        ("expiry: 2027-10-01", "expiry: 2026-09-30", "expired_before_base"),
        ("    division_reason: they share pupils\n", "", "not_divided"),
        ("      changes_described: true\n", "", "changes_not_described"),
        ("start: 2028-10-01", "start: 2027-11-01", "start_before_lead"),
        ("start: 2028-10-01", "start: 2029-11-01", "long_bridge"),
    ],
)
def test_what_must_be_seen_is_flagged_with_its_place(old, new, flag, text, read):
    case = read(text.replace(old, new, 1))
    assert _flags(case) == [flag]
    for language in ("sv", "en"):
        assert sentence(f"finding.flag.{flag}", vars(case.flags[0]), language)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("base_month: 2026-10", "base_month: 2026-10\n  discount_rate_share: 0.026"),
        ("start: 2022-10-01", "start: 2026-10-01"),
        ("expiry: 2027-10-01", "expiry: 2026-10-01"),
        ("division_reason: they share pupils", "division_reason: yes, one"),
        ("start: 2028-10-01", "start: 2027-12-01"),
        ("start: 2028-10-01", "start: 2029-10-01"),
    ],
)
def test_what_is_just_right_is_not_flagged(old, new, text, read):
    assert _flags(read(text.replace(old, new, 1))) == []


def test_a_framework_agreement_is_flagged_without_ceiling_and_when_it_runs_too_long(text, read):
    form = "term_months: 48\n      form: framework\n      req"
    ceiling = "    ceiling_sek: 9000000\n    start: 2022-10-01"
    framework = text.replace("term_months: 48\n      req", form, 1)
    whole = framework.replace("    start: 2022-10-01", ceiling)
    assert _flags(read(framework)) == ["framework_without_ceiling", "framework_overlong"]
    assert _flags(read(whole)) == ["framework_overlong"]
    assert _flags(read(whole.replace("2022-10-01", "2023-10-01"))) == []
    assert _flags(read(whole.replace("form: framework", "form: framework\n      framework_reason: built for us"))) == []


def test_lots_are_a_division(text, read):
    case = read(
        text.replace("    division_reason: they share pupils\n", "").replace("changes_d", "lots: 2\n      changes_d")
    )
    assert _flags(case) == []


@pytest.mark.parametrize(("able", "flagged"), [(5, False), (4, True), (0, True)])
def test_few_able_suppliers_are_flagged(able, flagged, text, read):
    both = [f"S-{number}" for number in range(able)]
    capable = f"    capable_suppliers: [{', '.join(['X', *both])}]\n    capability_source: asked\n    source: ledger\n"
    other = capable.replace("X", "Y")
    first, second = text.split("    source: ledger\n", 1)
    case = read(first + capable + second.replace("    source: ledger\n", other))
    assert _flags(case) == ["few_bidders"] * flagged
    assert "no_capability" not in case.fallbacks
    if flagged:
        assert case.flags[0].found == pytest.approx(able * 0.6)


def test_a_proposal_that_is_todays_agreement_is_not_flagged(text, read):
    start = text.index("proposed_agreements:")
    end = text.index("assumptions:")
    same = """proposed_agreements:
  - id: P-1
    name: As today
    needs: [N-1]
    start: 2027-01-01
    terms:
      term_months: 48
      requirements: detailed
    source: control
"""
    assert _flags(read(text[:start] + same + text[end:])) == []


def test_what_is_missing_is_named(case):
    assert case.fallbacks == ("no_interfaces", "no_capability", "no_bidder_counts", "no_expiry")
    for code in case.fallbacks:
        assert sentence(f"finding.fallback.{code}", {}, "sv")


def test_what_is_there_is_not_called_missing(text, read, defaults):
    from partnership_lib.decision.cases.reading import read_case

    whole = text.replace("expiry: null", "expiry: 2028-01-01").replace(
        "assumptions:", "interfaces: {source: map, pairs: []}\nassumptions:"
    )
    case = read_case(whole, "case.yaml", defaults, bidder_counts={"48": (0.5, 0.5)})
    assert case.fallbacks == ("no_capability",)
    assert case.interfaces == ()
