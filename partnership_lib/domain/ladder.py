"""The ladder between the levels: when a matter climbs, what it is part of and what carries it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from partnership_lib.domain.activity import Activity, ActivityMove, ActivityStatus
from partnership_lib.domain.level import Level
from partnership_lib.domain.working_order import EscalationRule, WorkingOrder


class ClimbReason(StrEnum):
    """Why an activity climbed."""

    OVERDUE = "overdue"
    MOVED = "moved"


@dataclass(frozen=True)
class Climb:
    """One step up the ladder: from which level, on which day, and by which rule."""

    from_level: Level
    to_level: Level
    day: date
    reason: ClimbReason
    rule: EscalationRule


def rule_for(rules: Iterable[EscalationRule], level: Level, activity: Activity) -> EscalationRule | None:
    """Return the rule that an activity on `level` climbs by: the one for its kind before the one for all kinds."""
    fitting = [rule for rule in rules if rule.level is level and rule.kind in (None, activity.kind)]
    return min(fitting, key=lambda rule: (rule.kind is None, rule.id), default=None)


def climbs(
    activity: Activity, rules: Sequence[EscalationRule], moves: Sequence[ActivityMove], day: date
) -> list[Climb]:
    """Return the steps that an activity has climbed by the end of `day`, lowest first; none when it is finished.

    Parameters
    ----------
    activity : Activity
        With its due date as it stood on `day`.
    moves : sequence of ActivityMove
        Moves of this activity's due date; those after `day` and those taken back do not count.

    Notes
    -----
    Days overdue add up: with 30 days on the operational and 60 on the tactical level, an operational activity is on
    the tactical list from its 31st day overdue and on the strategic list from its 91st. Moves are counted once for
    the whole activity. A new due date that is not past brings an overdue activity back to its own level.
    """
    if activity.status_on(day) not in (ActivityStatus.OPEN, ActivityStatus.OVERDUE):
        return []
    found: list[Climb] = []
    level, allowed_days = activity.level, 0
    while (above := level.above) is not None and (rule := rule_for(rules, level, activity)) is not None:
        allowed_days += rule.overdue_days or 0
        step = _step(activity, rule, moves, allowed_days, day)
        if step is None:
            break
        reason, climbed = step
        found.append(Climb(level, above, max(climbed, found[-1].day) if found else climbed, reason, rule))
        level = above
    return found


def standing_level(
    activity: Activity, rules: Sequence[EscalationRule], moves: Sequence[ActivityMove], day: date
) -> Level:
    """Return the level whose list an activity stands on at the end of `day`: its own, or the one it has climbed to."""
    steps = climbs(activity, rules, moves, day)
    return steps[-1].to_level if steps else activity.level


def has_parent(activity: Activity, known: Mapping[str, Activity]) -> bool:
    """Return whether an activity is part of one on the level just above; on the top level it needs none.

    A parent on another level is no parent.
    """
    if activity.level.above is None:
        return True
    parent = known.get(activity.parent_id or "")
    return parent is not None and parent.level is activity.level.above


def has_breakdown(activity: Activity, others: Iterable[Activity]) -> bool:
    """Return whether something on the level just below carries an activity out, finished or not."""
    if activity.level.below is None:
        return True
    return any(other.parent_id == activity.id and other.level is activity.level.below for other in others)


def breakdown_due(raised: date, order: WorkingOrder | None) -> date:
    """Return the last day for breaking down what was raised or decided on a day; that day itself without a rule."""
    allowed = order.breakdown_within_days if order else None
    return raised + timedelta(days=allowed or 0)


def _step(
    activity: Activity, rule: EscalationRule, moves: Sequence[ActivityMove], allowed_days: int, day: date
) -> tuple[ClimbReason, date] | None:
    """Return why and when the rule lets the activity climb, or None when it does not yet."""
    reached = []
    if rule.overdue_days is not None and activity.due_date is not None:
        reached.append((activity.due_date + timedelta(days=allowed_days + 1), ClimbReason.OVERDUE))
    if rule.moved_times is not None:
        counted = sorted(m.moved_date for m in moves if m.activity_id == activity.id and not m.taken_back)
        if len(counted) >= rule.moved_times > 0:
            reached.append((counted[rule.moved_times - 1], ClimbReason.MOVED))
    when, why = min(reached, default=(date.max, ClimbReason.OVERDUE))
    return (why, when) if when <= day else None
