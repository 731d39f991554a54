"""A name in the ledger that somebody has said is a supplier under another name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.domain.record import Record, fact


@dataclass(frozen=True, kw_only=True)
class SupplierAlias(Record):
    """An alias of a supplier, accepted by a person.

    Attributes
    ----------
    alias_key : str
        The key under which the ledger holds the alias: ``name:<name>`` or ``id:<the publisher's own number>``.
    supplier_key : str
        The supplier's organisation number, ten digits; empty where the alias was withdrawn.
    evidence : str
        Why it was proposed, such as ``same_name``; empty where somebody just knew.
    accepted_by_id, accepted_date : str, datetime.date
        Who decided what stands now, and when: accepted it, or withdrew it. The audit trail keeps what stood before.
    """

    alias_key: str = fact(personal=True)
    supplier_key: str = fact(personal=True)
    evidence: str = fact(default="")
    accepted_by_id: str = fact(references="Person")
    accepted_date: date = fact()
