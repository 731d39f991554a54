"""The follow-up of all agreements together in one period."""

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.portfolio.report import portfolio

__all__ = ["PortfolioContext", "portfolio"]
