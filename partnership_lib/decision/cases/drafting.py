"""A case drafted from the register: what is known is filled in with its source, what is not is asked for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from partnership_lib.decision.cases.document import Path
from partnership_lib.decision.cases.records import Governance, Requirements, Terms
from partnership_lib.decision.cases.register_entries import RegisterDay, agreement_entry, need_entries
from partnership_lib.decision.cases.writing import to_yaml
from partnership_lib.domain import RegisterContent
from partnership_lib.domain.agreement import Agreement, AgreementStatus
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months, first_of_month, parse_date

# Soonest after the usual time of a procedure with functional requirements; later than this is another question.
SOONEST_START_MONTHS, LATEST_START_MONTHS = 15, 36
PARTNERSHIP = Terms(
    term_months=120,
    option_months=(24,),
    requirements=Requirements.FUNCTIONAL,
    governance=Governance.PARTNERSHIP,
    indicators_verifiable=False,
)
_OF_DETAILED = ("term_months", "option_months", "requirements", "governance")
_OF_FUNCTIONAL = (*_OF_DETAILED, "changes_described", "indicators_verifiable")
_KINDS = {Governance.PARTNERSHIP: "Partnership", Governance.ORDINARY: "One agreement"}

Capability = Mapping[str, Any]
"""``capable_suppliers`` and ``capability_source``, as the entry of a need in a case file has them."""

_HEAD = """A case drafted from the register on {day}. Read it through and fill in what is asked for first.
What every key means stands in data/cases/example.yaml. Then: partnership compare THIS_FILE"""
_TO_FILL_IN: dict[Path, str] = {
    ("needs",): "To fill in for each need where you can: users, benefit_sek_per_month,\n"
    "capable_suppliers with capability_source (who could deliver it?).",
    ("proposed_agreements",): "The proposal: one agreement for all the needs. Change it to what is proposed.\n"
    "Also to fill in: interfaces (which needs exchange information?) and assumptions that you know better.",
    ("proposed_agreements", 0, "start"): "Where least must be bridged or ended early, with time for the procedure.",
    ("proposed_agreements", 0, "terms", "changes_described"): "To fill in: will the tender describe the included "
    "changes, and can quality be measured?",
    ("proposed_agreements", 0, "division_reason"): "To fill in: why it is not divided into lots (4 kap. 14 § LOU).",
}


def draft_case(
    content: RegisterContent,
    agreement_ids: Sequence[str],
    day: date,
    *,
    spend_sek: Mapping[str, float] | None = None,
    legal_threshold_sek: float | None = None,
    capability: Mapping[str, Capability] | None = None,
    terms: Terms = PARTNERSHIP,
    start: date | None = None,
) -> str:
    """Return a case file: these agreements as they stand in the register, against all their needs in one agreement.

    Parameters
    ----------
    day : datetime.date
        The day that the register is asked of; the base month is the next one.
    spend_sek : Mapping, optional
        Agreement -> spend of the last twelve months; stands in where neither part nor need has a value.
    legal_threshold_sek : float, optional
        The threshold that minor changes must stay below; left out where it is not known.
    capability : Mapping, optional
        Need -> the suppliers that are able to deliver it, and where that is known from.
    terms : Terms
        What the agreement for all the needs is proposed on: a partnership unless something else is asked for.
    start : datetime.date, optional
        First day of the month in which it is to begin; by default when half the value has expired.

    Raises
    ------
    UsageError
        ``unknown_agreement`` with the nearest, ``agreement_not_in_force`` or ``agreement_named_twice``.
    """
    register = RegisterDay(content, day, spend_sek or {})
    agreements = _chosen(content, agreement_ids, day)
    base_month = add_months(first_of_month(day), 1)
    needs, present = _entries(register, agreements)
    for need in needs:
        need.update((capability or {}).get(need["id"], {}))
    proposal = _proposal(needs, present, terms, start or _start(needs, present, base_month), f"Draft {day}")
    threshold = {} if legal_threshold_sek is None else {"legal_threshold_sek": legal_threshold_sek}
    data = {
        "name": ", ".join(agreement.name for agreement in agreements),
        "text": {"question": "To fill in: what is to be decided, by whom and when?"},
        "settings": {"base_month": f"{base_month:%Y-%m}", **threshold},
        "needs": needs,
        "present_agreements": present,
        "proposed_agreements": [proposal],
    }
    beside = {**_ledger_notes(register, needs, present), **_unpriced(needs)}
    asked = _TO_FILL_IN if start is None else {path: note for path, note in _TO_FILL_IN.items() if path[-1] != "start"}
    return to_yaml(data, {(): _HEAD.format(day=day), **asked, **beside})


def _unpriced(needs: Sequence[dict[str, Any]]) -> dict[Path, str]:
    return {
        ("needs", position, "annual_value_sek"): "To fill in: neither the register nor the ledger knows what it costs."
        for position, need in enumerate(needs)
        if need["annual_value_sek"] == 0
    }


def _ledger_notes(
    register: RegisterDay, needs: Sequence[dict[str, Any]], present: Sequence[dict[str, Any]]
) -> dict[Path, str]:
    """Return what the ledger says beside each agreement: the model wants what is invoiced, not the price list."""
    value = {need["id"]: need["annual_value_sek"] for need in needs}
    notes: dict[Path, str] = {}
    for position, agreement in enumerate(present):
        spent = register.spend_sek.get(agreement["id"])
        if spent is not None:
            priced = sum(value[need] for need in agreement["needs"])
            notes["present_agreements", position] = (
                f"The ledger holds SEK {spent:,.0f} in the last 12 months; its needs above add up to SEK {priced:,.0f}."
            )
    return notes


def _chosen(content: RegisterContent, agreement_ids: Sequence[str], day: date) -> list[Agreement]:
    known = {agreement.id: agreement for agreement in content.agreements}
    for position, agreement_id in enumerate(agreement_ids):
        if agreement_id not in known:
            near = difflib.get_close_matches(agreement_id, known, n=3, cutoff=0.3)
            raise UsageError("unknown_agreement", agreement=agreement_id, allowed=", ".join(near) or "–")
        if agreement_id in agreement_ids[:position]:
            raise UsageError("agreement_named_twice", agreement=agreement_id)
        if known[agreement_id].status_on(day) is not AgreementStatus.IN_FORCE:
            raise UsageError("agreement_not_in_force", agreement=agreement_id, day=day)
    return [known[agreement_id] for agreement_id in agreement_ids]


def _entries(
    register: RegisterDay, agreements: Sequence[Agreement]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the entries of needs and of present agreements; a need that two agreements share becomes one in each."""
    needs: list[dict[str, Any]] = []
    present: list[dict[str, Any]] = []
    for agreement in agreements:
        taken = {need["id"] for need in needs}
        own = list(need_entries(register, agreement))
        for need in own:
            need["id"] = f"{need['id']}.{agreement.id}" if need["id"] in taken else need["id"]
        needs += own
        present.append(agreement_entry(register, agreement, [need["id"] for need in own]))
    return needs, present


