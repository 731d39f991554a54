"""Entries of a case file taken from the register: needs with their values, agreements with their terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.decision.cases.checks import LONGEST_FRAMEWORK_MONTHS
from partnership_lib.domain import RegisterContent
from partnership_lib.domain.agreement import (
    Agreement,
    AgreementKind,
    AgreementPart,
    LegalGround,
    RequirementType,
)
from partnership_lib.domain.need import Need
from partnership_lib.units.dates import months_between

ORDINARY_TERM_MONTHS = 48
"""Most agreements run for three to four years, options included (Upphandlingsmyndigheten 2020)."""


@dataclass(frozen=True)
class RegisterDay:
    """The register as it stood on a day, and what was bought in the twelve months before it.

    Attributes
    ----------
    spend_sek : Mapping
        Agreement -> spend [SEK]; agreements without ledger lines are left out.
    """

    content: RegisterContent
    day: date
    spend_sek: Mapping[str, float]

    def source(self, what: str) -> str:
        """Return where something was found, as a case file states it."""
        return f"Register {self.day}: {what}"

    def parts(self, agreement: Agreement) -> list[AgreementPart]:
        """Return the parts of an agreement that are in force."""
        return [
            part
            for part in self.content.agreement_parts
            if part.agreement_id == agreement.id
            and part.start_date <= self.day
            and (part.end_date is None or part.end_date >= self.day)
        ]

    def need(self, need_id: str) -> Need:
        """Return the need with this id."""
        return next(need for need in self.content.needs if need.id == need_id)


def need_entries(register: RegisterDay, agreement: Agreement) -> Iterator[dict[str, Any]]:
    """Yield an entry for each need that an agreement covers; one that nobody has priced has the value 0.

    The value is that of the part, else of the need where no other agreement covers it, else an equal share of what the
    ledger holds beyond the priced parts. An agreement without parts is a need of its own.
    """
    parts = register.parts(agreement)
    if not parts:
        value = register.spend_sek.get(agreement.id)
        source = f"ledger of {agreement.id}, the last 12 months"
        yield _need_entry(register, f"{agreement.id}.need", agreement.name, agreement.category, "", (value, source))
        return
    values = [_value(register, part) for part in parts]
    rest = register.spend_sek.get(agreement.id, 0.0) - sum(value or 0.0 for value, _ in values)
    share = (rest / max(sum(value is None for value, _ in values), 1), f"ledger of {agreement.id}, the last 12 months")
    for part, known in zip(parts, values, strict=True):
        found = share if known[0] is None and rest > 0 else known
        need = register.need(part.need_id)
        yield _need_entry(register, need.id, need.name, need.category, need.domain, found)


def _value(register: RegisterDay, part: AgreementPart) -> tuple[float | None, str]:
    if part.annual_value_ore is not None:
        return part.annual_value_ore / 100, f"part {part.id}"
    covering = {each.agreement_id for each in register.content.agreement_parts if each.need_id == part.need_id}
    value = register.need(part.need_id).annual_value_ore
    if value is not None and covering == {part.agreement_id}:
        return value / 100, f"need {part.need_id}"
    return None, f"part {part.id}, value not known"


def _need_entry(
    register: RegisterDay, name: str, title: str, category: str, domain: str, value: tuple[float | None, str]
) -> dict[str, Any]:
    return {
        "id": name,
        "name": title,
        "category": category[:2],
        **({"domain": domain} if domain else {}),
        "annual_value_sek": whole_where_it_is(value[0] or 0.0),
        "source": register.source(value[1]),
    }


def whole_where_it_is(amount_sek: float) -> float:
    """Return an amount to the öre, whole kronor as a whole number.

    Examples
    --------
    >>> whole_where_it_is(2_700_000.0), whole_where_it_is(1 / 3)
    (2700000, 0.33)
    """
    rounded = round(float(amount_sek), 2)
    return int(rounded) if rounded.is_integer() else rounded


def agreement_entry(register: RegisterDay, agreement: Agreement, need_ids: list[str]) -> dict[str, Any]:
    """Return the entry of an agreement of today; what the register does not know is left out."""
    expiry = _expiry(agreement)
    minor = [
        abs(amendment.value_ore) / 100
        for amendment in register.content.amendments
        if amendment.agreement_id == agreement.id
        and amendment.legal_ground is LegalGround.MINOR_VALUE
        and amendment.decided_date <= register.day
    ]
    known = {
        "remaining_option_months": _options(register, agreement, used=False),
        "notice_months": agreement.notice_months,
        "value_estimate_sek": whole_where_it_is((agreement.contract_value_ore or 0) / 100),
        "modifications_to_date_sek": whole_where_it_is(sum(minor)),
        "ceiling_sek": whole_where_it_is((agreement.ceiling_ore or 0) / 100),
    }
    return {
        "id": agreement.id,
        "name": agreement.name,
        "needs": need_ids,
        # The register's id: an organisation number can be somebody's personal number.
        "supplier": agreement.supplier_id,
        "start": agreement.start_date.isoformat(),
        "expiry": None if expiry is None else expiry.isoformat(),
        **{key: value for key, value in known.items() if value},
        "terms": _terms_entry(register, agreement),
        "source": register.source(f"agreement {agreement.id}"),
    }


def _expiry(agreement: Agreement) -> date | None:
    return None if agreement.end_date is None else agreement.end_date + timedelta(days=1)


def _options(register: RegisterDay, agreement: Agreement, *, used: bool) -> list[int]:
    return [
        option.months
        for option in register.content.extension_options
        if option.agreement_id == agreement.id
        and (option.exercised_date is not None) is used
        and (used or option.declined_date is None)
    ]


def _terms_entry(register: RegisterDay, agreement: Agreement) -> dict[str, Any]:
    """Return the terms that the agreement would be renewed on: those it has, frameworks cut at their longest."""
    used = _options(register, agreement, used=True)
    options = [*used, *_options(register, agreement, used=False)]
    expiry = _expiry(agreement)
    whole = ORDINARY_TERM_MONTHS if expiry is None else months_between(agreement.start_date, expiry)
    term = max(whole - sum(used), 1)
    framework = agreement.kind is AgreementKind.FRAMEWORK_AGREEMENT
    if framework:
        term = min(term, LONGEST_FRAMEWORK_MONTHS)
        options = options if term + sum(options) <= LONGEST_FRAMEWORK_MONTHS else []
    detailed = agreement.requirement_type is RequirementType.DETAILED
    shares = [clause.share for clause in register.content.index_clauses if clause.agreement_id == agreement.id]
    return {
        "term_months": term,
        **({"option_months": options} if options else {}),
        "requirements": "detailed" if detailed else "functional",
        **({"form": "framework"} if framework else {}),
        **({"governance": "partnership"} if agreement.is_partnership else {}),
        **({"index_pass_through_share": shares[0]} if shares else {}),
    }
