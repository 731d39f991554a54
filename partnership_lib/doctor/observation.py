"""Something that the doctor has seen: a fact, or a fault with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError


@dataclass(frozen=True)
class Observation:
    """One thing seen.

    Attributes
    ----------
    severity : str
        ``info`` for a fact, ``warning`` for what should be seen to, ``error`` for what is not safe or does not work.
    section : str
        ``installation``, ``workspace``, ``register`` or ``servers``.
    code : str
        Name of its sentence under ``doctor.what.``; a warning or an error has another under ``doctor.remedy.``.
    """

    severity: str
    section: str
    where: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def row(self, language: str) -> dict[str, str]:
        """Return it as the row of an answer: severity, where, what, section, remedy."""
        remedy = f"doctor.remedy.{self.code}"
        return {
            "severity": self.severity,
            "where": self.where,
            "what": text.sentence(f"doctor.what.{self.code}", self.values, language),
            "section": self.section,
            "remedy": text.sentence(remedy, self.values, language) if text.has(remedy, language) else "",
        }


@dataclass(frozen=True)
class Refusal:
    """An error that the examination met; its own sentence says what is wrong and what to do."""

    section: str
    where: str
    error: PartnershipError
    severity: str = "error"

    def row(self, language: str) -> dict[str, str]:
        """Return it as the row of an answer, like any other observation."""
        return {
            "severity": self.severity,
            "where": self.where,
            "what": text.describe(self.error, language),
            "section": self.section,
            "remedy": text.sentence("doctor.remedy.refused", {}, language),
        }


Seen = Observation | Refusal
