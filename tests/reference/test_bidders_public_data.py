"""The shipped counts of bidders against the agency's open data, and the published figures made from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from partnership_lib.decision.uncertainty.bidders import (
    MOST_BIDDERS,
    bidder_counts,
    fallback_weights,
    further_bidders_probability,
    mean_bidders,
    parse_bidder_counts,
)


@pytest.fixture(scope="module")
def lots(public_data: Path) -> pd.DataFrame:
    raw = pd.read_csv(public_data / "se-uhm-2021-h1" / "anbud.csv.gz", dtype=str)
    return pd.DataFrame(
        {
            "division": raw["CPV-Huvudgrupp"].str[:2],
            "bidders": raw["Antal anbud, Summa"].astype(int),
            "municipal": raw["Sektor för köpare"] == "Kommun",
            "kind": raw["Upphandlingsslag"],
            "divided": raw["Anbudsområden"] == "True",
        }
    )


def _bids(lots: pd.DataFrame) -> pd.Series:
    return lots.loc[lots["bidders"] > 0, "bidders"]


def _single_share(lots: pd.DataFrame) -> float:
    return round(float((_bids(lots) == 1).mean()), 3)


def _mean_without_the_largest(lots: pd.DataFrame) -> float:
    bids = _bids(lots)
    return round(float(bids[bids <= MOST_BIDDERS].mean()), 2)


def test_all_lots_give_the_published_figures(lots: pd.DataFrame) -> None:
    bids = _bids(lots)
    assert (len(lots), len(bids), bids.median(), round(bids.mean(), 1)) == (6_474, 6_473, 3.0, 5.9)
    assert (_mean_without_the_largest(lots), _single_share(lots)) == (4.19, 0.202)


def test_municipal_lots_give_the_published_figures(lots: pd.DataFrame) -> None:
    municipal = lots[lots["municipal"]]
    assert len(_bids(municipal)) == 4_093
    assert (_mean_without_the_largest(municipal), _single_share(municipal)) == (4.26, 0.184)


def test_municipal_it_lots_give_the_published_figures(lots: pd.DataFrame) -> None:
    municipal_it = lots[lots["municipal"] & lots["division"].isin(["48", "72"])]
    assert len(_bids(municipal_it)) == 272
    assert (_mean_without_the_largest(municipal_it), _single_share(municipal_it)) == (3.20, 0.250)


@pytest.mark.parametrize(("kind", "single"), [("Varor", 0.277), ("Tjänster", 0.185), ("Byggentreprenader", 0.126)])
def test_single_bids_are_commonest_for_goods(lots: pd.DataFrame, kind: str, single: float) -> None:
    assert _single_share(lots[lots["kind"] == kind]) == single


def test_undivided_procurements_draw_no_fewer_bids_than_lots(lots: pd.DataFrame) -> None:
    assert _mean_without_the_largest(lots[~lots["divided"]]) == 4.16
    assert _mean_without_the_largest(lots[lots["divided"]]) == 4.38


@pytest.mark.parametrize(
    ("divisions", "mean", "dispersion"), [(None, 4.26, 1.37), (["48", "72"], 3.20, 1.03)], ids=["all", "it"]
)
def test_the_published_dispersions_give_the_single_bids_of_municipal_lots(
    lots: pd.DataFrame, divisions: list[str] | None, mean: float, dispersion: float
) -> None:
    chosen = lots[lots["municipal"] & lots["bidders"].between(1, MOST_BIDDERS)]
    chosen = chosen[chosen["division"].isin(divisions)] if divisions else chosen
    fitted = float(further_bidders_probability(0, mean - 1.0, dispersion))
    assert fitted == pytest.approx((chosen["bidders"] == 1).mean(), abs=0.002)


def test_most_municipal_lots_left_out_for_their_many_bids_are_one_frameworks(lots: pd.DataFrame) -> None:
    left_out = lots[lots["municipal"] & (lots["bidders"] > MOST_BIDDERS)]
    assert len(left_out) == 89
    assert left_out["bidders"].value_counts().iloc[0] >= 51


def test_the_shipped_counts_are_those_of_the_public_data(lots: pd.DataFrame, repository: Path) -> None:
    made = bidder_counts(lots).to_csv(index=False, lineterminator="\n")
    assert (repository / "data" / "reference" / "bidders.csv").read_text(encoding="utf-8") == made


def test_the_shipped_counts_are_read_as_probabilities(repository: Path) -> None:
    file = repository / "data" / "reference" / "bidders.csv"
    weights = parse_bidder_counts(file.read_text(encoding="utf-8"), file.name)
    assert len(weights) == 1 + 18
    assert all(sum(each) == pytest.approx(1.0) and len(each) <= MOST_BIDDERS for each in weights.values())
    assert round(mean_bidders(weights["48"]), 2) == 3.20


def test_the_fallback_has_the_agencys_mean_and_single_bids() -> None:
    """4.6 bids per procurement (2024), every fifth with one (2022); cutting at 30 moves neither by much."""
    weights = np.array(fallback_weights())
    assert len(weights) == MOST_BIDDERS and weights.sum() == pytest.approx(1.0)
    assert mean_bidders(tuple(weights)) == pytest.approx(4.6, abs=0.02)
    assert weights[0] == pytest.approx(0.2, abs=1e-4)


def _procurements(public_data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(public_data / "se-uhm-2021-h1" / name, dtype=str)


def test_larger_contracts_draw_more_bids(lots: pd.DataFrame, public_data: Path) -> None:
    """ln bids on ln value within CPV divisions: +0.089 (`bundle_size_elasticity`); tiny values are mistakes."""
    values = _procurements(public_data, "kontrakterat_varde.csv.gz").drop_duplicates("Upphandlings-ID")
    values = values.set_index("Upphandlings-ID")["Kontrakterat värde, Summa"].astype(float)
    of = _procurements(public_data, "anbud.csv.gz")["Upphandlings-ID"]
    procurements = lots[lots["bidders"] > 0].groupby(of).agg(bids=("bidders", "mean"), division=("division", "first"))
    data = procurements.join(values.rename("value"), how="inner")
    data = data[(data["value"] > 100_000) & (data["bids"] <= MOST_BIDDERS)]
    within = {
        column: np.log(data[column]) - np.log(data[column]).groupby(data["division"]).transform("mean")
        for column in ("bids", "value")
    }
    slope = (within["bids"] * within["value"]).sum() / (within["value"] ** 2).sum()
    assert slope == pytest.approx(0.089, abs=0.001)


def test_appeals_are_as_frequent_as_assumed(public_data: Path) -> None:
    """6.5 % of municipal procurements, 8.3 % of all above the threshold (`appeal_probability`)."""
    procurements = _procurements(public_data, "upphandlingar.csv.gz")
    appealed = procurements["Överprövad"] == "True"
    municipal = procurements["Sektor för köpare"] == "Kommun"
    assert municipal.sum() == 7_131
    assert round(appealed[municipal].mean(), 3) == 0.065
    assert round(appealed[procurements["Direktivstyrd"] == "True"].mean(), 3) == 0.083
