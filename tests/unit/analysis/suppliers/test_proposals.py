"""Names that may be one supplier: proposed with a reason, never merged by themselves."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from partnership_lib.analysis.suppliers.aliases import supplier_sums, with_aliases
from partnership_lib.analysis.suppliers.proposals import alias_proposals
from partnership_lib.domain import SupplierAlias
from partnership_lib.ledger.columns import LEDGER_SCHEMA

KNOWN = {"5560360793": "Onemed Sverige AB", "5560160680": "Skanska AB", "2120003005": "Uppsala kommun"}


def suppliers(*unknown: str, person: str = "") -> pd.DataFrame:
    rows = [(key, name, False, 100, 1) for key, name in KNOWN.items()]
    rows += [(f"name:{name}", name, name == person, 10 * (place + 1), 1) for place, name in enumerate(unknown)]
    return pd.DataFrame(rows, columns=["supplier_key", "supplier", "supplier_is_person", "amount_ore", "lines"])


@pytest.mark.parametrize(
    ("name", "supplier", "evidence"),
    [
        ("ONEMED SVERIGE AKTIEBOLAG", "5560360793", "same_name"),
        ("One Med Sverige AB", "5560360793", "same_letters"),
        ("Onemd Sverige AB", "5560360793", "like_name"),
        ("Sverige, Onemed", "5560360793", "like_name"),
        ("Skanska Industrial Solutions AB", "5560160680", "begins_with"),
    ],
)
def test_a_name_is_proposed_with_the_reason(name: str, supplier: str, evidence: str) -> None:
    [row] = alias_proposals(suppliers(name)).to_dict("records")
    assert (row["alias_key"], row["supplier_key"], row["evidence"]) == (f"name:{name}", supplier, evidence)


def test_what_is_not_like_any_supplier_is_not_proposed() -> None:
    assert alias_proposals(suppliers("Bageriet i Ekvalla AB", "AB", "Sk")).empty


def test_of_two_suppliers_with_one_name_none_is_said_to_be_the_right_one() -> None:
    frame = suppliers("Onemed Sverige")
    twin = frame.iloc[[0]].assign(supplier_key="5560001111")
    [row] = alias_proposals(pd.concat([frame, twin], ignore_index=True)).to_dict("records")
    assert row["evidence"] == "ambiguous"


def test_natural_persons_are_neither_aliases_nor_suppliers() -> None:
    frame = suppliers("Anna Berg Måleri", person="Anna Berg Måleri")
    person = frame.iloc[[0]].assign(supplier_key="9001010017", supplier="Anna Berg Måleri", supplier_is_person=True)
    assert alias_proposals(pd.concat([frame, person], ignore_index=True)).empty


def test_the_most_spend_comes_first() -> None:
    proposals = alias_proposals(suppliers("Onemed Sverige", "Skanska"))
    assert list(proposals["amount_ore"]) == [20, 10]


def lines(*rows: tuple[str, str, int]) -> ibis.Table:
    blank = {field.name: "" for field in LEDGER_SCHEMA} | {"booked_date": date(2026, 1, 1), "line_number": 1}
    made = [
        blank | {"supplier_key": key, "supplier": name, "supplier_is_person": False, "amount_ore": ore}
        for key, name, ore in rows
    ]
    return ibis.memtable(pa.Table.from_pylist(made, schema=LEDGER_SCHEMA))


def alias(alias_key: str, supplier_key: str, day: date = date(2026, 9, 1)) -> SupplierAlias:
    return SupplierAlias(
        id=f"{alias_key}-{day}", alias_key=alias_key, supplier_key=supplier_key, accepted_by_id="P-1", accepted_date=day
    )


def test_an_accepted_alias_is_counted_with_its_supplier_and_no_ore_is_lost() -> None:
    ledger = lines(("5560360793", "Onemed", 100), ("name:One Med", "One Med", 7), ("name:Annan", "Annan", 5))
    merged = with_aliases(ledger, [alias("name:One Med", "5560360793")])
    sums = supplier_sums(merged).set_index("supplier_key")
    assert sums["amount_ore"].to_dict() == {"5560360793": 107, "name:Annan": 5}
    assert merged.columns == ledger.columns


def test_of_two_accepted_suppliers_of_an_alias_the_later_counts() -> None:
    ledger = lines(("name:One Med", "One Med", 7))
    first, second = alias("name:One Med", "5560160680", date(2026, 1, 1)), alias("name:One Med", "5560360793")
    assert list(supplier_sums(with_aliases(ledger, [second, first]))["supplier_key"]) == ["5560360793"]


def test_an_alias_of_a_sole_trader_makes_the_line_personal() -> None:
    merged = with_aliases(lines(("name:Anna", "Anna", 7)), [alias("name:Anna", "9001010017")])
    assert merged.to_pyarrow().to_pylist()[0]["supplier_is_person"] is True


def test_without_aliases_the_lines_stand_as_they_are() -> None:
    ledger = lines(("name:Anna", "Anna", 7))
    assert with_aliases(ledger, []) is ledger
