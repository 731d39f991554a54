"""Who holds the needs today: what decided the bidders and the economies behind today's prices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Protocol

import numpy as np

from partnership_lib.decision.cases.records import Case, CaseNeed
from partnership_lib.decision.plans.arrays import HOLDER, Table


class FindsColumns(Protocol):
    """Something that knows the column of an assumption."""

    def of(self, name: str, scope: str = "") -> int:
        """Return the column of `name` where it holds for `scope`."""
        ...


def main_category(needs: Sequence[CaseNeed]) -> str:
    """Return the category with the largest part of the value; of equal ones the first by name."""
    value: dict[str, float] = {}
    for need in sorted(needs, key=lambda need: need.id):
        value[need.category] = value.get(need.category, 0.0) + need.annual_value_sek
    return min(value, key=lambda category: (-value[category], category))


def able_suppliers(needs: Sequence[CaseNeed]) -> int:
    """Return how many suppliers are able to deliver all of several needs; -1 for one need, or when it is not known."""
    known = [set(need.capable_suppliers) for need in needs if need.capable_suppliers is not None]
    if len(needs) == 1 or len(known) < len(needs):
        return -1
    return len(reduce(set.intersection, known))


def holder_table(case: Case, columns: FindsColumns, categories: Sequence[str]) -> tuple[Table, dict[str, int]]:
    """Return the table of HOLDER, and the row of every need's holder.

    Agreements of today that share all that decides their price level share a row, whatever their number.
    """
    by_id = {need.id: need for need in case.needs}
    key_of = {}
    for agreement in case.present:
        needs = [by_id[need_id] for need_id in agreement.need_ids]
        scope = f"agreement:{agreement.id}"
        key = (
            categories.index(main_category(needs)),
            len(needs),
            able_suppliers(needs),
            columns.of("bundle_breadth_penalty", scope),
            columns.of("scope_saving_share", scope),
        )
        key_of.update(dict.fromkeys(agreement.need_ids, key))
    rows = sorted(set(key_of.values()))
    return np.array(rows, dtype=HOLDER), {need_id: rows.index(key) for need_id, key in key_of.items()}
