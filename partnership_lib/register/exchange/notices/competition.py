"""Competition per CPV division: how many lots, how many bids they drew, how many drew one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median

from partnership_lib.register.exchange.notices.lots import Lot


@dataclass(frozen=True)
class Competition:
    """What is known of the competition in a CPV division.

    Attributes
    ----------
    lots : int
        Lots with at least one bid; those without were cancelled and say nothing of the market.
    single_bid_share : float
        Share of them with one bid [0-1].
    """

    division: str
    lots: int
    mean_bids: float
    median_bids: float
    single_bid_share: float


def competition(lots: Iterable[Lot]) -> list[Competition]:
    """Return the competition in each CPV division, in their order.

    Examples
    --------
    >>> of = dict(source="ocds", file="a", notice_id="1", cpv="72000000")
    >>> competition([Lot(lot_id="1", bids=1, **of), Lot(lot_id="2", bids=4, **of), Lot(lot_id="3", bids=0, **of)])
    [Competition(division='72', lots=2, mean_bids=2.5, median_bids=2.5, single_bid_share=0.5)]
    """
    bids: defaultdict[str, list[int]] = defaultdict(list)
    for lot in lots:
        if lot.division and lot.bids:
            bids[lot.division].append(lot.bids)
    return [
        Competition(division, len(each), fmean(each), median(each), each.count(1) / len(each))
        for division, each in sorted(bids.items())
    ]
