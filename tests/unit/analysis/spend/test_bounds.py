"""Bounds of the spend on an agreement: the truth lies between, and evidence never leaves the bounds."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import ibis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership_lib.analysis.matching import (
    agreement_bounds,
    agreement_segments,
    agreement_sums,
    match_lines,
    spend_cube,
)
from partnership_lib.analysis.matching.stretches import BORDERS
from partnership_lib.analysis.tables import fetched, records

BOTH = date(2026, 5, 4)
"""A day on which A-1 and A-2 are in force."""


def bounds_of(make: SimpleNamespace, lines: list[dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    register = make.register(
        make.agreement("A-1", date(2026, 1, 1), date(2026, 6, 30)),
        make.agreement("A-2", date(2026, 4, 1), date(2026, 12, 31)),
    )
    segments = agreement_segments(register)
    frame = agreement_bounds(agreement_sums(make.table(lines), segments), segments)
    return {row.agreement_id: (row.lower_ore, row.likely_ore, row.upper_ore) for row in frame.itertuples()}


def test_bounds_by_hand(make: SimpleNamespace) -> None:
    lines = [
        make.line(date(2026, 2, 2), 100),  # A-1 alone
        make.line(date(2026, 8, 3), 50),  # A-2 alone
        make.line(BOTH, 30),  # either
        make.line(BOTH, -8),  # either
        make.line(BOTH, 5, agreement_reference="A-2"),
    ]
    # 100 - 8 at least, 100 + 30 at most; A-2: 55 - 8 and 55 + 30.
    assert bounds_of(make, lines) == {"A-1": (9_200, 10_000, 13_000), "A-2": (4_700, 5_500, 8_500)}


def test_a_direct_award_counts_at_most_as_possible_whatever_else_the_line_says(make: SimpleNamespace) -> None:
    direct = {"ground": "Direktupphandling"}
    lines = [
        make.line(date(2026, 2, 2), 100),  # A-1 alone
        make.line(date(2026, 2, 3), 40, **direct),  # A-1 by supplier and day, but awarded directly
        make.line(date(2026, 2, 4), -7, **direct),
        make.line(date(2026, 8, 3), 50),  # A-2 alone
        make.line(date(2026, 8, 4), 6, agreement_reference="A-2", **direct),  # says both
        make.line(BOTH, 30, **direct),  # either, or none
    ]
    # 100 - 7 at least, 100 + 40 + 30 at most; A-2: 50 at least, 50 + 6 + 30 at most.
    assert bounds_of(make, lines) == {"A-1": (9_300, 10_000, 17_000), "A-2": (5_000, 5_000, 8_600)}
    # Without the ground the same lines are certain.
    plain = [line | {"ground": ""} for line in lines]
    assert bounds_of(make, plain) == {"A-1": (13_300, 13_300, 16_300), "A-2": (5_600, 5_600, 8_600)}


def test_a_direct_award_is_never_likely_and_is_no_evidence(make: SimpleNamespace) -> None:
    direct = {"ground": "Direktupphandling"}
    seen = [make.line(date(2026, 2, day), 1) for day in (2, 3, 4)]
    assert bounds_of(make, [*seen, make.line(BOTH, 30)])["A-1"] == (300, 3_300, 3_300)
    assert bounds_of(make, [*seen, make.line(BOTH, 30, **direct)])["A-1"] == (300, 300, 3_300)
    no_evidence = [line | direct for line in seen]
    assert bounds_of(make, [*no_evidence, make.line(BOTH, 30)])["A-1"] == (0, 0, 3_300)


def test_three_lines_of_one_agreement_on_an_account_and_department_point_to_it(make: SimpleNamespace) -> None:
    seen = [make.line(date(2026, 2, day), 1, account="6811") for day in (2, 3, 4)]
    other = [make.line(date(2026, 8, day), 1, account="7452") for day in (3, 4, 5)]
    doubtful = [make.line(BOTH, 30, account="6811"), make.line(BOTH, 7, account="7452"), make.line(BOTH, 9)]
    doubtful[2]["administration"] = "Omsorg"
    found = bounds_of(make, [*seen, *other, *doubtful])
    assert found == {"A-1": (300, 3_300, 4_900), "A-2": (300, 1_000, 4_900)}


def test_two_lines_are_no_evidence_and_lines_of_both_agreements_are_none(make: SimpleNamespace) -> None:
    two = [make.line(date(2026, 2, day), 1) for day in (2, 3)]
    assert bounds_of(make, [*two, make.line(BOTH, 30)])["A-1"] == (200, 200, 3_200)
    both = [make.line(date(2026, 2, day), 1) for day in (2, 3, 4)] + [make.line(date(2026, 8, 3), 1)]
    assert bounds_of(make, [*both, make.line(BOTH, 30)])["A-1"] == (300, 300, 3_300)


lines_with_truth = st.lists(
    st.tuples(
        st.dates(date(2025, 11, 1), date(2027, 2, 1)),
        st.integers(-500, 500),
        st.sampled_from(["6811", "7452"]),
        st.sampled_from(["A-1", "A-2"]),
        st.booleans(),
    ),
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=lines_with_truth)
def test_the_truth_lies_within_the_bounds_credits_too(
    make: SimpleNamespace, rows: list[tuple[date, int, str, str, bool]]
) -> None:
    terms = {"A-1": (date(2026, 1, 1), date(2026, 6, 30)), "A-2": (date(2026, 4, 1), date(2026, 12, 31))}
    truth, lines = dict.fromkeys(terms, 0), []
    for day, ore, account, agreement_id, named in rows:
        start, end = terms[agreement_id]
        if start <= day <= end or named:
            truth[agreement_id] += ore
            reference = agreement_id if named else ""
            lines.append(make.line(day, ore / 100, account=account, agreement_reference=reference))
    bounds = bounds_of(make, lines)
    for agreement_id, ore in truth.items():
        low, likely, high = bounds.get(agreement_id, (0, 0, 0))
        assert low <= ore <= high
        assert low <= likely <= high


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(2025, 11, 1), date(2027, 6, 1)),
            st.integers(-500, 500),
            st.sampled_from(["S1", "S2", "S3"]),
            st.sampled_from(["", "A-1", "A-2", "A-3", "A-", "X"]),
            st.sampled_from(["", "Direktupphandling", "Ramavtal"]),
        ),
        max_size=14,
    )
)
def test_the_sums_say_what_every_line_says_for_itself(
    make: SimpleNamespace, rows: list[tuple[date, int, str, str, str]]
) -> None:
    register = make.register(
        make.agreement("A-1", date(2026, 1, 1), date(2026, 6, 30)),
        make.agreement("A-2", date(2026, 4, 1), date(2026, 12, 31)),
        make.agreement("A-3", date(2026, 2, 1), date(2026, 3, 31), supplier="S2"),
    )
    segments = agreement_segments(register)
    lines = make.table(
        make.line(day, ore / 100, of, agreement_reference=reference, ground=ground)
        for day, ore, of, reference, ground in rows
    )
    matched = match_lines(lines, segments)
    ours = matched.filter(matched.piece.notnull()).mutate(is_direct=matched.ground_kind == "direct_award")
    said = agreement_sums(lines, segments, month=ibis._.booked_date.truncate("M"))
    keys = ["piece", "is_direct", "candidates", "claimed_id", "coverage", "nearest_id", "month"]
    sums = ("amount_ore", "debit_ore", "credit_ore", "lines")
    by_line = spend_cube(ours.mutate(month=ours.booked_date.truncate("M")), keys).select(*keys, *sums)
    by_sum = said.fillna("–").groupby(keys, as_index=False)[list(sums)].sum()
    assert sorted(map(str, records(by_sum))) == sorted(map(str, records(fetched(by_line).fillna("–"))))


def test_the_sums_say_the_same_of_a_supplier_with_more_agreements_than_a_stretch_holds(make: SimpleNamespace) -> None:
    terms = [(date(2020 + year, month, 1), date(2020 + year, month + 1, 15)) for year in range(6) for month in (2, 7)]
    register = make.register(*(make.agreement(f"A-{n}", *term) for n, term in enumerate(terms)))
    segments = agreement_segments(register)
    assert len(segments) > 3 * BORDERS
    borders = sorted({day for name in ("start", "end_exclusive") for day in segments[name] if 1 < day.year < 9999})
    days = [day + timedelta(days=step) for day in borders for step in (-1, 0, 1)]
    table = make.table([make.line(day, 1 + number) for number, day in enumerate(days)])
    summed = agreement_sums(table, segments, day=ibis._.booked_date).sort_values("day")
    matched = match_lines(table, segments).to_pandas().sort_values("booked_date")
    of_days = matched.drop_duplicates("booked_date")
    assert summed["piece"].tolist() == of_days["piece"].tolist()
    assert summed["coverage"].tolist() == of_days["coverage"].tolist()
    assert summed["amount_ore"].sum() == matched["amount_ore"].sum()


def test_a_reference_that_is_no_agreements_makes_no_sum_of_its_own(make: SimpleNamespace) -> None:
    register = make.register(make.agreement("A-1", date(2026, 1, 1), date(2026, 12, 31)))
    references = [*(f"Order {number}" for number in range(50)), "A-1", "A", ""]
    lines = make.table([make.line(date(2026, 3, 1), 1, agreement_reference=each) for each in references])
    summed = agreement_sums(lines, agreement_segments(register))
    assert summed["lines"].sum() == len(references)
    assert len(summed) <= 3, "one for no agreement, one for its own, one for a part of its id"
    assert set(summed["claimed_id"]) == {"A-1"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(rows=lines_with_truth, chance=st.randoms())
def test_the_order_of_the_lines_says_nothing(make: SimpleNamespace, rows: Any, chance: Any) -> None:
    lines = [make.line(day, ore / 100, account=account) for day, ore, account, *_ in rows]
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert bounds_of(make, shuffled) == bounds_of(make, lines)
