"""How often the calendar asks for each report: as ``partnership.toml``, the register or the working order says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from partnership_lib.domain import Agreement, Cadence, Level, RegisterContent, WorkingOrder
from partnership_lib.errors import UsageError
from partnership_lib.reports.catalogue import KINDS, NEVER, ReportKind
from partnership_lib.units.period import PeriodKind

if TYPE_CHECKING:
    from partnership_lib.workspace.settings import Settings

READ_BY_RHYTHMS = (Agreement, WorkingOrder, Cadence)
"""The records that decide what is due: few enough to be read in a moment, however large the register is."""

_OF_EACH_AGREEMENT = ("agreement", "working_order")
# The owner of a partnership follows it up between the tactical meetings; the other levels stand in where it has none.
_LEVELS = (Level.TACTICAL, Level.STRATEGIC, Level.OPERATIONAL)


def declared_rhythm(kind: ReportKind, settings: Settings) -> str:
    """Return how often reports of a kind are asked for: what the settings say, otherwise the kind's own rhythm.

    Raises
    ------
    UsageError
        ``rhythm_not_possible`` for a kind that is not about a period, or not about an agreement.
    """
    rhythm = settings.rhythm.get(kind.name, kind.rhythm)
    possible = [NEVER]
    if kind.of_a_period:
        possible += [*PeriodKind, *(_OF_EACH_AGREEMENT if kind.subject == "agreement" else ())]
    if rhythm not in possible:
        raise UsageError("rhythm_not_possible", kind=kind.name, found=rhythm, allowed=", ".join(possible))
    return rhythm


def check_rhythms(settings: Settings) -> None:
    """Raise unless every rhythm in the settings is one that its kind of report can have.

    Raises
    ------
    UsageError
        ``rhythm_of_unknown_report`` or ``rhythm_not_possible``.
    """
    for name in settings.rhythm:
        if name not in KINDS:
            allowed = ", ".join(kind.name for kind in KINDS.values() if kind.of_a_period)
            raise UsageError("rhythm_of_unknown_report", found=name, allowed=allowed)
        declared_rhythm(KINDS[name], settings)


def rhythm_of(
    kind: ReportKind, settings: Settings, content: RegisterContent, agreement: Agreement | None, as_of: date
) -> PeriodKind | None:
    """Return the periods that reports of a kind are asked for of, about an agreement where it is about one.

    Notes
    -----
    Only agreements with a report rhythm in the register are followed up, whatever rhythm the settings give them;
    with ``working_order`` those whose parties have agreed on how often they meet.
    """
    rhythm = declared_rhythm(kind, settings)
    if rhythm == "working_order" and agreement is not None:
        return _of_working_order(content, agreement, as_of)
    if agreement is not None and not agreement.report_rhythm:
        return None
    if rhythm == "agreement" and agreement is not None:
        rhythm = agreement.report_rhythm
    return None if rhythm == NEVER else PeriodKind(rhythm)


def period_for_meetings(meetings_per_year: int) -> PeriodKind:
    """Return the longest period that still gives a new report before each meeting.

    Examples
    --------
    >>> [period_for_meetings(count).value for count in (1, 2, 3, 4, 6, 12, 52)]
    ['year', 'tertial', 'tertial', 'quarter', 'month', 'month', 'month']
    """
    longest_first = sorted(PeriodKind, key=lambda kind: -kind.months)
    return next((kind for kind in longest_first if 12 // kind.months >= meetings_per_year), PeriodKind.MONTH)


def _of_working_order(content: RegisterContent, agreement: Agreement, as_of: date) -> PeriodKind | None:
    orders = [each for each in content.working_orders if each.agreement_id == agreement.id and each.valid_from <= as_of]
    if not orders:
        return None
    newest = max(orders, key=lambda each: (each.valid_from, each.id))
    meetings = {each.level: each.meetings_per_year for each in content.cadences if each.working_order_id == newest.id}
    found = next((meetings[level] for level in _LEVELS if meetings.get(level)), None)
    return None if found is None else period_for_meetings(found)
