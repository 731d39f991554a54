"""The rules of a consolidation as data: when bundles may start, on which terms, and what limits them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from partnership_lib.decision.cases.records import Governance, Requirements, Terms

MERGED = Terms(term_months=36, option_months=(12,))
PARTNERSHIP = Terms(
    term_months=120,
    option_months=(24,),
    requirements=Requirements.FUNCTIONAL,
    governance=Governance.PARTNERSHIP,
    indicators_verifiable=False,
)


@dataclass(frozen=True)
class Form:
    """Terms that a bundle may be procured on, and what they are called."""

    name: str
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a consolidation may do.

    Attributes
    ----------
    forms : tuple of Form
        What a bundle may be: each is tried for every bundle.
    starts : tuple of datetime.date
        First days of the months in which bundles may start; empty: 15, 24 and 36 months from the base month.
    largest_size : int
        Agreements of today in a bundle at most.
    fewest_bidders : float
        Bids that a bundle must be expected to draw.
    across_categories : bool
        Bundles may hold agreements of different categories.
    largest_share, largest_share_of_category : float or None
        Annual value of a bundle at most, of all and of its category: how much may depend on one supplier.
    large_bundle_sek, large_bundles_share : float or None
        Bundles with an annual value above the first may together hold at most this share of all value: what is left
        for small and medium-sized suppliers.
    longest_bridge_months : int
        An agreement of today may have to be bridged for so long until its bundle starts.
    early_termination : bool
        Agreements of today may be ended before they expire.
    procedures_per_year : dict of int to float
        Calendar year -> procedures that the procurement office has room for; one with functional requirements counts
        as many times as the assumption ``dialogue_effort_factor`` says.
    budget_sek_per_year : dict of int to float
        Calendar year -> what all agreements together may cost, undiscounted.
    must_link, cannot_link : tuple of tuple of str
        Agreements that stand in the same bundle; of which no two do.
    kept : tuple of str
        Agreements that go on as they are, such as a partnership that has just begun.
    draws, stability_draws, seed : int
        Draws of the assumptions that costs are means over; draws that the plan is tried on again.
    """

    forms: tuple[Form, ...] = (Form("merged", MERGED), Form("partnership", PARTNERSHIP))
    starts: tuple[date, ...] = ()
    max_agreements: int | None = None
    largest_size: int = 12
    fewest_bidders: float = 3.0
    across_categories: bool = False
    largest_share: float | None = None
    largest_share_of_category: float | None = None
    large_bundle_sek: float | None = None
    large_bundles_share: float | None = None
    longest_bridge_months: int = 24
    early_termination: bool = True
    procedures_per_year: dict[int, float] = field(default_factory=dict)
    budget_sek_per_year: dict[int, float] = field(default_factory=dict)
    must_link: tuple[tuple[str, ...], ...] = ()
    cannot_link: tuple[tuple[str, ...], ...] = ()
    kept: tuple[str, ...] = ()
    draws: int = 8
    stability_draws: int = 50
    seed: int = 1
