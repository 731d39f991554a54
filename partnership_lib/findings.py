"""Finding: a number, its table and its sentence kept together; sections and charts made of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    background : bool
        Whether it is for who wants to look into it: on paper there is the sentence without its table, and nothing
        where there is no table.
    """

    code: str
    number: float | int | None = None
    unit: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    signal: Signal = Signal.NONE
    background: bool = False

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

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table of the section, by the name of its finding; of several with one name, all their rows."""
        import pandas as pd

        parts: dict[str, list[pd.DataFrame]] = {}
        for finding in self.findings:
            if finding.table is not None:
                parts.setdefault(_short(finding.code), []).append(finding.table)
        return {
            name: alike[0] if len(alike) == 1 else pd.concat(alike, ignore_index=True) for name, alike in parts.items()
        }

    @property
    def table(self) -> pd.DataFrame:
        """Return the first table of the section.

        Raises
        ------
        KeyError
            When no finding of the section has one.
        """
        tables = list(self.tables.values())
        if not tables:
            raise KeyError(f"no table in the section {self.code}")
        return tables[0]

    def chart(self, code: str = "") -> Chart:
        """Return a chart of the section by its name; the first one where none is named."""
        charts = {chart.code: chart for chart in self.charts}
        if not charts or (code and code not in charts):
            raise KeyError(_not_there(code or "chart", charts))
        return charts[code] if code else next(iter(charts.values()))

    def __getitem__(self, name: str) -> Finding:
        """Return a finding by its name, or by how its name begins: what it ends with may say how things are."""
        names = {_short(finding.code): finding for finding in reversed(self.findings)}
        alike = [each for each in reversed(list(names)) if each == name or each.startswith(f"{name}_")]
        if name not in names and not alike:
            raise KeyError(_not_there(name, names))
        return names[name if name in names else alike[0]]

    def _ipython_key_completions_(self) -> list[str]:
        return [_short(finding.code) for finding in self.findings]

    def __repr__(self) -> str:
        findings = ", ".join(_short(finding.code) for finding in self.findings)
        charts = "".join(f"\n  chart {chart.code}" for chart in self.charts)
        return f"section {self.code}: {findings or '–'}{charts}"


@dataclass(frozen=True)
class Analysis:
    """A whole analysis: what it is about, and its sections in reading order.

    Every section is an attribute too: ``report.activities.table``, ``report.pace["pace_ages"].number``.

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
        section = self.get(code)
        if section is None:
            raise KeyError(_not_there(code, (each.code for each in self.sections)))
        return section

    def __getattr__(self, name: str) -> Section:
        if not name.startswith("_"):
            for section in self.sections:
                if section.code == name:
                    return section
        codes = () if name.startswith("_") else (section.code for section in self.sections)
        raise AttributeError(_not_there(name, codes), name=name, obj=self)

    def __dir__(self) -> list[str]:
        own = ("facts", "finding", "findings", "get", "kind", "numbers", "sections", "values")
        return sorted({*own, *(section.code for section in self.sections)})

    def _ipython_key_completions_(self) -> list[str]:
        return [section.code for section in self.sections]

    def __repr__(self) -> str:
        named = {name: value for name, value in self.values.items() if isinstance(value, str) and value}
        about = ", ".join(f"{name} {value}" for name, value in list(named.items())[:3])
        lines = (
            f"  {section.code}: {len(section.findings)} findings, {len(section.tables)} tables"
            for section in self.sections
        )
        return "\n".join([f"{self.kind} ({about})" if about else self.kind, *lines])

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
        raise KeyError(_not_there(code, (finding.code for finding in self.findings())))

    def numbers(self, language: str = "sv") -> pd.DataFrame:
        """Return every finding as a row: section, finding, number, unit, signal, rows (of its table), sentence."""
        import pandas as pd

        rows = [
            (
                section.code,
                _short(finding.code),
                None if finding.number is None else float(finding.number),
                finding.unit,
                finding.signal.value,
                0 if finding.table is None else len(finding.table),
                finding.sentence(language),
            )
            for section in self.sections
            for finding in section.findings
        ]
        return pd.DataFrame(rows, columns=list(NUMBER_COLUMNS)).astype({"number": "float64"})


NUMBER_COLUMNS = ("section", "finding", "number", "unit", "signal", "rows", "sentence")


def _short(code: str) -> str:
    """Return the code of a finding without the analysis that it belongs to.

    Examples
    --------
    >>> _short("follow_up.activities")
    'activities'
    """
    return code.partition(".")[2] or code


def _not_there(name: str, known: Iterable[str]) -> str:
    """Return what to tell somebody who asked for what is not there: the nearest, or all that there is."""
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6) or names
    return f"{name!r} is not here. Nearest: {', '.join(near) or '–'}"


def with_background(sections: Iterable[Section], beginnings: tuple[str, ...]) -> Iterator[Section]:
    """Yield sections whose tables are `Finding.background` where the finding's code begins with one of `beginnings`."""
    for section in sections:
        findings = (
            replace(finding, background=True)
            if finding.table is not None and finding.code.rpartition(".")[2].startswith(beginnings)
            else finding
            for finding in section.findings
        )
        yield replace(section, findings=tuple(findings))
