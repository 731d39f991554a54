"""Published notices, releases and open tables against what is known of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from partnership_lib.decision.uncertainty.bidders import bidder_counts, parse_bidder_counts
from partnership_lib.register.exchange.notices import competition, import_market, read_market
from partnership_lib.register.exchange.notices.releases import merged_release
from partnership_lib.workspace import create_workspace
from partnership_lib.workspace.case_files import bidder_counts as workspace_counts


def _folder(public_data: Path, name: str) -> Path:
    folder = public_data / name
    if not folder.is_dir():
        pytest.skip(f"the real public data ({name}) is not on this machine")
    return folder


@pytest.fixture(scope="module")
def market(public_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The market table out of the three open tables."""
    folder = _folder(public_data, "se-uhm-2021-h1")
    path = tmp_path_factory.mktemp("market") / "market.csv"
    names = ("anbud", "kontrakterat_varde", "kontrakterade_anbud_leverantorer")
    account = import_market("open_table", [folder / f"{name}.csv.gz" for name in names], path)
    assert (account.lots, account.new, account.refused) == (6_474, 6_474, ())
    return path


def test_the_table_of_lots_gives_the_shipped_counts_of_bidders(market: Path, repository: Path) -> None:
    lots = [lot for lot in read_market(market) if lot.bids is not None]
    frame = pd.DataFrame(
        {
            "division": [lot.division for lot in lots],
            "bidders": [lot.bids for lot in lots],
            "municipal": [bool(lot.municipal) for lot in lots],
        }
    )
    made = bidder_counts(frame).to_csv(index=False, lineterminator="\n")
    assert (repository / "data" / "reference" / "bidders.csv").read_text(encoding="utf-8") == made


def test_competition_is_that_of_the_published_figures(market: Path) -> None:
    """20.2 % of the 6,473 lots with bids had one, the mean is 5.9; one of them has no CPV code."""
    divisions = competition(read_market(market))
    lots = sum(each.lots for each in divisions)
    assert lots == 6_472
    assert round(sum(each.single_bid_share * each.lots for each in divisions) / lots, 3) == 0.202
    assert round(sum(each.mean_bids * each.lots for each in divisions) / lots, 1) == 5.9


def test_winners_and_values_are_joined_by_their_ids(market: Path) -> None:
    lots = {lot.lot_id: lot for lot in read_market(market)}
    staffing = lots["CAN-KA-AN422-02_1"]
    assert "StudentConsulting Sweden AB (publ)" in staffing.winners
    assert (staffing.value_ore, staffing.currency) == (146_000, "SEK")


def test_a_municipalitys_own_market_comes_before_what_is_shipped(
    market: Path, tmp_path: Path, repository: Path
) -> None:
    create_workspace(tmp_path)
    shipped = parse_bidder_counts((repository / "data" / "reference" / "bidders.csv").read_text(encoding="utf-8"))
    assert workspace_counts(tmp_path) == shipped
    lots = [line for line in market.read_text(encoding="utf-8").splitlines() if "open_table" not in line]
    lots += [f"ocds,a.json,P-{n},1,Kommunen,,true,72000000,open,2,,,,," for n in range(120)]
    (tmp_path / "data" / "market.csv").write_text("\n".join(lots) + "\n", encoding="utf-8")
    own = workspace_counts(tmp_path)
    assert own["72"] == (0.0, 1.0)
    assert own["45"] == shipped["45"] and own[""] == shipped[""]
    shutil.copy(market, tmp_path / "data" / "market.csv")
    assert workspace_counts(tmp_path) == shipped, "the same lots give the same counts"


def test_the_example_notices_of_the_publications_office(public_data: Path, tmp_path: Path) -> None:
    """25 notices: 15 results, 3 invalid on purpose, 4 changes of contracts, 3 direct awards told in advance."""
    files = sorted(_folder(public_data, "eu-eforms-award-notices").glob("*.xml"))
    account = import_market("eforms", files, tmp_path / "market.csv")
    codes = [each.code for each in account.refused]
    assert (account.files, account.lots) == (25, 29)
    assert (codes.count("notice_field_missing"), codes.count("notice_of_other_kind")) == (3, 7)
    lots = {(lot.file, lot.lot_id): lot for lot in read_market(tmp_path / "market.csv")}
    won = lots["can_24_FRA_comments.xml", "LOT-0002"]
    assert (won.bids, won.winners, won.winner_ids, won.value_ore) == (2, "ID Verde SASU", "339609661", 2_650_000)
    assert lots["can_24_no_tenders.xml", "LOT-0001"].bids == 0


def test_releases_are_merged_as_the_standards_own_vectors_say(public_data: Path) -> None:
    """Without id, tag and date, which the standard's library makes anew."""
    compiled = sorted((_folder(public_data, "ocds-samples") / "ocdsmerge-1.1").glob("*-compiled.json"))
    assert len(compiled) == 17
    for file in compiled:
        releases = json.loads(file.with_name(file.name.replace("-compiled", "")).read_text(encoding="utf-8"))
        expected = json.loads(file.read_text(encoding="utf-8"))
        assert _merged(merged_release(releases)) == _merged(expected), file.name


def _merged(release: dict) -> dict:
    return {name: value for name, value in release.items() if name not in ("id", "tag", "date")}


def test_real_and_fictional_packages_are_read(public_data: Path, tmp_path: Path) -> None:
    """Four packages of Mexico and Paraguay, and one process told in six releases and two records."""
    samples = _folder(public_data, "ocds-samples")
    files = [*samples.glob("real-mexico-paraguay/*.json"), *samples.glob("fictional-example-1.1/*.json")]
    account = import_market("ocds", sorted(files), tmp_path / "market.csv")
    assert (account.files, account.lots, account.refused) == (13, 5, ())
    lots = {lot.notice_id: lot for lot in read_market(tmp_path / "market.csv")}
    bicycles = lots["ocds-213czf-000-00001"]
    assert (bicycles.authority, bicycles.bids, bicycles.value_ore) == ("London Borough of Barnet", 2, 1_100_000_000)


def test_single_bids_are_those_that_a_published_indicator_flags(public_data: Path, tmp_path: Path) -> None:
    """Indicator R018 (one bid in a procedure open to competition) and the answer its authors expect."""
    folder = _folder(public_data, "ocds-samples") / "cardinal-indicators"
    account = import_market("ocds", [folder / "R018.jsonl"], tmp_path / "market.csv")
    assert not account.refused
    expected = json.loads((folder / "R018.expected").read_text(encoding="utf-8"))["OCID"]
    lots = read_market(tmp_path / "market.csv")
    found = {lot.notice_id for lot in lots if lot.bids == 1 and lot.procedure in ("open", "selective")}
    assert found == set(expected) < {lot.notice_id for lot in lots}
