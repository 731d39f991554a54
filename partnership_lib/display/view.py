"""View: an analysis as a reader sees it, section by section, in her language."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from partnership_lib import text
from partnership_lib.display.delivery import Delivery, delivered, table_name
from partnership_lib.display.html import Html
from partnership_lib.display.safe import escape, escape_title
from partnership_lib.display.tables import KEPT_WHOLE, safe_table
from partnership_lib.display.values import MISSING, format_value, is_missing
from partnership_lib.display.wording import in_language
from partnership_lib.errors import ReportError
from partnership_lib.findings import Analysis, Chart, Finding, Section, Signal
from partnership_lib.text.formatting import format_day, format_month, format_period, join
from partnership_lib.units.period import Period

_CONTENTS_FROM = 10
"""A shorter report needs no table of contents: its first page is for what it says."""
_WITHOUT_CONTENTS = ("agenda", "portfolio")
"""Kinds whose first page is to be read at once: an agenda lists its items, the portfolio is a board's one page."""
SUMMED_UP = 4
"""A table of at most this many rows sums a section up."""
_ICONS = {Signal.GOOD: "✓", Signal.ATTENTION: "!", Signal.BAD: "▲"}


@dataclass(frozen=True)
class View:
    """Shows analyses of one kind in one language.

    Attributes
    ----------
    language : str
        ``sv`` or ``en``.
    currency : str
        Currency of all money shown.
    audience : str
        ``internal`` or ``shared``; stands in the masthead. What a shared report leaves out is left out by the analysis.
    kind : str
        Kind of analysis, such as ``follow_up``; decides the headings of the sections.
    """

    language: str = "sv"
    currency: str = "SEK"
    audience: str = "internal"
    kind: str = "follow_up"

    def masthead(self, analysis: Analysis) -> Html:
        """Return the head of a report: its title and what it is about."""
        title = self._sentence(f"title.{analysis.kind}", analysis.values, otherwise=analysis.kind)
        audience = escape(text.word("audience", self.audience, self.language))
        rows = ((f"masthead.{code}", code, value) for code, value in analysis.facts)
        classes = f"masthead of-{escape(self.kind)}"
        return _html(
            f'<header class="{classes}"><p class="audience {escape(self.audience)}">{audience}</p>'
            f"<h1>{escape(title)}</h1>{self._facts(rows)}{self._contents(analysis.sections)}</header>"
        )

    def section(self, section: Section | None) -> Html:
        """Return a section: heading, lead, sentences with their signals, figures and tables; nothing for None."""
        if section is None:
            return Html("")
        heading = self._heading(section)
        lead = self._sentence(f"lead.{self.kind}.{section.code}", {}, otherwise="")
        parts = [f"<h2>{escape(heading)}</h2>"]
        if lead:
            parts.append(f'<p class="lead">{escape(lead)}</p>')
        if not section.findings and not section.charts:
            parts.append(f'<p class="no-rows">{escape(self._sentence("page.nothing_found"))}</p>')
        place = _place_of_figures(section.findings)
        parts += [self._finding(finding, heading) for finding in section.findings[:place]]
        parts += [self._chart(chart) for chart in section.charts]
        parts += [self._finding(finding, heading) for finding in section.findings[place:]]
        code, kind = escape(section.code), escape(self.kind)
        return _html(f'<section class="{code} of-{kind}" id="{code}">{"".join(parts)}</section>')

    def finding(self, finding: Finding) -> Html:
        """Return one finding: its sentence with its signal, and its table."""
        return _html(self._finding(finding, ""))

    def chart(self, chart: Chart) -> Html:
        """Return a figure with its title, its text alternative and the numbers behind it."""
        return _html(self._chart(chart))

    def provenance(self, rows: Iterable[tuple[str, Any]]) -> Html:
        """Return what a report rests on, as label codes (``masthead.<code>`` in `text`) and values."""
        return _html(self._facts((f"masthead.{code}", code, value) for code, value in rows))

    def deliver(self, analysis: Analysis) -> Delivery:
        """Return the whole analysis as data; the last cell of a notebook shows it and so proves that it came there."""
        sentences = {number: self.sentence(finding) for number, finding in enumerate(analysis.findings())}
        headings = {section.code: self._heading(section) for section in analysis.sections}
        titles = [self._title(chart) for section in analysis.sections for chart in section.charts]
        payload = delivered(analysis, sentences, headings, titles, self.language)
        return Delivery(payload, escape(self._sentence("page.complete")))

    def sentence(self, finding: Finding) -> str:
        """Return the sentence of a finding, its money in the currency of this view."""
        return text.sentence(f"finding.{finding.code}", {"currency": self.currency, **finding.values}, self.language)

    def _sentence(self, key: str, values: Mapping[str, Any] | None = None, otherwise: str | None = None) -> str:
        if otherwise is not None and not text.has(key, self.language):
            return otherwise
        return text.sentence(key, {"currency": self.currency, **(values or {})}, self.language)

    def _heading(self, section: Section) -> str:
        plain = section.code.replace("_", " ").capitalize()
        return self._sentence(f"section.{self.kind}.{section.code}", section.values, otherwise=plain)

    def _contents(self, sections: tuple[Section, ...]) -> str:
        if len(sections) < _CONTENTS_FROM or self.kind in _WITHOUT_CONTENTS:
            return ""
        links = "".join(
            f'<li><a href="#{escape(section.code)}">{escape(self._heading(section))}</a></li>' for section in sections
        )
        name = escape(self._sentence("page.contents"))
        return f'<nav class="contents" aria-label="{name}"><p>{name}</p><ol>{links}</ol></nav>'

    def _finding(self, finding: Finding, heading: str) -> str:
        mark = self._mark(finding.signal)
        whole = " whole" if finding.background or finding.table is None or len(finding.table) <= KEPT_WHOLE else ""
        if finding.background:
            whole += " on-screen" if finding.table is None else " background"
        table = "" if finding.table is None else self._finding_table(finding, heading)
        return (
            f'<div class="finding {finding.signal}{whole}"><p class="sentence">{mark}'
            f'<span class="said">{escape(self.sentence(finding))}</span>{self._elsewhere(finding)}</p>{table}</div>'
        )

    def _elsewhere(self, finding: Finding) -> str:
        """Return what tells on paper where the rows are that are only on the screen."""
        if finding.table is None or finding.table.empty or not finding.background:
            return ""
        where = {"n": len(finding.table), "file": _file_of(finding)}
        return f' <span class="on-paper">{escape(self._sentence("table.not_on_paper", where))}</span>'

    def _mark(self, signal: Signal) -> str:
        if signal is Signal.NONE:
            return ""
        word = escape(text.word("signal", signal, self.language))
        return f'<span class="mark"><span class="icon">{_ICONS[signal]}</span>{word}</span> '

    def _finding_table(self, finding: Finding, heading: str) -> str:
        frame = finding.table
        if frame is None or frame.empty:
            return ""  # The sentence has said that there are none.
        behind = {"heading": heading, "n": len(frame)}
        caption = self._sentence(
            f"caption.{finding.code}", finding.values, otherwise=self._sentence("table.behind", behind)
        )
        return safe_table(
            in_language(frame, self.language),
            language=self.language,
            caption=caption,
            currency=self.currency,
            file=_file_of(finding),
            background=finding.background,
        )

    def _chart(self, chart: Chart) -> str:
        title = self._title(chart)
        if chart.frame.empty:
            nothing = escape(self._sentence("figure.none_to_show"))
            return f'<figure><figcaption>{escape(title)}</figcaption><p class="no-rows">{nothing}</p></figure>'
        alt = self._alternative(chart)
        caption = self._sentence("table.figure", {"title": title})
        data = safe_table(
            chart.frame, language=self.language, caption=caption, currency=self.currency, chart=chart.code
        )
        return (
            f"<figure><figcaption>{escape(title)}</figcaption>"
            f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(title)}">'
            f'<img alt="{escape(alt)}" src="{_image(chart, self.language, self.currency)}"></div>'
            f"<details><summary>{escape(self._sentence('figure.data'))}</summary>{data}</details></figure>"
        )

    def _title(self, chart: Chart) -> str:
        return self._sentence(f"chart.{chart.code}.title", chart.values)

    def _alternative(self, chart: Chart) -> str:
        if not text.has(f"chart.{chart.code}.alt", self.language):
            raise ReportError("missing_alt_text", chart=chart.code, language=self.language)
        return self._sentence(f"chart.{chart.code}.alt", chart.values)

    def _facts(self, rows: Iterable[tuple[str, str, Any]]) -> str:
        items = "".join(
            f"<li><span>{escape(self._sentence(key, {}, otherwise=code.replace('_', ' ').capitalize()))}</span> "
            f"<strong>{escape_title(self._fact(code, value))}</strong></li>"
            for key, code, value in rows
        )
        return f'<ul class="facts">{items}</ul>' if items else ""

    def _fact(self, code: str, value: Any) -> str:
        if is_missing(value):
            return MISSING
        if isinstance(value, Period):
            return format_period(value, self.language)
        if isinstance(value, date):
            write = format_month if code.endswith("month") else format_day
            return write(value, self.language)
        if isinstance(value, (tuple, list)):
            return join([self._fact(code, item) for item in value], self.language)
        return format_value(code, value, self.language, self.currency)


def _file_of(finding: Finding) -> str:
    return f"{table_name(finding.code)}.csv"


def _html(inner: str) -> Html:
    return Html(f'<div class="partnership">{inner}</div>')


def _place_of_figures(findings: tuple[Finding, ...]) -> int:
    """Return how many findings stand before the figures: look first, then read the rows.

    A small table that sums the section up comes before them all the same: it fills the page that a large figure leaves.
    """
    rows = [0 if finding.table is None else len(finding.table) for finding in findings]
    if rows and 0 < rows[0] <= SUMMED_UP:
        return 1
    return next((place for place, count in enumerate(rows) if count), len(rows))


def _image(chart: Chart, language: str, currency: str) -> str:
    # Figures are loaded first when one is drawn: matplotlib is heavy.
    from partnership_lib.display.figures.drawing import draw_svg

    svg = draw_svg(chart.code, chart.frame, {"currency": currency, **chart.values}, language)
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
