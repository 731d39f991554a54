"""Accepted aliases: lines of a name without a number counted with the supplier that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnership_lib.units.organisation_number import is_natural_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis
    import pandas as pd

    from partnership_lib.domain import SupplierAlias


def with_aliases(lines: ibis.Table, aliases: Sequence[SupplierAlias]) -> ibis.Table:
    """Return the lines with the supplier of each accepted alias in place of the alias; no line comes or goes.

    An alias that was withdrawn changes nothing.

    Parameters
    ----------
    lines : ibis.Table
        Columns of `LEDGER_SCHEMA`.
    """
    import ibis

    # An alias has one supplier; of two that were accepted, the later counts.
    decided = {alias.alias_key: alias.supplier_key for alias in sorted(aliases, key=lambda a: (a.accepted_date, a.id))}
    pairs = {alias: supplier for alias, supplier in decided.items() if supplier}
    if not pairs:
        return lines
    persons = [len(key) == 10 and key.isdecimal() and is_natural_person(key) for key in pairs.values()]
    accepted = ibis.memtable(
        {"alias_key": list(pairs), "accepted_key": list(pairs.values()), "accepted_is_person": persons}
    )
    joined = lines.left_join(accepted, lines.supplier_key == accepted.alias_key)
    changed = {
        "supplier_key": joined.accepted_key.coalesce(joined.supplier_key),
        "supplier_is_person": joined.supplier_is_person | joined.accepted_is_person.fill_null(False),
    }
    return joined.select(**{name: changed.get(name, joined[name]) for name in lines.columns})


def supplier_sums(lines: ibis.Table) -> pd.DataFrame:
    """Return every supplier in the ledger: supplier_key, supplier, supplier_is_person, amount_ore, lines.

    For `alias_proposals` only: it holds what must not leave the warehouse.
    """
    from partnership_lib.analysis.tables import fetched

    sums = lines.group_by("supplier_key").aggregate(
        supplier=lines.supplier.max(),
        supplier_is_person=lines.supplier_is_person.any(),
        amount_ore=lines.amount_ore.sum(),
        lines=lines.count(),
    )
    return fetched(sums.order_by("supplier_key"))
