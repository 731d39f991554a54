"""The outcome report: of one partnership, and of the whole programme."""

from partnership_lib.analysis.outcome.report.partnership import outcome_report
from partnership_lib.analysis.outcome.report.programme import programme_report

__all__ = ["outcome_report", "programme_report"]
