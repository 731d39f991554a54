"""What the Public Procurement Act (LOU) asks of an agreement, as dated data and pure functions."""

from partnership_lib.analysis.agreement_rules.examination import examine_agreements
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity

__all__ = ["RuleFinding", "Severity", "examine_agreements"]
