"""A consolidation as findings, in reading order."""

from partnership_lib.consolidation.report.report import consolidation_report

__all__ = ["consolidation_report"]
