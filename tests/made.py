"""Records for small registers: a municipality, its supplier, what they have agreed on; each test says what differs."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    Level,
    Organisation,
    Party,
    RequirementType,
)

BUYER = Organisation(id="O-K", name="Exempelkommun", party=Party.BUYER, organisation_number="2129990004")
SUPPLIER = Organisation(id="O-S", name="Skolbolaget AB", party=Party.SUPPLIER, organisation_number="5599990008")


def agreement(agreement_id: str = "A-1", **changed: Any) -> Agreement:
    """Return a partnership of the two, without an end."""
    usual: dict[str, Any] = {
        "name": "Skoladministration", "buyer_id": BUYER.id, "supplier_id": SUPPLIER.id, "is_partnership": True,
        "kind": AgreementKind.CONTRACT, "requirement_type": RequirementType.FUNCTIONAL, "category": "48000000",
        "start_date": date(2024, 3, 1),
    }  # fmt: skip
    return Agreement(id=agreement_id, **usual | changed)


def activity(activity_id: str = "T-1", **changed: Any) -> Activity:
    """Return an obligation on the tactical list of that agreement."""
    usual: dict[str, Any] = {
        "agreement_id": "A-1", "level": Level.TACTICAL, "title": "Inför e-legitimation", "raised_by": Party.BUYER,
        "kind": ActivityKind.OBLIGATION, "raised_date": date(2026, 2, 10), "due_date": date(2026, 8, 31),
    }  # fmt: skip
    return Activity(id=activity_id, **usual | changed)
