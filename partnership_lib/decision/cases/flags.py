"""What is allowed in a case but must be seen by its readers, and which fallbacks stood in for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from partnership_lib.decision.cases.assumptions import Assumption, Shape
from partnership_lib.decision.cases.checks import LONGEST_FRAMEWORK_MONTHS
from partnership_lib.decision.cases.records import (
    Case,
    CaseFlag,
    LegalForm,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
)
from partnership_lib.units.dates import add_months, months_between

NOMINAL_INTERNAL_RATE_SHARE = 0.025
"""SKR's internal rate for 2025, nominal and for the cost of capital."""
LONGEST_BRIDGE_MONTHS = 24
FEWEST_BIDDERS = 3


def flags_of(case: Case) -> tuple[CaseFlag, ...]:
    """Return everything in a case that its readers must know, in the order of the case file."""
    return tuple(_flags(case))


def fallbacks_of(case: Case) -> tuple[str, ...]:
    """Return the codes of what a case lacks; a documented rule stands in for each.

    ``no_interfaces``: the assumed density within domains; ``no_capability``: bidders of a bundle by its size and
    breadth; ``no_bidder_counts``: the national distribution; ``no_expiry``: procured anew after one ordinary term.
    """
    bundled = {need for bundle in case.proposed if len(bundle.need_ids) > 1 for need in bundle.need_ids}
    lacking = {
        "no_interfaces": case.interfaces is None,
        "no_capability": any(need.capable_suppliers is None for need in case.needs if need.id in bundled),
        "no_bidder_counts": any(need.category not in case.bidder_counts for need in case.needs),
        "no_expiry": any(agreement.expiry is None for agreement in case.present),
    }
    return tuple(code for code, lacks in lacking.items() if lacks)


def _flags(case: Case) -> Iterator[CaseFlag]:
    if abs(case.settings.discount_rate_share - NOMINAL_INTERNAL_RATE_SHARE) < 1e-9:
        rate = case.settings.discount_rate_share
        yield CaseFlag("nominal_rate_as_real", "settings.discount_rate_share", rate, 0.035)
    for present in case.present:
        yield from _flags_of_present(case, present)
    kept = {(frozenset(present.need_ids), present.terms) for present in case.present}
    for proposed in case.proposed:
        if (frozenset(proposed.need_ids), proposed.terms) not in kept:
            yield from _flags_of_proposed(case, proposed)


def _flags_of_present(case: Case, agreement: PresentAgreement) -> Iterator[CaseFlag]:
    key, base = f"present_agreements[{agreement.id}]", case.settings.base_month
    if agreement.start and agreement.start > base:
        yield CaseFlag("starts_after_base", f"{key}.start", agreement.start, base)
    if agreement.expiry and agreement.expiry < base:
        yield CaseFlag("expired_before_base", f"{key}.expiry", agreement.expiry, base)
    if agreement.terms.form is LegalForm.FRAMEWORK:
        yield from _flags_of_framework(key, agreement)


def _flags_of_framework(key: str, agreement: PresentAgreement) -> Iterator[CaseFlag]:
    if agreement.ceiling_sek is None:
        yield CaseFlag("framework_without_ceiling", f"{key}.ceiling_sek", "", "")
    if agreement.start and agreement.expiry and not agreement.terms.framework_reason.strip():
        months = months_between(agreement.start, agreement.expiry) + sum(agreement.remaining_option_months)
        if months > LONGEST_FRAMEWORK_MONTHS:
            yield CaseFlag("framework_overlong", f"{key}.expiry", float(months), float(LONGEST_FRAMEWORK_MONTHS))


def _flags_of_proposed(case: Case, agreement: ProposedAgreement) -> Iterator[CaseFlag]:
    key, functional = f"proposed_agreements[{agreement.id}]", agreement.terms.requirements is Requirements.FUNCTIONAL
    ahead = months_between(case.settings.base_month, agreement.start)
    lead = _middle(case.assumption("lead_months_functional" if functional else "lead_months_detailed"))
    if ahead < lead:
        yield CaseFlag("start_before_lead", f"{key}.start", float(ahead), lead)
    for present in case.present:
        yield from _long_bridge(present, agreement)
    if functional and not agreement.terms.changes_described:
        yield CaseFlag("changes_not_described", f"{key}.terms.changes_described", "", "")
    if len(agreement.need_ids) > 1:
        if agreement.terms.lots == 1 and not agreement.division_reason.strip():
            yield CaseFlag("not_divided", f"{key}.division_reason", "", "")
        bidders = _expected_bidders(case, agreement)
        if bidders is not None and bidders < FEWEST_BIDDERS:
            yield CaseFlag("few_bidders", f"{key}.needs", bidders, float(FEWEST_BIDDERS))


def _long_bridge(present: PresentAgreement, proposed: ProposedAgreement) -> Iterator[CaseFlag]:
    if present.expiry is None or not set(present.need_ids) & set(proposed.need_ids):
        return
    last = add_months(present.expiry, sum(present.remaining_option_months))
    bridge = months_between(last, proposed.start)
    if bridge > LONGEST_BRIDGE_MONTHS:
        key = f"present_agreements[{present.id}].expiry"
        yield CaseFlag("long_bridge", key, float(bridge), float(LONGEST_BRIDGE_MONTHS))


def _expected_bidders(case: Case, agreement: ProposedAgreement) -> float | None:
    """Return how many of the suppliers able to deliver all needs can be expected to bid; None where not known."""
    sets = [case.need(need).capable_suppliers for need in agreement.need_ids]
    known = [set(suppliers) for suppliers in sets if suppliers is not None]
    if len(known) < len(sets):
        return None
    return len(reduce(set.intersection, known)) * _middle(case.assumption("bundle_bidder_share"))


def _middle(assumption: Assumption) -> float:
    values = assumption.distribution.values
    if assumption.distribution.shape is Shape.FIXED:
        return values[0]
    return values[1] if len(values) == 3 else (values[0] + values[1]) / 2.0
