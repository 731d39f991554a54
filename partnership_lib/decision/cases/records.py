"""A case: the needs, the agreements that cover them today, the agreements proposed instead, the assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from partnership_lib.decision.cases.assumptions import Assumption


class Requirements(StrEnum):
    """How the requirements are put: the supplier is told how (detailed) or what for (functional)."""

    DETAILED = "detailed"
    FUNCTIONAL = "functional"


class LegalForm(StrEnum):
    """Legal form of an agreement (LOU)."""

    CONTRACT = "contract"
    FRAMEWORK = "framework"


class Governance(StrEnum):
    """How an agreement is governed: like any other, or as a partnership with an owner and meetings on three levels."""

    ORDINARY = "ordinary"
    PARTNERSHIP = "partnership"


class Perspective(StrEnum):
    """Whose costs count."""

    MUNICIPALITY = "municipality"
    SOCIETY = "society"


class ExtensionRule(StrEnum):
    """When an extension option is used: with a probability, or when the price does not exceed the market's."""

    PROBABILITY = "probability"
    PRICE = "price"


class LegalConsequence(StrEnum):
    """What happens to a change that the legal room (17 kap. LOU) does not hold."""

    PROCURE_SEPARATELY = "procure_separately"
    NOT_BOUGHT = "not_bought"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of an agreement, present or proposed alike.

    Attributes
    ----------
    term_months : int
        Base term of every new agreement that is signed on these terms.
    option_months : tuple of int
        Extension options after the base term, each decided on its own.
    changes_described : bool
        The tender documents describe the functional changes clearly enough (17 kap. 10 § LOU) for changes within the
        cap to be performance and no modification.
    indicators_verifiable : bool
        Quality can be measured; otherwise functional terms carry the cost of quality shading (C12).
    premium : bool
        The supplier prices the included changes in (C6'). Without it functional terms need `premium_reason`.
    meeting_hours_per_year : float or None
        Staff hours in meetings a year under partnership governance; None takes the assumption.
    framework_reason : str
        The special reason for a framework agreement that runs longer than 48 months (7 kap. 2 § LOU).
    """

    term_months: int
    option_months: tuple[int, ...] = ()
    requirements: Requirements = Requirements.DETAILED
    form: LegalForm = LegalForm.CONTRACT
    governance: Governance = Governance.ORDINARY
    index_pass_through_share: float = 1.0
    changes_described: bool = False
    indicators_verifiable: bool = True
    premium: bool = True
    premium_reason: str = ""
    framework_reason: str = ""
    meeting_hours_per_year: float | None = None
    bridging_allowed: bool = True
    exit_plan_sek: float = 0.0
    lots: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseNeed:
    """A need (function) of the municipality.

    Attributes
    ----------
    category : str
        CPV division, two digits, or a category of the municipality's own.
    domain : str
        Area of law whose changes hit it together with the other needs of the domain; empty: no law changes.
    annual_value_sek : float
        What is invoiced for it a year today, base-month prices, excl. VAT [SEK/year].
    benefit_sek_per_month : float
        Worth of one met new need, a month, from when it is covered (C9) [SEK/month].
    capable_suppliers : tuple of str or None
        Suppliers able to deliver it; None when nobody has looked.
    """

    id: str
    name: str
    category: str
    domain: str = ""
    annual_value_sek: float
    users: int = 0
    benefit_sek_per_month: float = 0.0
    capable_suppliers: tuple[str, ...] | None = None
    capability_source: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class PresentAgreement:
    """An agreement that covers needs today; `terms` are those of its renewals.

    Attributes
    ----------
    expiry : datetime.date or None
        First day it no longer covers, used options included, unused ones not; None: until further notice, read as
        procured anew after one ordinary term, and free to end with `notice_months` notice.
    remaining_option_months : tuple of int
        Options not yet used.
    value_estimate_sek : float or None
        Value at award, options included; base of the legal room; None takes annual value times term,
        the options of its terms included.
    """

    id: str
    name: str
    need_ids: tuple[str, ...]
    supplier: str
    start: date | None = None
    expiry: date | None = None
    remaining_option_months: tuple[int, ...] = ()
    notice_months: int = 3
    value_estimate_sek: float | None = None
    modifications_to_date_sek: float = 0.0
    ceiling_sek: float | None = None
    terms: Terms
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposedAgreement:
    """An agreement that would replace what covers its needs today, from the first day of `start`."""

    id: str
    name: str
    need_ids: tuple[str, ...]
    start: date
    terms: Terms
    division_reason: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Interface:
    """Two needs that exchange information or services; `weight` 1 is the cost in the assumptions."""

    needs: tuple[str, str]
    weight: float = 1.0
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is the same for all plans: the horizon, the prices, whose costs, which rules.

    Attributes
    ----------
    base_month : datetime.date
        First day of month 0; prices are those of this month.
    discount_rate_share, inflation_share : float
        Real rate and general inflation a year.
    """

    base_month: date
    horizon_months: int = 144
    discount_rate_share: float = 0.035
    inflation_share: float = 0.02
    perspective: Perspective = Perspective.MUNICIPALITY
    extension_rule: ExtensionRule = ExtensionRule.PROBABILITY
    legal_consequence: LegalConsequence = LegalConsequence.PROCURE_SEPARATELY
    legal_threshold_sek: float = 2_389_585.0
    legal_minor_share: float = 0.10


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is computed: paths of the full simulation; randomisations x points of the closed form; the seed."""

    paths: int = 2**16
    randomisations: int = 16
    points: int = 2**11
    seed: int = 1

    def quick(self) -> Effort:
        """Return the effort of a first look: at most an eighth of the usual, with errors about three times as large."""
        return replace(
            self,
            paths=min(self.paths, 2**13),
            randomisations=min(self.randomisations, 8),
            points=min(self.points, 2**9),
        )


@dataclass(frozen=True)
class CaseFlag:
    """What a reader of the comparison must know about the case; its sentence stands under ``finding.flag.<code>``.

    Attributes
    ----------
    key : str
        Where in the case, such as ``proposed[P-1].start``.
    found, allowed : str
        What stands there and what would be usual.
    """

    code: str
    key: str
    found: str | float | date
    allowed: str | float | date


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that a comparison is made from.

    Attributes
    ----------
    assumptions : tuple of Assumption
        The whole set: the defaults with the case's own in their place.
    changed : tuple of str
        Keys of the assumptions that the case sets itself.
    bidder_counts : Mapping
        Category -> weights of 1, 2, ... bidders per procedure seen today; ``""`` is the fallback.
    interfaces : tuple of Interface or None
        None: no graph is known, the density assumption within domains stands in.
    fallbacks : tuple of str
        Codes of what was missing and which rule stood in (sentences under ``finding.fallback.``).
    flags : tuple of CaseFlag
        What is allowed but must be seen; the report prints them.
    text : Mapping
        What people wrote about the case: ``question``, ``background``, ``note``.
    """

    id: str
    name: str
    settings: Settings
    needs: tuple[CaseNeed, ...]
    present: tuple[PresentAgreement, ...]
    proposed: tuple[ProposedAgreement, ...]
    assumptions: tuple[Assumption, ...]
    changed: tuple[str, ...] = ()
    bidder_counts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    interfaces: tuple[Interface, ...] | None = None
    effort: Effort = Effort()
    fallbacks: tuple[str, ...] = ()
    flags: tuple[CaseFlag, ...] = ()
    text: Mapping[str, str] = field(default_factory=dict)

    def need(self, need_id: str) -> CaseNeed:
        """Return the need with this id."""
        return next(need for need in self.needs if need.id == need_id)

    def assumption(self, name: str, scope: str = "") -> Assumption:
        """Return the assumption with this name that holds for `scope`: its own, else the general one."""
        found = {assumption.scope: assumption for assumption in self.assumptions if assumption.name == name}
        return found[scope] if scope in found else found[""]

    def agreements(self) -> Iterator[PresentAgreement | ProposedAgreement]:
        """Yield the present agreements and then the proposed ones."""
        yield from self.present
        yield from self.proposed
