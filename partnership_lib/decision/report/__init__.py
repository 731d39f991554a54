"""A comparison in words: sections of findings and charts in the order that a board reads them."""

from partnership_lib.decision.report.report import comparison_report

__all__ = ["comparison_report"]
