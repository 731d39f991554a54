"""The parts of a case made from entries that the schema has accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from partnership_lib.decision.cases.records import (
    CaseNeed,
    Effort,
    ExtensionRule,
    Governance,
    Interface,
    LegalConsequence,
    LegalForm,
    Perspective,
    PresentAgreement,
    ProposedAgreement,
    Requirements,
    Settings,
    Terms,
)
from partnership_lib.units.dates import parse_date

Entry = Mapping[str, Any]

_CHOICES = {
    "requirements": Requirements,
    "form": LegalForm,
    "governance": Governance,
    "perspective": Perspective,
    "extension_rule": ExtensionRule,
    "legal_consequence": LegalConsequence,
}
_MONTHS = ("option_months", "remaining_option_months")
_WHOLE = (
    "term_months",
    "lots",
    "horizon_months",
    "notice_months",
    "users",
    "paths",
    "randomisations",
    "points",
    "seed",
)


def read_settings(entry: Entry) -> Settings:
    """Return the settings in an entry."""
    return Settings(**read_changes(entry))


def read_terms(entry: Entry) -> Terms:
    """Return the terms in an entry."""
    return Terms(**read_changes(entry))


def read_need(entry: Entry) -> CaseNeed:
    """Return the need in an entry."""
    return CaseNeed(**read_changes(entry))


def read_present(entry: Entry) -> PresentAgreement:
    """Return the agreement of today in an entry."""
    return PresentAgreement(**_agreement_values(entry))


def read_proposed(entry: Entry) -> ProposedAgreement:
    """Return the proposed agreement in an entry."""
    return ProposedAgreement(**_agreement_values(entry))


def read_interfaces(entry: Entry) -> tuple[Interface, ...]:
    """Return the interfaces in an entry, the needs of each in order."""
    return tuple(
        Interface(
            needs=(min(pair["needs"]), max(pair["needs"])),
            weight=float(pair.get("weight", 1.0)),
            source=entry["source"],
        )
        for pair in entry["pairs"]
    )


def read_effort(entry: Entry) -> Effort:
    """Return the effort in an entry."""
    return Effort(**read_changes(entry))


def read_changes(entry: Entry) -> dict[str, Any]:
    """Return the fields of a record that an entry of settings or terms sets, those and no others."""
    return {key: _value(key, value) for key, value in entry.items()}


def _agreement_values(entry: Entry) -> dict[str, Any]:
    values = read_changes({key: value for key, value in entry.items() if key not in ("needs", "terms")})
    return {**values, "need_ids": tuple(entry["needs"]), "terms": read_terms(entry["terms"])}


def _value(key: str, value: Any) -> Any:
    if key in _CHOICES:
        return _CHOICES[key](value)
    if key in _MONTHS:
        return tuple(int(months) for months in value)
    if key in _WHOLE:
        return int(value)  # YAML may write 24.0
    if key == "base_month":
        return parse_date(f"{value}-01")
    if key in ("start", "expiry"):
        return _day(value)
    if isinstance(value, list):
        return tuple(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: str | None) -> date | None:
    return None if value is None else parse_date(value)
