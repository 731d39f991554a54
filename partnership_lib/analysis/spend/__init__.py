"""Spend: what is bought, from whom, by whom and when; where buying is divided and what agreements cover."""

from partnership_lib.analysis.matching import spend_cube
from partnership_lib.analysis.spend.candidates import candidate_needs
from partnership_lib.analysis.spend.context import SpendContext, account_months
from partnership_lib.analysis.spend.cube import DIMENSIONS, with_dimensions
from partnership_lib.analysis.spend.report import spend_analysis

__all__ = [
    "DIMENSIONS",
    "SpendContext",
    "account_months",
    "candidate_needs",
    "spend_analysis",
    "spend_cube",
    "with_dimensions",
]
