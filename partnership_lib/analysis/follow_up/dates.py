"""Days ahead that need a decision: options, notice, our own preparation, and the next index adjustment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.follow_up.index import index_finding
from partnership_lib.analysis.index_adjustment import next_adjustment_date
from partnership_lib.analysis.tables import table
from partnership_lib.domain import AgreementStatus, ExtensionOption
from partnership_lib.findings import Finding, Section, Signal
from partnership_lib.units.dates import add_months

SOON_DAYS = 180
"""A decision is soon when its last day lies within so many days from today."""

_HORIZON_MONTHS = 24


@dataclass(frozen=True)
class DecisionDate:
    """A day by which something must be decided or begun."""

    kind: str
    day: date
    as_of: date

    @property
    def days_left(self) -> int:
        """Return the days from today, negative when the day has passed."""
        return (self.day - self.as_of).days

    @property
    def is_soon(self) -> bool:
        """Return whether the day has passed or lies within half a year."""
        return self.days_left <= SOON_DAYS


def dates_section(context: FollowUpContext) -> Section:
    """Return the days ahead that need a decision, counted from today.

    Notes
    -----
    Shown are days within two years from today, and days that have passed without a decision. Notice is counted from
    the agreement, preparation from our own lead time. A day within half a year asks for attention; an option that
    lapsed undecided, or a preparation that should have begun when no option is left, is bad.
    """
    findings = [_ahead(context), _option(context), _notice(context), _preparation(context)]
    findings.append(index_finding(context))
    return Section("dates", tuple(finding for finding in findings if finding))


def decision_dates(context: FollowUpContext) -> list[DecisionDate]:
    """Return every day that calls for a decision, the nearest first."""
    agreement, as_of = context.agreement, context.as_of
    days = [("option", option.decide_by) for option in open_options(context)]
    if agreement.end_date is not None and agreement.end_date >= as_of:
        days.append(("end", agreement.end_date))
        if agreement.notice_months:
            days.append(("notice", agreement.notice_date() or agreement.end_date))
        if agreement.preparation_months:
            days.append(("preparation", agreement.preparation_date() or agreement.end_date))
    days += [("index_adjustment", next_adjustment_date(clause, as_of)) for clause in context.content.index_clauses]
    found = [DecisionDate(kind, day, as_of) for kind, day in days if day <= add_months(as_of, _HORIZON_MONTHS)]
    return sorted(found, key=lambda found: (found.day, found.kind))


def open_options(context: FollowUpContext) -> list[ExtensionOption]:
    """Return the options not decided on, the nearest first; none once the agreement has ended."""
    if context.agreement.status_on(context.as_of) is AgreementStatus.ENDED:
        return []
    options = context.content.extension_options
    undecided = [o for o in options if not any(d and d <= context.as_of for d in (o.exercised_date, o.declined_date))]
    return sorted(undecided, key=lambda option: (option.decide_by, option.id))


def _ahead(context: FollowUpContext) -> Finding:
    ahead = decision_dates(context)
    if not ahead:
        return context.finding("dates_none", 0, "count", months=_HORIZON_MONTHS)
    rows = table(({"date_kind": d.kind, "date": d.day, "days_left": d.days_left} for d in ahead), _COLUMNS)
    coming = [d for d in ahead if d.days_left >= 0]
    return context.finding("dates", len(coming), "count", table=rows, months=_HORIZON_MONTHS)


_COLUMNS = ("date_kind", "date", "days_left")


def _option(context: FollowUpContext) -> Finding | None:
    options = open_options(context)
    if not options:
        return None
    option = options[0]
    left = (option.decide_by - context.as_of).days
    if left < 0:
        code, signal = "option_lapsed", Signal.BAD
    else:
        code, signal = "option", Signal.ATTENTION if left <= SOON_DAYS else Signal.NONE
    return context.finding(code, left, "days", signal=signal, months=option.months, decide_by=option.decide_by)


def _find(context: FollowUpContext, kind: str) -> DecisionDate | None:
    return next((found for found in decision_dates(context) if found.kind == kind), None)


def _notice(context: FollowUpContext) -> Finding | None:
    notice = _find(context, "notice")
    if notice is None:
        return None
    code = "notice_renews" if context.agreement.renews_automatically else "notice"
    if notice.days_left < 0:
        code += "_passed"
    signal = Signal.ATTENTION if 0 <= notice.days_left <= SOON_DAYS else Signal.NONE
    if notice.days_left < 0 and context.agreement.renews_automatically:
        signal = Signal.ATTENTION
    return context.finding(
        code, notice.days_left, "days", signal=signal, notice_date=notice.day, end_date=context.agreement.end_date
    )


def _preparation(context: FollowUpContext) -> Finding | None:
    preparation = _find(context, "preparation")
    if preparation is None:
        return None
    if preparation.days_left < 0:
        # With an option left to use, the agreement can still be made to last until what comes next is ready.
        code, signal = "preparation_passed", Signal.ATTENTION if open_options(context) else Signal.BAD
    else:
        code, signal = "preparation", Signal.ATTENTION if preparation.is_soon else Signal.NONE
    return context.finding(
        code,
        preparation.days_left,
        "days",
        signal=signal,
        preparation_date=preparation.day,
        end_date=context.agreement.end_date,
        months=context.agreement.preparation_months,
    )
