"""What the schema cannot see: references, needs covered twice or not at all, dates, legal limits, scopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from partnership_lib.decision.cases.assumptions import Assumption
from partnership_lib.decision.cases.document import Path
from partnership_lib.decision.cases.entries import problems_of
from partnership_lib.decision.cases.records import (
    CaseNeed,
    Interface,
    LegalForm,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.decision.cases.validation import nearest
from partnership_lib.units.dates import months_between

LONGEST_FRAMEWORK_MONTHS = 48

Problem = tuple[Path, str, str, str]
"""Path, code, found, allowed."""


@dataclass(frozen=True)
class Pieces:
    """The parts of a case that could be read, by where they stand.

    Attributes
    ----------
    need_ids : frozenset of str
        Ids of all needs in the file, also of those that could not be read, so that one mistake is told once.
    covered, bundled : Mapping
        Need id -> the places that say that an agreement of today covers it, that a proposed one does.
    complete : bool
        Every need and agreement could be read.
    """

    settings: Settings | None
    needs: Mapping[Path, CaseNeed]
    present: Mapping[Path, PresentAgreement]
    proposed: Mapping[Path, ProposedAgreement]
    interfaces: Mapping[Path, Interface]
    assumptions: Mapping[Path, Assumption]
    defaults: tuple[Assumption, ...]
    need_ids: frozenset[str]
    agreement_ids: frozenset[str]
    covered: Mapping[str, tuple[Path, ...]]
    bundled: Mapping[str, tuple[Path, ...]]
    complete: bool


def problems_of_case(pieces: Pieces) -> Iterator[Problem]:
    """Yield everything that is wrong between the parts of a case."""
    yield from _repeated_ids(pieces)
    yield from _unknown_needs(pieces)
    yield from _coverage(pieces)
    for path, agreement in _agreements(pieces):
        yield from _problems_of_terms((*path, "terms"), agreement.terms)
    yield from _dates(pieces)
    yield from _interfaces(pieces)
    yield from _assumptions(pieces)


def _agreements(pieces: Pieces) -> Iterator[tuple[Path, PresentAgreement | ProposedAgreement]]:
    yield from pieces.present.items()
    yield from pieces.proposed.items()


def _repeated_ids(pieces: Pieces) -> Iterator[Problem]:
    needs = ((path, need.id) for path, need in pieces.needs.items())
    for group in (needs, ((path, agreement.id) for path, agreement in _agreements(pieces))):
        seen: set[str] = set()
        for path, name in group:
            if name in seen:
                yield (*path, "id"), "case_repeated_id", name, ""
            seen.add(name)


def _unknown_needs(pieces: Pieces) -> Iterator[Problem]:
    for need, path in _named_needs(pieces):
        if need not in pieces.need_ids:
            yield path, "case_unknown_need", need, nearest(need, sorted(pieces.need_ids))


def _named_needs(pieces: Pieces) -> Iterator[tuple[str, Path]]:
    for need, places in chain(pieces.covered.items(), pieces.bundled.items()):
        yield from ((need, path) for path in places)
    for path, interface in pieces.interfaces.items():
        yield from ((need, (*path, "needs")) for need in interface.needs)


def _coverage(pieces: Pieces) -> Iterator[Problem]:
    for path, need in pieces.needs.items():
        if pieces.complete and need.id not in pieces.covered:
            yield (*path, "id"), "case_need_without_agreement", need.id, ""
    for code, coverings in (
        ("case_need_in_two_agreements", pieces.covered),
        ("case_need_in_two_bundles", pieces.bundled),
    ):
        for need_id, places in coverings.items():
            for again in places[1:]:
                yield again, code, need_id, ""


def _problems_of_terms(path: Path, terms: Terms) -> Iterator[Problem]:
    longest = terms.term_months + sum(terms.option_months)
    if terms.form is LegalForm.FRAMEWORK and longest > LONGEST_FRAMEWORK_MONTHS and not terms.framework_reason.strip():
        yield (*path, "term_months"), "case_framework_too_long", str(longest), str(LONGEST_FRAMEWORK_MONTHS)
    if terms.requirements is Requirements.FUNCTIONAL and not terms.premium and not terms.premium_reason.strip():
        yield (*path, "premium"), "case_functional_without_premium", "false", ""


def _dates(pieces: Pieces) -> Iterator[Problem]:
    for path, agreement in pieces.present.items():
        if agreement.start and agreement.expiry and agreement.expiry <= agreement.start:
            yield (*path, "expiry"), "case_expiry_before_start", str(agreement.expiry), str(agreement.start)
    if pieces.settings is None:
        return
    base, horizon = pieces.settings.base_month, pieces.settings.horizon_months
    for path, proposed in pieces.proposed.items():
        if proposed.start < base:
            yield (*path, "start"), "case_start_before_base", str(proposed.start), str(base)
        elif months_between(base, proposed.start) >= horizon:
            yield (*path, "start"), "case_start_beyond_horizon", str(proposed.start), str(horizon)


def _interfaces(pieces: Pieces) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for path, interface in pieces.interfaces.items():
        if interface.needs in seen:
            yield (*path, "needs"), "case_repeated_item", ", ".join(interface.needs), ""
        seen.add(interface.needs)


def _assumptions(pieces: Pieces) -> Iterator[Problem]:
    seen: set[str] = set()
    known = {each.key for each in chain(pieces.defaults, pieces.assumptions.values())}
    for path, assumption in pieces.assumptions.items():
        for inner, code, found, allowed in problems_of(assumption):
            yield (*path, *inner), code, found, allowed
        yield from _scope(pieces, path, assumption)
        if assumption.key in seen:
            yield (*path, "name"), "assumption_repeated", assumption.key, ""
        seen.add(assumption.key)
        for position, (other, _) in enumerate(assumption.correlates_with):
            if other not in known or other == assumption.key:
                place = (*path, "correlates_with", position, "assumption")
                yield place, "assumption_link_unknown", other, nearest(other, sorted(known - {assumption.key}))
    yield from _overrun(pieces)


def _scope(pieces: Pieces, path: Path, assumption: Assumption) -> Iterator[Problem]:
    kind, _, name = assumption.scope.partition(":")
    known = {
        "category": {need.category for need in pieces.needs.values()},
        "domain": {need.domain for need in pieces.needs.values()} - {""},
        "need": pieces.need_ids,
        "agreement": pieces.agreement_ids,
    }
    if kind and name not in known[kind] and (pieces.complete or kind in ("need", "agreement")):
        yield (*path, "scope"), "assumption_scope_unknown", assumption.scope, nearest(name, sorted(known[kind]))


def _overrun(pieces: Pieces) -> Iterator[Problem]:
    """Yield where the fixed numbers of the overrun do not belong together."""
    values = {each.name: each.distribution.values[0] for each in pieces.defaults}
    values |= {each.name: each.distribution.values[0] for each in pieces.assumptions.values()}
    for names in (
        ("ordinary_overrun_minimum", "ordinary_overrun_mode", "ordinary_overrun_maximum"),
        ("overrun_tail_threshold", "overrun_tail_cap"),
    ):
        numbers = [values[name] for name in names]
        if numbers != sorted(numbers) or numbers[0] == numbers[-1]:
            path = next((path for path, each in pieces.assumptions.items() if each.name in names), ())
            shown = ", ".join(f"{name}: {values[name]:g}" for name in names)
            yield path, "assumption_overrun_out_of_order", shown, " < ".join(names)
