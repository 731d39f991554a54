"""What a rule says about one agreement: the fact, the margin, the section, and what is uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError


class Severity(StrEnum):
    """How much a finding asks for."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class RuleFinding:
    """One rule on one agreement.

    Attributes
    ----------
    code : str
        Name of its sentence under ``agreement_rule.what.``; its remedy stands under ``agreement_rule.remedy.``.
    where : str
        Id of the agreement, or what else the finding is about.
    section : str
        Section of the law, or where what is wrong or missing stands: ``register``, ``ledger``, ``radar``, ``outcome``.
    margin : int, float or None
        What is left up to the limit in `margin_unit` (``ore``, ``days``); negative when the limit is passed.
    uncertain : tuple of str
        Names of sentences under ``agreement_rule.uncertain.``.
    """

    severity: Severity
    code: str
    where: str
    name: str
    section: str
    values: Mapping[str, Any] = field(default_factory=dict)
    margin: float | int | None = None
    margin_unit: str = ""
    uncertain: tuple[str, ...] = ()

    def sentence(self, language: str) -> str:
        """Return the fact with its margin, and what is uncertain about it."""
        values = {name: _described(value, language) for name, value in self.values.items()}
        said = [text.sentence(f"agreement_rule.what.{self.code}", values, language)]
        said += [text.sentence(f"agreement_rule.uncertain.{code}", self.values, language) for code in self.uncertain]
        return " ".join(said)

    def remedy(self, language: str) -> str:
        """Return what to do; empty where nothing is asked for."""
        key = f"agreement_rule.remedy.{self.code}"
        return text.sentence(key, self.values, language) if text.has(key, language) else ""

    def row(self, language: str) -> dict[str, Any]:
        """Return it as the row of an answer: severity, where, what, section, remedy; then rule, margin, uncertain."""
        return {
            "severity": self.severity.value,
            "where": f"{self.where} {self.name}".strip(),
            "what": self.sentence(language),
            "section": self.section,
            "remedy": self.remedy(language),
            "rule": self.code,
            "margin": self.margin,
            "margin_unit": self.margin_unit,
            "uncertain": list(self.uncertain),
        }


def _described(value: Any, language: str) -> Any:
    return text.describe(value, language) if isinstance(value, PartnershipError) else value
