"""Counts of bidders: made from lots, read from a table."""

from __future__ import annotations

import pandas as pd
import pytest

from partnership_lib.decision.uncertainty.bidders import (
    ALL_LOTS,
    MUNICIPAL_LOTS,
    bidder_counts,
    fallback_weights,
    mean_bidders,
    parse_bidder_counts,
)
from partnership_lib.errors import InputError

HEADING = "division,bidders,lots,source\n"


def _lots(division: str, bidders: int, count: int, *, municipal: bool) -> pd.DataFrame:
    return pd.DataFrame({"division": division, "bidders": bidders, "municipal": municipal}, index=range(count))


def test_a_division_with_enough_municipal_lots_is_counted_by_them() -> None:
    counts = bidder_counts(pd.concat([_lots("90", 2, 100, municipal=True), _lots("90", 5, 50, municipal=False)]))
    assert counts.to_dict("records") == [{"division": "90", "bidders": 2, "lots": 100, "source": MUNICIPAL_LOTS}]


def test_a_division_with_few_municipal_lots_is_counted_by_all() -> None:
    counts = bidder_counts(pd.concat([_lots("90", 2, 99, municipal=True), _lots("90", 5, 50, municipal=False)]))
    assert counts[["bidders", "lots"]].to_numpy().tolist() == [[2, 99], [5, 50]]
    assert set(counts["source"]) == {ALL_LOTS}


def test_a_division_with_fewer_than_a_hundred_lots_is_left_out() -> None:
    assert bidder_counts(_lots("90", 2, 99, municipal=True)).empty


def test_lots_without_bids_and_with_more_than_thirty_are_left_out() -> None:
    lots = pd.concat([_lots("90", bidders, 100, municipal=True) for bidders in (0, 1, 30, 31)])
    assert bidder_counts(lots)["bidders"].tolist() == [1, 30]


def test_software_is_counted_together_with_it_services() -> None:
    counts = bidder_counts(pd.concat([_lots("48", 1, 60, municipal=True), _lots("72", 2, 100, municipal=True)]))
    of_software = counts[counts["division"] == "48"]
    assert of_software[["bidders", "lots"]].to_numpy().tolist() == [[1, 60], [2, 100]]
    assert set(of_software["source"]) == {f"{MUNICIPAL_LOTS}, CPV 48 + 72"}
    assert counts[counts["division"] == "72"]["lots"].tolist() == [100]


def test_counts_become_probabilities_by_division() -> None:
    weights = parse_bidder_counts(HEADING + "72,2,30,a\n15,1,1,a\n72,4,10,a\n")
    assert weights == {"": fallback_weights(), "15": (1.0,), "72": (0.0, 0.75, 0.0, 0.25)}
    assert mean_bidders(weights["72"]) == 2.5


def test_made_counts_can_be_read() -> None:
    made = bidder_counts(_lots("03", 3, 100, municipal=True)).to_csv(index=False)
    assert parse_bidder_counts(made)["03"] == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("7x,1,1,a", "bidder_counts_unreadable", "division"),
        ("100,1,1,a", "bidder_counts_unreadable", "division"),
        ("72,0,1,a", "bidder_counts_unreadable", "bidders"),
        ("72,31,1,a", "bidder_counts_unreadable", "bidders"),
        ("72,1.5,1,a", "bidder_counts_unreadable", "bidders"),
        ("72,1,-4,a", "bidder_counts_unreadable", "lots"),
        ("72,1,0,a", "bidder_counts_unreadable", "lots"),
        ("72,1,²,a", "bidder_counts_unreadable", "lots"),
        ("72,1", "bidder_counts_unreadable", "lots"),
        ("72,1,1,", "bidder_counts_without_source", None),
        ("72,5,1,a", "bidder_counts_twice", None),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(row: str, code: str, column: str | None) -> None:
    with pytest.raises(InputError) as refused:
        parse_bidder_counts(f"{HEADING}72,5,1,a\n{row}\n", "bidders.csv")
    assert refused.value.code == code
    assert (refused.value.values["file"], refused.value.values["line"]) == ("bidders.csv", 3)
    assert refused.value.values.get("column") == column


@pytest.mark.parametrize(("text", "found"), [("", "division"), ("division,bidders,lots\n", "source"), (HEADING, "–")])
def test_a_table_without_columns_or_rows_is_refused(text: str, found: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_bidder_counts(text)
    assert refused.value.code == "bidder_counts_missing"
    assert found in refused.value.values["found"]


def test_the_fallback_follows_its_parameters() -> None:
    few, many = fallback_weights(1.0, 1.0), fallback_weights(6.0, 1.0)
    assert mean_bidders(few) == pytest.approx(2.0, abs=1e-6)
    assert mean_bidders(many) > 6.0
    assert sum(many) == pytest.approx(1.0)
