"""The slots of a plan as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from partnership_lib.decision.cases.records import Case, CaseNeed, Governance, Requirements
from partnership_lib.decision.components.legal import contract_value_sek
from partnership_lib.decision.future.streams import entity_key
from partnership_lib.decision.plans.arrays import PART, SLOT, Table, Whole
from partnership_lib.decision.plans.holders import FindsColumns, able_suppliers, main_category
from partnership_lib.decision.plans.plan import Slot

_COLUMNS = {
    "included_change_cap_column": "included_change_cap_share",
    "premium_loading_column": "premium_loading",
    "adaptability_saving_column": "adaptability_saving_share",
    "quality_shading_column": "quality_shading_share_per_year",
    "transition_cost_column": "transition_cost_share",
    "supplier_change_column": "supplier_change_probability",
    "breadth_penalty_column": "bundle_breadth_penalty",
    "scope_saving_column": "scope_saving_share",
    "partnership_owner_column": "partnership_owner_fte",
}


def slot_tables(
    case: Case,
    slots: Sequence[Slot],
    columns: FindsColumns,
    categories: Sequence[str],
    pass_throughs: Sequence[float],
) -> tuple[Table, Whole, Whole]:
    """Return the table of SLOT, the rows of the slots' needs, and the lengths of all options.

    The interfaces that leave a slot and its parts are left at 0: see `interface_years` and `slot_parts`.
    """
    by_id = {need.id: need for need in case.needs}
    places = {need_id: place for place, need_id in enumerate(sorted(by_id))}
    whole = {each.id: sum(by_id[need].annual_value_sek for need in sorted(each.need_ids)) for each in case.present}
    table = np.zeros(len(slots), SLOT)
    slot_needs: list[int] = []
    options: list[int] = []
    for row, slot in zip(table, slots, strict=True):
        needs = [by_id[need_id] for need_id in sorted(slot.need_ids)]
        row["first_need"], row["need_count"] = len(slot_needs), len(needs)
        slot_needs.extend(places[need.id] for need in needs)
        row["first_option"], row["option_count"] = len(options), len(slot.terms.option_months)
        options.extend(slot.terms.option_months)
        row["first_present_option"], row["present_option_count"] = len(options), len(slot.option_months)
        options.extend(slot.option_months)
        _fill_times(row, slot, case.settings.horizon_months)
        _fill_terms(row, slot, pass_throughs)
        _fill_needs(row, slot, needs, categories)
        _fill_legal_values(row, slot, whole.get(slot.id, 0.0))
        for field, name in _COLUMNS.items():
            row[field] = columns.of(name, f"agreement:{slot.id}")
    return table, np.array(slot_needs, dtype=np.int64), np.array(options, dtype=np.int64)


def _fill_times(row: np.void, slot: Slot, horizon_months: int) -> None:
    row["start_month"], row["end_month"] = slot.start_month, slot.end_month
    row["expiry_month"], row["bridge_month"] = slot.expiry_month, slot.bridge_month
    row["signed_month"] = slot.signed_month
    row["present"] = slot.present
    row["taken_over"] = slot.present and slot.end_month < horizon_months
    row["ends_by_notice"] = slot.ends_by_notice


def _fill_terms(row: np.void, slot: Slot, pass_throughs: Sequence[float]) -> None:
    terms = slot.terms
    functional = terms.requirements is Requirements.FUNCTIONAL
    row["functional"] = functional
    row["premium"] = functional and terms.premium
    row["changes_described"] = terms.changes_described
    row["exposed_quality"] = functional and not terms.indicators_verifiable
    row["partnership"] = terms.governance is Governance.PARTNERSHIP
    row["bridging_allowed"] = terms.bridging_allowed
    row["term_months"] = terms.term_months
    row["index_class"] = pass_throughs.index(terms.index_pass_through_share)
    row["exit_plan_sek"] = terms.exit_plan_sek
    row["meeting_hours_per_year"] = np.nan if terms.meeting_hours_per_year is None else terms.meeting_hours_per_year
    row["supplier_share"], row["overhead_share"] = slot.supplier_share, slot.overhead_share


def _fill_needs(row: np.void, slot: Slot, needs: Sequence[CaseNeed], categories: Sequence[str]) -> None:
    row["entity"] = entity_key(f"need:{slot.anchor}")
    row["category"] = categories.index(main_category(needs))
    row["annual_value_sek"] = sum(need.annual_value_sek for need in needs)
    row["users"] = sum(need.users for need in needs)
    row["able_suppliers"] = able_suppliers(needs)


def _fill_legal_values(row: np.void, slot: Slot, agreement_value_sek: float) -> None:
    """Fill in what shares are counted on; a part of an agreement has its part of the value and of the changes."""
    months = slot.terms.term_months + sum(slot.terms.option_months)
    value = row["annual_value_sek"]
    part = value / agreement_value_sek if slot.present and agreement_value_sek else 1.0
    row["contract_value_sek"] = contract_value_sek(value, months)
    row["present_value_sek"] = (
        row["contract_value_sek"] if slot.value_estimate_sek is None else slot.value_estimate_sek * part
    )
    row["modifications_to_date_sek"] = slot.modifications_to_date_sek * part


def slot_parts(slots: Table, slot_needs: Whole, needs: Table) -> Table:
    """Return the table of PART, slot by slot, and fill in where each slot's parts stand."""
    parts: list[tuple[int, int, float]] = []
    for slot in slots:
        members = needs[slot_needs[slot["first_need"] : slot["first_need"] + slot["need_count"]]]
        values: dict[tuple[int, int], float] = {}
        for need in members:
            place = (int(need["category"]), int(need["holder"]))
            values[place] = values.get(place, 0.0) + float(need["annual_value_sek"])
        slot["first_part"], slot["part_count"] = len(parts), len(values)
        parts.extend((*place, values[place]) for place in sorted(values))
    return np.array(parts, dtype=PART)
