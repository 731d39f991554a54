"""OCDS releases of others: merged by the rules of the standard, and read as lots."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.exchange.notices import import_market, read_market
from partnership_lib.register.exchange.notices.ocds_lots import lots_of_release
from partnership_lib.register.exchange.notices.releases import compiled_releases, merged_release

RELEASE: dict[str, Any] = {
    "ocid": "ocds-1-A",
    "date": "2026-01-01T00:00:00Z",
    "parties": [
        {"id": "K", "name": "Exempelkommun", "identifier": {"id": "212999-0004"}},
        {"id": "S", "name": "Anbudet AB", "identifier": {"id": "559999-0008"}},
    ],
    "buyer": {"id": "K"},
    "tender": {
        "procurementMethod": "open",
        "lots": [{"id": "1"}, {"id": "2"}, {"id": "3"}],
        "items": [
            {"id": "a", "relatedLot": "1", "classification": {"scheme": "CPV", "id": "48000000-8"}},
            {"id": "b", "relatedLot": "2", "classification": {"scheme": "UNSPSC", "id": "43"}},
        ],
    },
    "bids": {
        "statistics": [{"id": "s", "measure": "bids", "value": 4, "relatedLot": "1"}],
        "details": [
            {"id": "x", "relatedLots": ["2"], "status": "valid"},
            {"id": "y", "relatedLots": ["2"], "status": "invited"},
        ],
    },
    "awards": [
        {
            "id": "w",
            "status": "active",
            "date": "2026-02-01T00:00:00Z",
            "relatedLots": ["1"],
            "suppliers": [{"id": "S", "name": "Anbudet AB"}],
            "value": {"amount": 10, "currency": "SEK"},
        },
        {"id": "v", "status": "cancelled", "relatedLots": ["2"], "suppliers": [{"id": "S", "name": "Anbudet AB"}]},
    ],
}


def test_each_lot_has_its_own_bids_winners_and_value() -> None:
    first, second, third = lots_of_release(RELEASE, "a.json")
    assert (first.lot_id, first.cpv, first.bids, first.value_ore) == ("1", "48000000", 4, 1_000)
    assert (first.authority, first.authority_id, first.winner_ids) == ("Exempelkommun", "2129990004", "5599990008")
    assert (first.winners, first.decided_date, first.procedure) == ("Anbudet AB", "2026-02-01", "open")
    assert (second.bids, second.winners, second.cpv) == (1, "", ""), "invited is no bid, cancelled no winner"
    assert third.bids == 0, "the bids are listed, and none is for this lot"


def test_a_process_without_lots_is_one_and_one_without_result_is_none() -> None:
    plain = {"ocid": "B", "tender": {"numberOfTenderers": 2}, "awards": [{"id": "1"}]}
    assert [(lot.lot_id, lot.bids) for lot in lots_of_release(plain, "a")] == [("-", 2)]
    assert lots_of_release({"ocid": "B", "tender": {"title": "Kommer"}}, "a") == []


def test_later_releases_win_whatever_their_order_and_kind_of_package(tmp_path: Path) -> None:
    later = {"ocid": "ocds-1-A", "date": "2026-03-01", "awards": [{"id": "w", "status": "cancelled"}]}
    for held in (
        {"releases": [later, RELEASE]},
        {"records": [{"ocid": "ocds-1-A", "releases": [later, RELEASE]}]},
        {"records": [{"ocid": "ocds-1-A", "compiledRelease": merged_release([RELEASE, later])}]},
        [later, RELEASE],
    ):
        path = tmp_path / "x.json"
        path.write_text(json.dumps(held), encoding="utf-8")
        market = tmp_path / "market.csv"
        market.unlink(missing_ok=True)
        assert import_market("ocds", [path], market).new == 3
        assert [lot.winners for lot in read_market(market)] == ["", "", ""]
    lines = tmp_path / "x.jsonl"
    lines.write_text(f"{json.dumps(RELEASE)}\n{json.dumps(later)}\n", encoding="utf-8")
    assert import_market("ocds", [lines], market).unchanged == 3


def test_the_releases_of_one_process_may_lie_in_many_files(tmp_path: Path) -> None:
    later = {"ocid": "ocds-1-A", "date": "2026-03-01", "awards": [{"id": "w", "status": "cancelled"}]}
    paths = [tmp_path / "b.json", tmp_path / "a.json"]
    for path, release in zip(paths, (later, RELEASE), strict=True):
        path.write_text(json.dumps({"releases": [release]}), encoding="utf-8")
    account = import_market("ocds", paths, tmp_path / "market.csv")
    assert (account.lots, account.new, account.replaced) == (3, 3, ())
    assert [lot.winners for lot in read_market(tmp_path / "market.csv")] == ["", "", ""]


@pytest.mark.parametrize("held", [{}, [], [1], {"releases": []}, {"records": 7}, {"releases": [{"id": "1"}]}])
def test_what_holds_no_releases_is_refused(held: Any) -> None:
    with pytest.raises(InputError, match="ocds_no_releases"):
        compiled_releases([held], "a.json")


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, inner in steps for place in _places(inner, (*path, step)))]


@pytest.mark.parametrize(
    "wrong", [None, 7, -1, 10**40, Decimal("1e999999"), True, "x", "", [], [7], [[]], {}, {"amount": {}}, {"id": []}]
)
def test_no_shape_of_a_piece_stops_the_reading(wrong: Any) -> None:
    """What cannot be understood is not known; the rest of the release is."""
    for path in [place for place in _places(RELEASE) if place and place != ("ocid",)]:
        copy: Any = json.loads(json.dumps(RELEASE))
        inner = copy
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = wrong
        lots = lots_of_release(merged_release([copy, copy]), "a.json")
        assert all(lot.notice_id == "ocds-1-A" and (lot.bids is None or lot.bids >= 0) for lot in lots), path


def test_a_kind_of_file_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="notice_source_unknown"):
        import_market("ted", [], tmp_path / "market.csv")
