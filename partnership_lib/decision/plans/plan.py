"""A plan: the agreements that cover the needs month by month. FRAGMENTED keeps today's, others put bundles in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from partnership_lib.decision.cases.records import Case, PresentAgreement, ProposedAgreement, Terms


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place in a plan that one agreement after another fills: the same needs, on the same terms.

    Attributes
    ----------
    anchor : str
        Smallest need id: what its random draws are keyed on, so that no plan's draws depend on names or order.
    start_month, end_month : int
        Months [start, end) counted from the base month; `end_month` is the horizon unless another slot takes over.
    present : bool
        Covered by an agreement of today at its observed price until it expires; otherwise procured at `start_month`.
    expiry_month : int
        When the agreement of today expires; for others `start_month`.
    bridge_month : int
        From here to `end_month` a present agreement that another slot takes over from must be bridged.
    option_months : tuple of int
        Options of the agreement of today that are not yet used.
    signed_month : int
        When the agreement of today was signed (negative: before the base month).
    ends_by_notice : bool
        Open-ended: ending it early costs nothing beyond the notice.
    supplier : str
        Supplier of today; empty where there is none yet.
    supplier_share : float
        1 / number of agreements that this supplier holds in the plan today (its follow-up is done once).
    overhead_share : float
        Part of the fixed costs of an agreement that this slot bears; below 1 only where an agreement is split.
    """

    id: str
    anchor: str
    need_ids: tuple[str, ...]
    start_month: int
    end_month: int
    present: bool
    expiry_month: int
    bridge_month: int
    option_months: tuple[int, ...] = ()
    signed_month: int = 0
    ends_by_notice: bool = False
    supplier: str = ""
    supplier_share: float = 1.0
    overhead_share: float = 1.0
    value_estimate_sek: float | None = None
    modifications_to_date_sek: float = 0.0
    terms: Terms


@dataclass(frozen=True)
class Plan:
    """The slots of a plan, ordered by anchor and start."""

    slots: tuple[Slot, ...]


def month_of(day: date, base_month: date) -> int:
    """Return how many months after the base month a day lies, to the nearest whole month.

    Examples
    --------
    >>> month_of(date(2027, 3, 1), date(2026, 9, 1)), month_of(date(2027, 2, 28), date(2026, 9, 1))
    (6, 6)
    """
    return 12 * (day.year - base_month.year) + day.month - base_month.month + (day.day > 15)


def fragmented_plan(case: Case) -> Plan:
    """Return today's agreements, each renewed on its own terms to the horizon."""
    return make_plan(case, ())


def consolidated_plan(case: Case) -> Plan:
    """Return the plan with the case's proposed agreements; needs outside them stay as they are."""
    return make_plan(case, case.proposed)


def make_plan(case: Case, proposed: Iterable[ProposedAgreement]) -> Plan:
    """Return a plan in which the proposed agreements take over their needs and the rest stays as it is.

    A proposed agreement with the needs and the terms of a present one *is* the present one: nothing is procured,
    started or changed, so the plan does not differ from today's.
    """
    kept = {(frozenset(agreement.need_ids), agreement.terms) for agreement in case.present}
    new = [each for each in proposed if (frozenset(each.need_ids), each.terms) not in kept]
    starts = {need: month_of(each.start, case.settings.base_month) for each in new for need in each.need_ids}
    slots = [_new_slot(case, each) for each in new]
    for agreement in case.present:
        slots.extend(_present_slots(case, agreement, starts))
    shared = _with_supplier_shares(slots)
    return Plan(tuple(sorted(shared, key=lambda slot: (slot.anchor, slot.start_month))))


def _new_slot(case: Case, proposed: ProposedAgreement) -> Slot:
    start = month_of(proposed.start, case.settings.base_month)
    return Slot(
        id=proposed.id,
        anchor=min(proposed.need_ids),
        need_ids=tuple(sorted(proposed.need_ids)),
        start_month=start,
        end_month=case.settings.horizon_months,
        present=False,
        expiry_month=start,
        bridge_month=case.settings.horizon_months,
        terms=proposed.terms,
    )


def _present_slots(case: Case, agreement: PresentAgreement, starts: dict[str, int]) -> list[Slot]:
    """Return the slots of a present agreement: one part per month in which something else takes over."""
    horizon = case.settings.horizon_months
    ends = {need: min(starts.get(need, horizon), horizon) for need in agreement.need_ids}
    value = {need: case.need(need).annual_value_sek for need in agreement.need_ids}
    stays = horizon in ends.values()
    slots = []
    for end in sorted(set(ends.values())):
        needs = tuple(sorted(need for need, month in ends.items() if month == end))
        part = sum(value[need] for need in needs) / (sum(value.values()) or 1.0)
        share = (1.0 if end == horizon else 0.0) if stays else part
        if end > 0:
            slots.append(_present_slot(case, agreement, needs, end, share))
    return slots


def _present_slot(case: Case, agreement: PresentAgreement, needs: tuple[str, ...], end: int, share: float) -> Slot:
    base, horizon = case.settings.base_month, case.settings.horizon_months
    # An open-ended agreement is procured anew after an ordinary term: the law is a stranger to agreements for ever.
    expiry = agreement.terms.term_months if agreement.expiry is None else max(month_of(agreement.expiry, base), 0)
    last = expiry + sum(agreement.remaining_option_months)
    signed = month_of(agreement.start, base) if agreement.start else expiry - agreement.terms.term_months
    return Slot(
        id=agreement.id,
        anchor=min(needs),
        need_ids=needs,
        start_month=0,
        end_month=end,
        present=True,
        expiry_month=expiry,
        bridge_month=min(last, end) if end < horizon else horizon,
        option_months=agreement.remaining_option_months,
        signed_month=min(signed, 0),
        ends_by_notice=agreement.expiry is None,
        supplier=agreement.supplier,
        overhead_share=share,
        value_estimate_sek=agreement.value_estimate_sek,
        modifications_to_date_sek=agreement.modifications_to_date_sek,
        terms=agreement.terms,
    )


def _with_supplier_shares(slots: list[Slot]) -> list[Slot]:
    held = Counter(supplier for supplier, _ in {(slot.supplier, slot.id) for slot in slots if slot.supplier})
    return [replace(slot, supplier_share=1.0 / held[slot.supplier]) if slot.supplier else slot for slot in slots]
