"""Finding: a number, its table and its sentence kept together; sections and charts made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from partnership_lib import text

if TYPE_CHECKING:
    import pandas as pd


class Signal(StrEnum):
    """What a finding asks of its reader."""

    NONE = "none"
    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing found: a number, the table behind it and the values of its sentence.

    Attributes
    ----------
    code : str
        Name of the sentence, such as ``follow_up.activities_done``; it stands in `text` under ``finding.``.
    number : int, float or None
        The headline number in `unit`; None when nothing can be said.
    unit : str
        ``count``, ``ore``, ``sek`` (modelled), ``share`` (0-1), ``days``, ``months``, ``points``, ``index`` or ``""``.
    values : Mapping
        Everything the sentence names.
    table : pandas.DataFrame or None
        The rows behind the number; column names as in the data dictionary.
    """

    code: str
    number: float | int | None = None
    unit: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    signal: Signal = Signal.NONE

    def sentence(self, language: str) -> str:
        """Return the sentence in ``sv`` or ``en``."""
        return text.sentence(f"finding.{self.code}", self.values, language)


@dataclass(frozen=True)
class Chart:
    """What a figure is drawn from: a frame, and the values of its title and its text alternative."""

    code: str
    frame: pd.DataFrame
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A part of a report: findings in reading order, the charts that show them, and what its heading names."""

    code: str
    findings: tuple[Finding, ...] = ()
    charts: tuple[Chart, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Analysis:
    """A whole analysis: what it is about, and its sections in reading order.

    Attributes
    ----------
    kind : str
        Name of the analysis, such as ``follow_up``.
    values : Mapping
        What the title and the masthead name (agreement, supplier, period, as-of date).
    facts : tuple of (str, Any)
        Masthead rows: label code (``masthead.<code>`` in `text`) and value.
    """

    kind: str
    sections: tuple[Section, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[tuple[str, Any], ...] = ()

    def __getitem__(self, code: str) -> Section:
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    def get(self, code: str) -> Section | None:
        """Return the section with this code, or None where its readers do not get it."""
        return next((section for section in self.sections if section.code == code), None)

    def findings(self) -> Iterator[Finding]:
        """Yield every finding in reading order."""
        for section in self.sections:
            yield from section.findings

    def finding(self, code: str) -> Finding:
        """Return the finding with this code, from its own section where the summary repeats it."""
        for finding in reversed(list(self.findings())):
            if finding.code == code:
                return finding
        raise KeyError(code)
