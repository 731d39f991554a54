"""What an evaluation rests on besides register and ledger: indices, assumed costs and how they are spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnership_lib.analysis.outcome.costs.price_index import CategoryIndex


@dataclass(frozen=True, kw_only=True)
class OutcomeAssumption:
    """A number that somebody assumed for the costs that no invoice shows.

    Attributes
    ----------
    basis : str
        ``measured``, ``statute``, ``study`` or ``assumed``.
    confirmed_by : str
        Who at the municipality has confirmed it; empty: unconfirmed.
    """

    name: str
    value: float
    unit: str
    basis: str
    source: str
    source_sv: str = ""
    grade: str = ""
    confirmed_by: str = ""


TRANSITION_OUTSIDE_LEDGER = OutcomeAssumption(
    name="transition_outside_ledger_share",
    value=0.5,
    unit="share",
    basis="assumed",
    source="No study found. What the supplier invoices for the start is in the ledger already; this is the rest, the "
    "municipality's own work and running two systems.",
    source_sv="Ingen studie hittad. Det som leverantören fakturerar för införandet finns redan i reskontran; detta är "
    "resten, kommunens eget arbete och dubbel drift.",
)
OPEN_ENDED_TERM = OutcomeAssumption(
    name="open_ended_term_months",
    value=48.0,
    unit="month",
    basis="statute",
    source="LOU (2016:1145) 7 kap. 2 §: a framework agreement runs for at most four years. Taken for agreements until "
    "further notice, which have no term to spread over.",
    source_sv="LOU (2016:1145) 7 kap. 2 §: ett ramavtal får löpa i högst fyra år. Används för tillsvidareavtal, som "
    "inte har någon avtalstid att fördela över.",
)
OWN_ASSUMPTIONS = (TRANSITION_OUTSIDE_LEDGER, OPEN_ENDED_TERM)
SHARED_ASSUMPTIONS = (
    "staff_cost_sek_per_hour",
    "user_cost_sek_per_hour",
    "authority_hours_per_procedure",
    "user_hours_per_procedure",
    "dialogue_effort_factor",
    "advertising_sek_per_procedure",
    "transition_cost_share",
    "management_hours_per_agreement_year",
)
"""Assumptions that the comparison rests on too; here their mean is taken."""


@dataclass(frozen=True, kw_only=True)
class OutcomeRules:
    """The rules of evaluation of a municipality.

    Attributes
    ----------
    indices : tuple of CategoryIndex
        Price series by category; without one there is no estimate.
    general_series : tuple of str
        A price series for everything (with its successors), tried beside the category's own; empty: none.
    assumptions : Mapping
        Name -> assumption, every one of `SHARED_ASSUMPTIONS` and `OWN_ASSUMPTIONS`.
    transition_quarters : int
        Quarters from the start of a partnership that are left out of the estimate.
    asked_saving_share : float
        The saving that the power statement asks about.
    most_donors : int
        Donors at the most; where there are more, those with the largest costs before the start: large series are
        steadier, and which are kept says nothing of what happened after the start.
    """

    indices: tuple[CategoryIndex, ...] = ()
    general_series: tuple[str, ...] = ()
    assumptions: Mapping[str, OutcomeAssumption] = field(default_factory=dict)
    transition_quarters: int = 0
    asked_saving_share: float = 0.10
    most_donors: int = 60

    def value(self, name: str) -> float:
        """Return the value of an assumption."""
        return self.assumptions[name].value

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Return the names of the assumptions that nobody has confirmed."""
        return tuple(name for name, each in self.assumptions.items() if not each.confirmed_by)