def _proposal(
    needs: Sequence[dict[str, Any]], present: Sequence[dict[str, Any]], terms: Terms, start: date, source: str
) -> dict[str, Any]:
    taken = {agreement["id"] for agreement in present}
    return {
        "id": next(name for number in range(1, len(taken) + 2) if (name := f"P-{number}") not in taken),
        "name": f"{_KINDS[terms.governance]} for " + ", ".join(agreement["name"] for agreement in present),
        "needs": [need["id"] for need in needs],
        "start": start.isoformat(),
        "terms": _terms_entry(terms),
        "division_reason": "",
        "source": f"{source}, to be replaced by the proposal",
    }


def _terms_entry(terms: Terms) -> dict[str, Any]:
    """Return terms as a case file has them: the term, what matters for the requirements, and what is no default."""
    always = _OF_FUNCTIONAL if terms.requirements is Requirements.FUNCTIONAL else _OF_DETAILED
    default = Terms(term_months=terms.term_months)
    values = {each.name: getattr(terms, each.name) for each in fields(Terms)}
    chosen = {name: value for name, value in values.items() if name in always or value != getattr(default, name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}


def _start(needs: Sequence[dict[str, Any]], present: Sequence[dict[str, Any]], base_month: date) -> date:
    """Return the month by which agreements with half the value have expired, where the procedure leaves room for it."""
    value = {need["id"]: need["annual_value_sek"] for need in needs}
    expiring = sorted(
        (agreement["expiry"], sum(value[need] for need in agreement["needs"]))
        for agreement in present
        if agreement["expiry"]
    )
    soonest, latest = (add_months(base_month, months) for months in (SOONEST_START_MONTHS, LATEST_START_MONTHS))
    middle, passed = soonest, 0.0
    for expiry, worth in expiring:
        middle, passed = first_of_month(parse_date(expiry)), passed + worth
        if passed >= sum(worth for _, worth in expiring) / 2:
            break
    return min(max(middle, soonest), latest)
