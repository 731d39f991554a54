"""What every section of a follow-up report is computed from: one agreement, one period, one audience."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import ClassVar

import pandas as pd

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.domain import (
    Activity,
    ActivityMove,
    ActivityStatus,
    Agreement,
    EscalationRule,
    Level,
    RegisterContent,
    WorkingOrder,
)
from partnership_lib.domain.audience import AUDIENCES, agreement_view, shared_view
from partnership_lib.domain.ladder import Climb, climbs
from partnership_lib.errors import ReportError, UsageError
from partnership_lib.units.period import Period


@dataclass(frozen=True, kw_only=True)
class FollowUpContext(AnalysisContext):
    """One agreement in one period, as one audience may see it.

    Attributes
    ----------
    content : RegisterContent
        Only what concerns the agreement, and only what the audience may see.
    spend : pandas.DataFrame
        ``month`` (date), ``certain_ore``, ``possible_ore``, ``lines`` of this agreement.
    beside_ore : Mapping
        Month to what was certainly bought of the same needs under other agreements.
    """

    kind: ClassVar[str] = "follow_up"

    agreement: Agreement
    audience: str = "internal"
    beside_ore: Mapping[date, int] = field(default_factory=dict)

    @cached_property
    def moves(self) -> dict[str, list[ActivityMove]]:
        """Return the moves of each activity's due date, oldest first."""
        moves = defaultdict(list)
        for move in sorted(self.content.activity_moves, key=lambda move: (move.moved_date, move.id)):
            moves[move.activity_id].append(move)
        return dict(moves)

    def activities_on(self, day: date) -> list[Activity]:
        """Return the activities that had been raised by `day`, as they stood then: due dates, and what was finished."""
        return [
            replace(
                activity,
                due_date=self._due_date_on(activity, day),
                done_date=_if_by(activity.done_date, day),
                withdrawn_date=_if_by(activity.withdrawn_date, day),
            )
            for activity in self.content.activities
            if activity.raised_date <= day
        ]

    def unfinished_on(self, day: date) -> list[Activity]:
        """Return the activities that were open or overdue at the end of `day`."""
        return [
            activity
            for activity in self.activities_on(day)
            if activity.status_on(day) in (ActivityStatus.OPEN, ActivityStatus.OVERDUE)
        ]

    def _due_date_on(self, activity: Activity, day: date) -> date | None:
        later = [move for move in self.moves.get(activity.id, []) if move.moved_date > day]
        return later[0].from_date if later else activity.due_date

    def climbs_on(self, activity: Activity, day: date) -> list[Climb]:
        """Return the steps that an activity (as it stood on `day`) had climbed by then, by the working order."""
        earlier = [move for move in self.moves.get(activity.id, []) if move.moved_date <= day]
        return climbs(activity, self.rules_on(day), earlier, day)

    def standing_on(self, activity: Activity, day: date) -> Level:
        """Return the level whose list an activity (as it stood on `day`) was on: its own, or where it had climbed."""
        steps = self.climbs_on(activity, day)
        return steps[-1].to_level if steps else activity.level

    def rules_on(self, day: date) -> list[EscalationRule]:
        """Return the rules of climbing in the working order that applied on `day`, lowest level first."""
        order = self.working_order_on(day)
        rules = [rule for rule in self.content.escalation_rules if order and rule.working_order_id == order.id]
        levels = list(Level)
        return sorted(rules, key=lambda rule: (-levels.index(rule.level), rule.kind is not None, rule.id))

    def working_order_on(self, day: date) -> WorkingOrder | None:
        """Return the working order that applied on `day`."""
        valid = [order for order in self.content.working_orders if order.valid_from <= day]
        return max(valid, key=lambda order: (order.valid_from, order.id), default=None)


def _if_by(ended: date | None, day: date) -> date | None:
    """Return the day on which something ended, or None where that was after `day`."""
    return ended if ended is not None and ended <= day else None


def prepare(
    content: RegisterContent,
    spend: pd.DataFrame,
    agreement_id: str,
    period: Period,
    as_of: date,
    audience: str = "internal",
    currency: str = "SEK",
) -> FollowUpContext:
    """Return the context of a report, reduced to the agreement and to what the audience may see.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``unknown_audience`` or ``period_not_begun``.
    ReportError
        ``no_data_for_period`` when the agreement was not in force in the period.
    """
    if audience not in AUDIENCES:
        raise UsageError("unknown_audience", found=audience, allowed=", ".join(AUDIENCES))
    agreement = _agreement(content, agreement_id)
    if period.start > as_of:
        raise UsageError("period_not_begun", period=period.label, as_of=as_of)
    if agreement.start_date >= period.end or (agreement.end_date is not None and agreement.end_date < period.start):
        raise ReportError(
            "no_data_for_period",
            agreement=agreement_id,
            period=period.label,
            term=f"{agreement.start_date} – {agreement.end_date or ''}".strip(),
        )
    seen = shared_view(_told(content)) if audience == "shared" else content
    reduced = agreement_view(seen, agreement_id)
    return FollowUpContext(
        content=reduced,
        agreement=reduced.agreements[0],
        period=period,
        as_of=as_of,
        spend=spend,
        audience=audience,
        currency=currency,
    )


def _told(content: RegisterContent) -> RegisterContent:
    # The supplier is told about a deviation by the municipality, not by finding it in a report.
    return replace(content, deviations=tuple(d for d in content.deviations if d.supplier_told_date is not None))


def _agreement(content: RegisterContent, agreement_id: str) -> Agreement:
    agreement = content.find(Agreement, agreement_id)
    if agreement is None:
        ids = [known.id for known in content.agreements]
        nearest = get_close_matches(agreement_id, ids, n=5, cutoff=0.3) or ids[:5]
        raise UsageError("unknown_agreement", agreement=agreement_id, allowed=", ".join(nearest) or "–")
    return agreement
