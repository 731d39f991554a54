"""What is known of an agreement and its meetings on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches

from partnership_lib.domain import Agreement, Meeting, RegisterContent, WorkingOrder
from partnership_lib.errors import UsageError


def is_held(meeting: Meeting, day: date) -> bool:
    """Return whether a meeting had been held at the end of `day`."""
    return meeting.held_date is not None and meeting.held_date <= day


def is_coming(meeting: Meeting, day: date) -> bool:
    """Return whether a meeting lies ahead at the beginning of `day`: planned, not held, not cancelled."""
    return meeting.held_date is None and not meeting.cancelled_reason and meeting.planned_date >= day


def known_agreement(content: RegisterContent, agreement_id: str) -> Agreement:
    """Return an agreement by its id, or raise ``unknown_agreement`` with the nearest ones."""
    agreement = content.find(Agreement, agreement_id)
    if agreement is None:
        raise UsageError(
            "unknown_agreement",
            agreement=agreement_id,
            allowed=nearest(agreement_id, (each.id for each in content.agreements)),
        )
    return agreement


def working_order_on(content: RegisterContent, agreement_id: str, day: date) -> WorkingOrder | None:
    """Return the working order of an agreement that applies on `day`, or the first one ahead; None where is none."""
    orders = [order for order in content.working_orders if order.agreement_id == agreement_id]
    valid = [order for order in orders if order.valid_from <= day]
    if valid:
        return max(valid, key=lambda order: (order.valid_from, order.id))
    return min(orders, key=lambda order: (order.valid_from, order.id), default=None)


def nearest(found: str, known: Iterable[str]) -> str:
    """Return the names that look most like `found`, for an error to list; a dash where none is known."""
    ids = list(known)
    return ", ".join(get_close_matches(found, ids, n=3, cutoff=0.3) or ids[:3]) or "–"
