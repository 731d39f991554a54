"""What is known of the market in a workspace: lots of others in ``data/market.csv``, and the bidders they drew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

MARKET_FILE = "market.csv"


def market_file(root: Path) -> Path:
    """Return the file of the market table."""
    return root / "data" / MARKET_FILE


def market_bidder_counts(root: Path) -> Mapping[str, tuple[float, ...]]:
    """Return the probabilities of 1, 2, ... bidders in those CPV divisions that the market table has enough lots of."""
    file = market_file(root)
    if not file.is_file():
        return {}
    import pandas as pd

    from partnership_lib.decision.uncertainty.bidders import bidder_counts, parse_bidder_counts
    from partnership_lib.register.exchange.notices import read_market

    told = [lot for lot in read_market(file) if lot.bids is not None and lot.division]
    frame = pd.DataFrame(
        {
            "division": [lot.division for lot in told],
            "bidders": pd.Series([lot.bids for lot in told], dtype="int64"),
            "municipal": pd.Series([bool(lot.municipal) for lot in told], dtype="bool"),
        }
    )
    counts = bidder_counts(frame).assign(source=f"data/{MARKET_FILE}")
    if counts.empty:
        return {}
    weights = parse_bidder_counts(counts.to_csv(index=False), MARKET_FILE)
    return {division: each for division, each in weights.items() if division}
