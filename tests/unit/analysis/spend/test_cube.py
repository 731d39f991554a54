"""The cube: every line is in exactly one row, whatever it is cut by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership_lib.analysis.matching import agreement_segments, match_lines
from partnership_lib.analysis.spend import DIMENSIONS, spend_cube, with_dimensions
from partnership_lib.analysis.tables import fetched


def cube_of(make: SimpleNamespace, lines: Sequence[dict[str, Any]], dimensions: Sequence[str]) -> Any:
    register = make.register(
        make.agreement("A-1", date(2025, 1, 1), date(2026, 6, 30)),
        make.agreement("A-2", date(2026, 1, 1), None),
    )
    matched = match_lines(make.table(lines), agreement_segments(register))
    return fetched(spend_cube(with_dimensions(matched, date(2026, 8, 1)), dimensions))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(2024, 1, 1), date(2026, 8, 31)),
            st.integers(-10_000, 10_000),
            st.sampled_from(["S1", "S2", "name:Okänd", "9001010017"]),
            st.sampled_from(["", "A-1", "A-2", "X"]),
            st.sampled_from(["", "Direktupphandling", "Ramavtal"]),
        ),
        max_size=15,
    ),
    dimensions=st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=6, unique=True),
)
def test_the_cube_sums_to_the_ledger_to_the_ore(
    make: SimpleNamespace, rows: list[tuple[date, int, str, str, str]], dimensions: list[str]
) -> None:
    lines = [
        make.line(day, ore / 100, supplier, agreement_reference=reference, ground=ground)
        for day, ore, supplier, reference, ground in rows
    ]
    cube = cube_of(make, lines, dimensions)
    amounts = [line["amount_ore"] for line in lines]
    assert cube["amount_ore"].sum() == sum(amounts)
    assert cube["debit_ore"].sum() == sum(amount for amount in amounts if amount > 0)
    assert cube["credit_ore"].sum() == sum(amount for amount in amounts if amount < 0)
    assert cube["lines"].sum() == len(lines)


def test_a_line_is_now_in_the_twelve_months_before_in_the_twelve_before_those_and_else_in_neither(
    make: SimpleNamespace,
) -> None:
    days = [date(2026, 8, 31), date(2025, 9, 1), date(2025, 8, 31), date(2024, 9, 1), date(2024, 8, 31)]
    cube = cube_of(make, [make.line(day, 1) for day in days], ["month", "window"])
    by_month = dict(zip(cube["month"], cube["window"], strict=True))
    assert by_month == {
        date(2026, 8, 1): "now",
        date(2025, 9, 1): "now",
        date(2025, 8, 1): "before",
        date(2024, 9, 1): "before",
        date(2024, 8, 1): None,
    }


@pytest.mark.parametrize(
    ("ground", "kind"),
    [
        ("", "unknown"),
        ("Direktupphandling", "direct_award"),
        ("DIREKTUPPHANDLAT", "direct_award"),
        ("Ramavtal", "on_agreement"),
        ("Avrop från ramavtal", "on_agreement"),
        ("Upphandlat", "on_agreement"),
        ("17", "unknown"),
    ],
)
def test_what_a_published_ground_says_is_understood_or_unknown(make: SimpleNamespace, ground: str, kind: str) -> None:
    cube = cube_of(make, [make.line(date(2026, 1, 1), 1, ground=ground)], ["ground_kind"])
    assert list(cube["ground_kind"]) == [kind]


def test_a_line_names_its_agreement_only_where_it_is_its_suppliers(make: SimpleNamespace) -> None:
    lines = [
        make.line(date(2026, 2, 1), 1, agreement_reference="A-1"),
        make.line(date(2026, 2, 1), 10, agreement_reference="A-9"),
        make.line(date(2026, 2, 1), 100, "S2", agreement_reference="A-1"),
    ]
    cube = cube_of(make, lines, ["is_named"])
    assert dict(zip(cube["is_named"], cube["amount_ore"], strict=True)) == {True: 100, False: 11_000}
