"""The last output of a notebook: the whole analysis as data, which proves that the notebook came to its end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from partnership_lib.display.html import SAFE_MARK, Html
from partnership_lib.display.named_numbers import named_numbers, named_words
from partnership_lib.display.wording import in_language
from partnership_lib.units.organisation_number import mask_personal_numbers
from partnership_lib.units.period import Period

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.findings import Analysis, Finding

DELIVERY_MIME = "application/vnd.partnership.analysis+json"


@dataclass(frozen=True)
class Delivery:
    """An analysis as JSON under its own mime type, with a note for the reader in JupyterLab."""

    payload: Mapping[str, Any]
    note: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, str]]:
        shown = Html(f'<div class="partnership"><p class="lead">{self.note}</p></div>')
        data = {DELIVERY_MIME: self.payload, "text/html": shown._repr_html_(), "text/plain": str(shown)}
        return data, {"partnership": SAFE_MARK}


def table_name(code: str) -> str:
    """Return the name that the table of a finding goes by among the data files: its code without the kind.

    Examples
    --------
    >>> table_name("follow_up.decisions")
    'decisions'
    """
    return code.rpartition(".")[2]


def delivered(
    analysis: Analysis,
    sentences: Mapping[int, str],
    headings: Mapping[str, str],
    titles: Sequence[str],
    language: str,
) -> dict[str, Any]:
    """Return an analysis as JSON-safe data.

    Parameters
    ----------
    sentences : Mapping
        The sentence of each finding by its position.
    headings : Mapping
        The heading of each section by its code.
    titles : sequence of str
        The titles of the figures, in reading order.
    """
    charts = [(section.code, chart) for section in analysis.sections for chart in section.charts]
    return {
        "complete": True,
        "kind": analysis.kind,
        "values": json_safe(analysis.values),
        "headings": json_safe(headings),
        "findings": [
            _finding(section.code, finding, sentences[position], language)
            for position, (section, finding) in enumerate(
                (section, finding) for section in analysis.sections for finding in section.findings
            )
        ],
        "charts": [
            {
                "section": section,
                "code": chart.code,
                "title": title,
                "table": _table(in_language(chart.frame, language)),
            }
            for (section, chart), title in zip(charts, titles, strict=True)
        ],
    }


def _finding(section: str, finding: Finding, sentence: str, language: str) -> dict[str, Any]:
    return {
        "section": section,
        "code": finding.code,
        "number": json_safe(finding.number),
        "unit": finding.unit,
        "signal": str(finding.signal),
        "sentence": mask_personal_numbers(sentence),
        "named": json_safe(named_numbers(finding, language)),
        "about": [mask_personal_numbers(word) for word in named_words(finding, language) if word],
        "table": None if finding.table is None else _table(in_language(finding.table, language)),
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    rows = frame.astype(object).itertuples(index=False, name=None)
    return {"columns": [str(column) for column in frame.columns], "rows": [json_safe(row) for row in rows]}


def json_safe(value: Any) -> Any:
    """Return `value` in types that JSON has: dates as ISO, codes as text, no personal numbers, empty numbers as null.

    Examples
    --------
    >>> json_safe({"day": date(2026, 9, 15), "share": float("nan"), "periods": (Period.parse("2026-T2"),)})
    {'day': '2026-09-15', 'share': None, 'periods': ['2026-T2']}
    """
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_safe(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Enum):
        return json_safe(value.value)
    if isinstance(value, Period):
        return value.label
    if hasattr(value, "item") and not isinstance(value, str):  # numpy's own numbers
        return json_safe(value.item())
    if isinstance(value, str):
        return mask_personal_numbers(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value != value:  # NaT
        return None
    return value.isoformat()[:10] if isinstance(value, date) else str(value)
