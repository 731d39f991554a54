"""The figures beside the lists: the follow-up of the last closed period, and what a decision can be tied to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

from partnership_lib import text
from partnership_lib.domain import Agreement
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.review.meeting.protocol import Figure
from partnership_lib.units.organisation_number import mask_personal_numbers
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    from partnership_lib.findings import Analysis, Chart, Finding, Section
    from partnership_lib.workspace import Workspace

_NOT_SHOWN = frozenset({"summary", "decisions", "changes"})
"""Sections that tell again what the others tell."""

_log = logging.getLogger(__name__)


@dataclass
class Figures:
    """The follow-up of agreements, computed when it is first asked for and then kept for the meeting.

    What is on the screen stays on the screen: a decision is tied to the figure that people saw, and the period that
    it is about is closed.
    """

    workspace: Workspace
    _analyses: dict[tuple[str, str], Analysis | None] = field(default_factory=dict)
    _shown: dict[tuple[str, str], list[Figure]] = field(default_factory=dict)
    _one_at_a_time: RLock = field(default_factory=RLock)

    def known(self, agreement: Agreement, audience: str) -> list[Figure]:
        """Return the figures that have been computed already; none before that."""
        return self._shown.get((agreement.id, audience), [])

    def shown(self, agreement: Agreement, audience: str) -> list[Figure]:
        """Return the figures of an agreement for an audience; none where there are no data to compute them from.

        A meeting can be held without figures: why there are none is for whoever looks after the workbench, in the log.
        """
        place = (agreement.id, audience)
        with self._one_at_a_time:
            if place not in self._shown:
                try:
                    analysis = self._analysis(agreement, audience)
                    self._shown[place] = list(self._figures(analysis)) if analysis else []
                except Exception:  # noqa: BLE001 - tried again when they are asked for again
                    _log.exception("the figures of %s could not be made", agreement.id)
            return self.known(agreement, audience)

    def to_decide_on(self, agreement: Agreement, code: str, audience: str) -> tuple[Finding, str] | None:
        """Return the figure with a code and its sentence; None when the supplier does not see it as it is shown.

        A decision is shared by both parties, so what it rests on must be too, word for word.
        """
        with self._one_at_a_time:
            analysis = self._analysis(agreement, "shared")
        if analysis is None:
            return None
        found = [each for section in _sections(analysis) for each in section.findings if each.code == code]
        if not found:
            return None
        sentence = self._sentence(found[0])
        on_screen = [figure["sentence"] for figure in self.known(agreement, audience) if figure["code"] == code]
        return (found[0], sentence) if on_screen in ([], [sentence]) else None

    def _analysis(self, agreement: Agreement, audience: str) -> Analysis | None:
        place = (agreement.id, audience)
        if place not in self._analyses:
            self._analyses[place] = self._computed(agreement, audience)
        return self._analyses[place]

    def _computed(self, agreement: Agreement, audience: str) -> Analysis | None:
        kind = PeriodKind(agreement.report_rhythm or PeriodKind.TERTIAL)
        period = Period.last_closed(kind, self.workspace.as_of)
        try:
            return self.workspace.follow_up(agreement.id, period, audience)
        except (ReportError, UsageError) as error:
            _log.info("no figures for %s: %s", agreement.id, error)
            return None

    def _figures(self, analysis: Analysis) -> Iterator[Figure]:
        """Yield the findings of each section, its pictures beside the first of them."""
        for section in _sections(analysis):
            heading = text.sentence(f"section.{analysis.kind}.{section.code}", {}, self.workspace.language)
            charts = [chart for chart in section.charts if not chart.frame.empty]
            for place, finding in enumerate(section.findings):
                yield {
                    "code": finding.code,
                    "section": heading,
                    "sentence": self._sentence(finding),
                    "signal": finding.signal.value,
                    "svg": self._picture(charts[place]) if place < len(charts) else "",
                }

    def _sentence(self, finding: Finding) -> str:
        values = {"currency": self.workspace.currency, **finding.values}
        return mask_personal_numbers(text.sentence(f"finding.{finding.code}", values, self.workspace.language))

    def _picture(self, chart: Chart) -> str:
        # Matplotlib is heavy, and a meeting without figures does not need it.
        from partnership_lib.display.figures.drawing import draw_svg

        values = {"currency": self.workspace.currency, **chart.values}
        return draw_svg(chart.code, chart.frame, values, self.workspace.language).decode()


def _sections(analysis: Analysis) -> list[Section]:
    return [section for section in analysis.sections if section.code not in _NOT_SHOWN]
