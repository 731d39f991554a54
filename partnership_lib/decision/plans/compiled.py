"""From a case and its plans to the arrays that the engine reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from partnership_lib.decision.cases.catalogue import RULES
from partnership_lib.decision.cases.records import Case, ExtensionRule, LegalConsequence, Perspective
from partnership_lib.decision.future.streams import entity_key
from partnership_lib.decision.plans.arrays import (
    CATEGORY,
    DOMAIN,
    NEED,
    SETTINGS,
    CompiledCase,
    CompiledPlan,
    Floats,
    Table,
)
from partnership_lib.decision.plans.discounting import discount_weights
from partnership_lib.decision.plans.holders import holder_table
from partnership_lib.decision.plans.interfaces import Pairs, interface_pairs, interface_years
from partnership_lib.decision.plans.plan import Plan, consolidated_plan, fragmented_plan
from partnership_lib.decision.plans.slots import slot_parts, slot_tables

# Everybody's index: its draws must not depend on the case.
_INDEX_ENTITY = "index:general"


class Columns:
    """Finds the column of an assumption: its own where the scope has one, else the general one."""

    def __init__(self, case: Case) -> None:
        self.keys = tuple(sorted(assumption.key for assumption in case.assumptions))
        self._places = {key: place for place, key in enumerate(self.keys)}

    def of(self, name: str, scope: str = "") -> int:
        """Return the column of `name` where it holds for `scope`."""
        return self._places.get(f"{name}@{scope}", self._places[name])


def compile_case(case: Case, plans: tuple[Plan, Plan] | None = None, weights: Floats | None = None) -> CompiledCase:
    """Return a case and two plans as arrays.

    Parameters
    ----------
    plans : tuple of Plan or None
        None: today's agreements, and the case's proposed ones.
    weights : ndarray, shape (T+1,), or None
        D, what a krona in each month and at the horizon counts; None: discounted at the case's real rate.

    Examples
    --------
    The arrays depend on stable ids alone: the same case with its needs in another order compiles to the same arrays.
    """
    both = plans or (fragmented_plan(case), consolidated_plan(case))
    settings = case.settings
    if weights is None:
        weights = discount_weights(settings.horizon_months, settings.discount_rate_share)
    columns = Columns(case)
    categories = sorted({need.category for need in case.needs})
    domains = sorted({need.domain for need in case.needs if need.domain})
    pass_throughs = sorted({slot.terms.index_pass_through_share for plan in both for slot in plan.slots})
    holders, holder_of = holder_table(case, columns, categories)
    needs = _need_table(case, columns, categories, domains)
    needs["holder"] = [holder_of[need_id] for need_id in sorted(holder_of)]
    pairs = interface_pairs(case)
    fragmented, consolidated = (
        _plan_arrays(case, plan, columns, categories, pass_throughs, pairs, weights, needs) for plan in both
    )
    return CompiledCase(
        keys=columns.keys,
        settings=_settings(case),
        weights=np.asarray(weights, dtype=np.float64),
        cumulative=np.concatenate([[0.0], np.cumsum(weights[:-1])]),
        needs=needs,
        holders=holders,
        categories=_category_table(columns, categories),
        domains=_domain_table(columns, domains),
        bidder_weights=_bidder_weights(case.bidder_counts, categories),
        pass_through_shares=np.array(pass_throughs),
        general_columns=np.array([columns.of(name) for name in sorted(RULES)]),
        plans=(fragmented, consolidated),
    )


def _plan_arrays(
    case: Case,
    plan: Plan,
    columns: Columns,
    categories: Sequence[str],
    pass_throughs: Sequence[float],
    pairs: Pairs,
    weights: Floats,
    needs: Table,
) -> CompiledPlan:
    slots = tuple(slot for slot in plan.slots if slot.start_month < slot.end_month)
    table, slot_needs, option_months = slot_tables(case, slots, columns, categories, pass_throughs)
    parts = slot_parts(table, slot_needs, needs)
    internal, external, leaving = interface_years(case, slots, pairs, weights)
    table["external_weight"] = leaving
    return CompiledPlan(table, slot_needs, parts, option_months, internal, external, tuple(slot.id for slot in slots))


def _settings(case: Case) -> Table:
    settings = case.settings
    table = np.zeros(1, SETTINGS)
    table["horizon_months"] = settings.horizon_months
    table["society"] = settings.perspective is Perspective.SOCIETY
    table["price_rule"] = settings.extension_rule is ExtensionRule.PRICE
    table["not_bought"] = settings.legal_consequence is LegalConsequence.NOT_BOUGHT
    table["no_graph"] = case.interfaces is None
    table["legal_threshold_sek"] = settings.legal_threshold_sek
    table["legal_minor_share"] = settings.legal_minor_share
    table["index_entity"] = entity_key(_INDEX_ENTITY)
    return table


def _need_table(case: Case, columns: Columns, categories: Sequence[str], domains: Sequence[str]) -> Table:
    needs = sorted(case.needs, key=lambda need: need.id)
    table = np.zeros(len(needs), NEED)
    for row, need in zip(table, needs, strict=True):
        row["entity"] = entity_key(f"need:{need.id}")
        row["category"] = categories.index(need.category)
        row["domain"] = domains.index(need.domain) if need.domain else -1
        row["annual_value_sek"] = need.annual_value_sek
        row["benefit_sek_per_month"] = need.benefit_sek_per_month
        row["new_needs_column"] = columns.of("new_needs_per_need_year", f"need:{need.id}")
        row["change_size_column"] = columns.of("change_size_share", f"need:{need.id}")
    return table


def _category_table(columns: Columns, categories: Sequence[str]) -> Table:
    table = np.zeros(len(categories), CATEGORY)
    for row, category in zip(table, categories, strict=True):
        row["entity"] = entity_key(f"category:{category}")
        row["trend_column"] = columns.of("market_trend_share_per_year", f"category:{category}")
        row["volatility_column"] = columns.of("market_volatility_share", f"category:{category}")
    return table


def _domain_table(columns: Columns, domains: Sequence[str]) -> Table:
    table = np.zeros(len(domains), DOMAIN)
    for row, domain in zip(table, domains, strict=True):
        row["entity"] = entity_key(f"domain:{domain}")
        row["rate_column"] = columns.of("law_changes_per_domain_year", f"domain:{domain}")
    return table


def _bidder_weights(counts: Mapping[str, tuple[float, ...]], categories: Sequence[str]) -> Floats:
    found = [np.asarray(counts.get(category, counts[""]), dtype=np.float64) for category in categories]
    weights = np.zeros((len(found), max(map(len, found), default=1)))
    for row, category_weights in zip(weights, found, strict=True):
        row[: len(category_weights)] = category_weights / category_weights.sum()
    return weights
