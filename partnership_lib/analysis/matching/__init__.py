"""Which agreement a ledger line belongs to: what is certain, what is possible, and what lies outside agreements."""

from partnership_lib.analysis.matching.bounds import agreement_bounds
from partnership_lib.analysis.matching.lines import match_lines
from partnership_lib.analysis.matching.segments import (
    TRAILING_DAYS,
    agreement_segments,
    supplier_key_of,
    term_end_exclusive,
)
from partnership_lib.analysis.matching.spend import agreement_spend, portfolio_spend
from partnership_lib.analysis.matching.sums import agreement_sums, held, spend_cube

__all__ = [
    "TRAILING_DAYS",
    "agreement_bounds",
    "agreement_segments",
    "agreement_spend",
    "agreement_sums",
    "held",
    "match_lines",
    "portfolio_spend",
    "spend_cube",
    "supplier_key_of",
    "term_end_exclusive",
]
