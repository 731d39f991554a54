"""The beginning of every report: what has changed since the last one, in a few rows; all of it in a file beside."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from partnership_lib import text
from partnership_lib.display.view import View
from partnership_lib.findings import Finding, Section
from partnership_lib.reports.differences import Differences, Moved, compare
from partnership_lib.reports.numbers import Number
from partnership_lib.text.formatting import format_count, format_money_short, format_period, format_plain, format_share

DIFFERENCES = "differences.csv"
SHOWN = 5
"""How many changes stand in the report itself."""

_KIND = "differences"
MORE = f"{_KIND}.more"
"""Code of the finding that says how many changes are not shown."""

_COLUMNS = (
    *("compared_with", "version", "state", "key", "section", "code", "row", "name", "unit"),
    *("before", "now", "change", "relative_change", "causes"),
)


def changes_since(
    compared: Sequence[Mapping[str, Any]], now: Mapping[str, Any], numbers: Sequence[Number]
) -> list[tuple[str, Differences]]:
    """Return why and what differs from each report that a new one is compared with (see `previous.compared_with`)."""
    return [
        (each["why"], compare(each["body"], [Number(**row) for row in each["numbers"]], now, numbers))
        for each in compared
    ]


def section_of(
    changes: Sequence[tuple[str, Differences]], analysis: Mapping[str, Any], language: str, currency: str
) -> str:
    """Return the section as HTML: the short of what has changed, or that nothing has, or that this is the first."""
    findings = [
        finding
        for why, found in changes
        for finding in difference_findings(_name_of(why, found, language), found, analysis, language, currency)
    ]
    if not findings:
        findings = [Finding(f"{_KIND}.first")]
    return View(language, currency, kind=_KIND).section(Section("since_last", tuple(findings))).source


def difference_findings(
    before: str, found: Differences, analysis: Mapping[str, Any], language: str, currency: str
) -> Iterator[Finding]:
    """Yield what differs from the report called `before`, in short; `analysis` is the later one as delivered."""
    values = {
        "before": before,
        "causes": [_cause(cause, language) for cause in found.causes or ("unknown",)],
        "moved": len(found.moved),
        "came": len(found.came),
        "gone": len(found.gone),
        "same": found.same,
    }
    if not found.any:
        yield Finding(f"{_KIND}.{'nothing_though' if found.causes else 'nothing'}", 0, "count", values)
        return
    shown = _shown(found)
    rows = [_row(each, analysis, language, currency) for each in shown]
    frame = pd.DataFrame(rows, columns=["report_part", "said", "value_before", "value_now", "value_change"])
    yield Finding(f"{_KIND}.moved", len(found.moved), "count", values, frame if rows else None)
    if len(found.moved) > len(shown):
        yield Finding(MORE, len(found.moved) - len(shown), "count", {"more": len(found.moved) - len(shown)})


def _cause(cause: str, language: str) -> str:
    """Return a cause in words: a source of data goes by the name that `verify` has for it."""
    group = "difference_cause" if text.has(f"word.difference_cause.{cause}", language) else "report_input"
    return text.word(group, cause, language)


def _shown(found: Differences) -> list[Moved]:
    """Return the headline numbers that changed most, one of each sentence."""
    return [each for each in found.moved if each.now.is_headline][:SHOWN]


def _name_of(why: str, found: Differences, language: str) -> str:
    period = found.before["period"]
    values = {
        "version": found.before["version"],
        "period": format_period(period["label"], language) if period else "",
    }
    return text.sentence(f"differences.before.{why}", values, language)


def _row(moved: Moved, analysis: Mapping[str, Any], language: str, currency: str) -> list[str]:
    now = moved.now
    return [
        analysis["headings"].get(now.section, now.section),
        _sentence(now, analysis),
        written(moved.before.value, now.unit, language, currency),
        written(now.value, now.unit, language, currency),
        _change(moved, language, currency),
    ]


def _sentence(number: Number, analysis: Mapping[str, Any]) -> str:
    """Return the sentence that a number is about, as the report says it now."""
    for finding in analysis["findings"]:
        said = (finding["section"], finding["code"].partition(".")[2], finding["number"])
        if said == (number.section, number.code, number.value):
            return str(finding["sentence"])
    return number.code


def written(value: float, unit: str, language: str, currency: str) -> str:
    """Return a number as people write one of its unit.

    Examples
    --------
    >>> written(0.125, "share", "en", "SEK"), written(3, "count", "en", "SEK"), written(2.5, "points", "en", "SEK")
    ('12.5%', '3', '2.5')
    """
    if unit in ("ore", "sek"):
        return format_money_short(value * (100 if unit == "sek" else 1), language, currency)
    if unit == "share":
        return format_share(value, language, 1)
    if unit in ("days", "months", "hours", "years"):
        return f"{_plain(value, language)}\u00a0{text.sentence(f'differences.unit.{unit}', {'n': value}, language)}"
    return _plain(value, language)


def _plain(value: float, language: str) -> str:
    return format_count(value, language) if float(value).is_integer() else format_plain(round(value, 2), language)


def _change(moved: Moved, language: str, currency: str) -> str:
    sign = "+" if moved.change > 0 else ""
    if moved.now.unit == "share":
        points = format_count(round(100 * moved.change, 1) + 0.0, language, 1)
        return text.sentence("differences.points", {"points": sign + points}, language)
    return sign + written(moved.change, moved.now.unit, language, currency)


def differences_csv(changes: Sequence[tuple[str, Differences]]) -> bytes:
    """Return every difference as CSV for machines: what moved, what came, what went, and the causes."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for _, found in changes:
        writer.writerows(difference_rows(found))
    return stream.getvalue().encode("utf-8")


def difference_rows(found: Differences) -> Iterator[list[Any]]:
    """Yield the rows of `differences_csv`; what is not there is empty."""
    head = [found.before["key"], found.before["version"]]
    causes = " ".join(found.causes)
    for each in found.moved:
        values = [each.before.value, each.now.value, each.change, each.relative, causes]
        yield [*head, "moved", *_words(each.now), *values]
    for number in found.came:
        yield [*head, "new", *_words(number), "", number.value, "", "", causes]
    for number in found.gone:
        yield [*head, "gone", *_words(number), number.value, "", "", "", causes]


def _words(number: Number) -> list[str]:
    return [number.key, number.section, number.code, number.row, number.name, number.unit]
