"""How both parties score the cooperation after a meeting, how far apart they are, and how that has developed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Level, Meeting, Party, PulseAnswer, PulseQuestion
from partnership_lib.findings import Chart, Finding, Signal

WIDE_GAP = 1.0
"""Parties this far apart on average, at two scored meetings in a row, should talk about it [points of 1-5]."""
CLEAR_STEP = 0.5
"""A gap has changed when it differs by at least this from the mean of the meetings before [points]."""
_EARLIER = 3

_COLUMNS = ("held_date", "level", "pulse_question", "buyer_score", "supplier_score", "score_gap")


@dataclass(frozen=True)
class Pulse:
    """What the parties answered at one meeting: a score from 1 to 5 for each question."""

    day: date
    level: Level
    scores: dict[Party, dict[PulseQuestion, int]]

    @property
    def both(self) -> list[PulseQuestion]:
        """Return the questions that both parties have answered."""
        return [question for question in PulseQuestion if all(question in self.scores[party] for party in Party)]

    @property
    def gap(self) -> float | None:
        """Return the mean distance between the parties over the questions both answered, or None [points]."""
        return fmean(abs(self.difference(question)) for question in self.both) if self.both else None

    def difference(self, question: PulseQuestion) -> int:
        """Return the municipality's score less the supplier's."""
        return self.scores[Party.BUYER][question] - self.scores[Party.SUPPLIER][question]

    def mean(self, party: Party) -> float | None:
        """Return a party's mean score, or None where it has not answered."""
        return fmean(self.scores[party].values()) if self.scores[party] else None


def pulses(context: FollowUpContext) -> list[Pulse]:
    """Return the pulse of each meeting held by the report date where anybody answered, oldest first."""
    answers: dict[str, list[PulseAnswer]] = {}
    for answer in context.content.pulse_answers:
        answers.setdefault(answer.meeting_id, []).append(answer)
    held = [
        m for m in context.content.meetings if m.id in answers and m.held_date and m.held_date <= context.report_date
    ]
    held.sort(key=lambda meeting: (meeting.held_date, meeting.id))
    return [_pulse(meeting, answers[meeting.id]) for meeting in held]


def _pulse(meeting: Meeting, answers: Sequence[PulseAnswer]) -> Pulse:
    scores = {party: {a.question: a.score for a in answers if a.party is party} for party in Party}
    return Pulse(meeting.held_date or meeting.planned_date, meeting.level, scores)


def pulse_findings(context: FollowUpContext) -> list[Finding]:
    """Return the latest pulse of both parties, the question they see most differently, and how the gap has developed.

    Notes
    -----
    Only what both parties have answered has a gap: the distance between their scores, averaged over the questions.
    Where no meeting of the period was scored there is no score. The gap asks for attention when it is at least one
    point at two scored meetings in a row; it has grown or shrunk when it differs by at least half a point from the mean
    of the up to three scored meetings before. One answer each is a conversation starter, not a measurement.
    """
    scored = pulses(context)
    in_period = [pulse for pulse in scored if context.in_period(pulse.day)]
    if not in_period:
        return [context.finding("pulse_none" if scored else "pulse_never", None)]
    two_sided = [pulse for pulse in scored if pulse.gap is not None]
    if not any(pulse in two_sided for pulse in in_period):
        party = next(party for party in Party if in_period[-1].scores[party])
        return [context.finding("pulse_one_sided", None, party=party.value, held_date=in_period[-1].day)]
    return [_latest(context, two_sided), *_furthest_apart(context, two_sided[-1]), *_development(context, two_sided)]


def _latest(context: FollowUpContext, scored: Sequence[Pulse]) -> Finding:
    last = scored[-1]
    wide = [pulse.gap is not None and pulse.gap >= WIDE_GAP for pulse in scored[-2:]]
    rows = [_row(pulse, question) for pulse in reversed(scored[-2:]) for question in PulseQuestion]
    return context.finding(
        "pulse",
        last.gap,
        "points",
        signal=Signal.ATTENTION if len(wide) > 1 and all(wide) else Signal.NONE,
        table=table(rows, _COLUMNS),
        held_date=last.day,
        buyer=last.mean(Party.BUYER),
        supplier=last.mean(Party.SUPPLIER),
    )


def _row(pulse: Pulse, question: PulseQuestion) -> dict[str, Any]:
    return {
        "held_date": pulse.day,
        "level": pulse.level.value,
        "pulse_question": question.value,
        "buyer_score": pulse.scores[Party.BUYER].get(question),
        "supplier_score": pulse.scores[Party.SUPPLIER].get(question),
        "score_gap": abs(pulse.difference(question)) if question in pulse.both else None,
    }


def _furthest_apart(context: FollowUpContext, last: Pulse) -> list[Finding]:
    question = max(last.both, key=lambda q: abs(last.difference(q)))
    if last.difference(question) == 0:
        return [context.finding("pulse_agrees", 0, "points")]
    return [
        context.finding(
            "pulse_furthest",
            abs(last.difference(question)),
            "points",
            question=question.value,
            buyer=last.scores[Party.BUYER][question],
            supplier=last.scores[Party.SUPPLIER][question],
        )
    ]


def _development(context: FollowUpContext, scored: Sequence[Pulse]) -> list[Finding]:
    gaps = [pulse.gap for pulse in scored if pulse.gap is not None]
    earlier = gaps[:-1][-_EARLIER:]
    if not earlier:
        return []
    before = fmean(earlier)
    change = gaps[-1] - before
    code = "pulse_gap_same" if abs(change) < CLEAR_STEP else "pulse_gap_wider" if change > 0 else "pulse_gap_narrower"
    return [context.finding(code, change, "points", now=gaps[-1], before=before, meetings=len(earlier))]


def pulse_chart(context: FollowUpContext) -> Chart | None:
    """Return both parties' scores at every scored meeting, question by question; None where there are none."""
    scored = pulses(context)
    if not scored:
        return None
    rows = [_row(pulse, question) for pulse in scored for question in PulseQuestion]
    values = {"meetings": len(scored), "first": scored[0].day, "last": scored[-1].day}
    return Chart("pulse", table(rows, _COLUMNS), values)
