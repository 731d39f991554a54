"""Which assumptions there are: name, unit, allowed range, where each may hold. Their values stand in YAML files."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What holds for an assumption whatever its value.

    Attributes
    ----------
    unit : str
        The unit that every entry must restate.
    least, most : float
        Range that every possible value must lie in; infinite where there is no limit.
    scope : str
        Kind of scope it may have beside the general one: ``category``, ``domain``, ``need``, ``agreement`` or none.
    fixed : bool
        Structural: it is tabulated once per comparison and may be changed but not be uncertain.
    """

    unit: str
    least: float = 0.0
    most: float = math.inf
    scope: str = ""
    fixed: bool = False


def _share(unit: str = "share", *, least: float = 0.0, scope: str = "", fixed: bool = False) -> Rule:
    return Rule(unit, least, 1.0, scope, fixed)


STAFF_AND_PROCEDURES = {
    "staff_cost_sek_per_hour": Rule("SEK/h"),
    "user_cost_sek_per_hour": Rule("SEK/h"),
    "authority_hours_per_procedure": Rule("h"),
    "user_hours_per_procedure": Rule("h"),
    "hours_per_bid": Rule("h"),
    "advertising_sek_per_procedure": Rule("SEK"),
    "dialogue_effort_factor": Rule("x"),
    "cancellation_probability": _share(),
    "cancellation_redo_share": _share(fixed=True),
    "appeal_probability": _share(),
    "appeal_hours": Rule("h"),
    "appeal_counsel_sek": Rule("SEK"),
    "appeal_months_mean": Rule("month", least=0.01, most=60.0, fixed=True),
    "appeal_months_sigma_ln": Rule("-", least=0.01, most=3.0, fixed=True),
    "second_instance_probability": _share(fixed=True),
    "second_instance_months_mean": Rule("month", least=0.01, most=60.0, fixed=True),
    "appeal_repeat_probability": _share(fixed=True),
    "slack_months": Rule("month", most=60.0, fixed=True),
    "lead_months_detailed": Rule("month", most=120.0),
    "lead_months_functional": Rule("month", most=120.0),
    "bridging_markup_share": Rule("share"),
    "manual_work_sek_per_month": Rule("SEK/month"),
}

MANAGEMENT_AND_GOVERNANCE = {
    "management_hours_per_agreement_year": Rule("h/year"),
    "management_hours_per_supplier_year": Rule("h/year"),
    "meeting_hours_per_year": Rule("h/year"),
    "partnership_owner_fte": Rule("FTE", most=20.0, scope="agreement"),
    "hours_per_fte_year": Rule("h", least=1.0, most=3_000.0, fixed=True),
    "training_hours_per_user": Rule("h"),
}

PRICES_AND_BIDDERS = {
    "bidder_price_elasticity": Rule("-", most=2.0),
    "bidder_saturation_count": Rule("count", least=1.0, most=30.0, fixed=True),
    "bidders_factor": Rule("x", least=0.01, most=20.0),
    "bundle_breadth_penalty": Rule("-", most=5.0, scope="agreement"),
    "bundle_size_elasticity": Rule("-", least=-1.0, most=1.0, fixed=True),
    "bundle_bidder_share": _share(),
    "bidder_cost_sek_per_bid": Rule("SEK"),
    "scale_elasticity": Rule("-", least=-1.0, most=1.0),
    "scope_saving_share": _share(least=-1.0, scope="agreement"),
    "optimism_bias_share": _share(),
    "contract_drift_share_per_year": Rule("share/year", least=-0.5, most=0.5),
    "market_trend_share_per_year": Rule("share/year", least=-0.5, most=0.5, scope="category"),
    "market_volatility_share": Rule("share/sqrt(year)", most=2.0, scope="category"),
    "index_volatility_share": Rule("share/sqrt(year)", most=2.0, fixed=True),
    "extension_probability": _share(),
}

CHANGES = {
    "law_changes_per_domain_year": Rule("1/year", most=50.0, scope="domain"),
    "law_change_hit_probability": _share(fixed=True),
    "new_needs_per_need_year": Rule("1/year", most=50.0, scope="need"),
    "change_size_share": Rule("share of annual value", most=20.0, scope="need"),
    "change_size_sigma_ln": Rule("-", most=3.0, fixed=True),
    "change_markup_share": Rule("share"),
    "change_handling_hours": Rule("h"),
    "included_change_cap_share": Rule("share of annual value", scope="agreement"),
    "premium_loading": Rule("share", scope="agreement"),
    "adaptability_saving_share": _share(scope="agreement"),
    "change_order_lead_months": Rule("month", most=120.0),
    "release_cycle_months": Rule("month", most=120.0),
    "quality_shading_share_per_year": _share("share/year", scope="agreement"),
    "qualified_change_share": _share(fixed=True),
}

SWITCHING_AND_TRANSITION = {
    "supplier_change_probability": _share(scope="agreement"),
    "switching_cost_share": Rule("share of annual value"),
    "transition_cost_share": Rule("share of annual value", scope="agreement"),
    "dual_running_months": Rule("month", most=60.0),
    "dual_running_cost_share": _share(fixed=True),
    "early_termination_share": _share(),
    "ordinary_overrun_minimum": Rule("share", least=-1.0, fixed=True),
    "ordinary_overrun_mode": Rule("share", least=-1.0, fixed=True),
    "ordinary_overrun_maximum": Rule("share", least=-1.0, fixed=True),
    "overrun_tail_probability": _share(fixed=True),
    "overrun_tail_threshold": Rule("share", least=0.001, fixed=True),
    "overrun_tail_exponent": Rule("-", least=0.01, fixed=True),
    "overrun_tail_cap": Rule("share", least=0.001, fixed=True),
}

INTERFACES = {
    "interface_cost_sek_per_year": Rule("SEK/year"),
    "reintegration_cost_sek": Rule("SEK"),
    "internal_interface_share": _share(),
    "interface_density": _share(),
}

SUPPLIER_DEFAULT = {
    "default_rate_per_year": Rule("1/year", most=5.0),
    "partner_default_rate_factor": Rule("x", most=20.0, fixed=True),
    "default_severity_share": Rule("x annual value"),
    "partner_severity_factor": Rule("x", fixed=True),
}

TOPICS = {
    "staff_and_procedures": STAFF_AND_PROCEDURES,
    "management_and_governance": MANAGEMENT_AND_GOVERNANCE,
    "prices_and_bidders": PRICES_AND_BIDDERS,
    "changes": CHANGES,
    "switching_and_transition": SWITCHING_AND_TRANSITION,
    "interfaces": INTERFACES,
    "supplier_default": SUPPLIER_DEFAULT,
}
"""The files in ``data/assumptions`` and what each must hold."""

RULES: dict[str, Rule] = {name: rule for rules in TOPICS.values() for name, rule in rules.items()}
"""Every assumption that there is."""
