"""Who takes part: organisations and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnership_lib.domain.record import Record, fact


class Party(StrEnum):
    """The two sides of an agreement."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


class AccessRole(StrEnum):
    """What a person may do in the register, each including the ones before it."""

    READER = "reader"
    EDITOR = "editor"
    PARTNERSHIP_OWNER = "partnership_owner"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Organisation(Record):
    """A buyer or a supplier. `organisation_number`: ten digits, empty for foreign suppliers."""

    name: str = fact(shared=True)
    party: Party = fact(shared=True)
    organisation_number: str = fact(shared=True, personal=True, default="")


@dataclass(frozen=True, kw_only=True)
class Person(Record):
    """Somebody who owns an agreement, answers for activities or takes part in meetings.

    Attributes
    ----------
    follow_up_hours_per_year : float or None
        Working hours that the person has for following up agreements [h/year]; None when nobody has said.
    """

    name: str = fact(shared=True, personal=True)
    organisation_id: str = fact(shared=True, references="Organisation")
    title: str = fact(shared=True, default="")
    email: str = fact(personal=True, default="")
    access_role: AccessRole = fact(default=AccessRole.READER)
    follow_up_hours_per_year: float | None = fact(default=None)
