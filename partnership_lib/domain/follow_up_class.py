"""Classes of agreements by how closely they are followed up, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.domain.record import Record, fact


@dataclass(frozen=True, kw_only=True)
class FollowUpClass(Record):
    """A class of agreements and the follow-up that it asks for. Internal as a whole.

    Attributes
    ----------
    agreement_share : float
        Part of the agreements that it is meant for [0-1].
    meetings_per_year : float
        Follow-up meetings a year and agreement; 0.5 is every second year.
    hours_per_meeting : float
        Working hours of the municipality for one meeting, preparation and minutes included [h].
    other_hours_per_year : float
        Hours a year and agreement beside the meetings (statistics, invoices, requirements) [h].
    basis : str
        ``measured``, ``statute``, ``study`` or ``assumed``, as for every number that somebody assumed.
    source, confirmed_by, confirmed_date
        Where the numbers come from, and who has confirmed them; nobody when empty.
    """

    name: str = fact()
    agreement_share: float = fact()
    meetings_per_year: float = fact()
    hours_per_meeting: float = fact()
    other_hours_per_year: float = fact(default=0.0)
    basis: str = fact(default="assumed")
    source: str = fact(default="")
    confirmed_by: str = fact(default="")
    confirmed_date: date | None = fact(default=None)
