"""Awards of others: lots with their bids and winners out of OCDS releases, eForms notices and open tables."""

from partnership_lib.register.exchange.notices.competition import Competition, competition
from partnership_lib.register.exchange.notices.lots import COLUMNS, Lot, read_market, write_market
from partnership_lib.register.exchange.notices.market import MarketAccount, import_market

__all__ = [
    "COLUMNS",
    "Competition",
    "Lot",
    "MarketAccount",
    "competition",
    "import_market",
    "read_market",
    "write_market",
]
