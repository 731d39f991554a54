"""The agenda of a meeting, built from what the register and the ledger say on the day it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.meeting_pack.choosing import AGENDA
from partnership_lib.analysis.meeting_pack.coming import coming_findings
from partnership_lib.analysis.meeting_pack.context import PackContext, prepare_pack
from partnership_lib.analysis.meeting_pack.items import Item, agenda_item
from partnership_lib.analysis.meeting_pack.pulse import pulse_finding
from partnership_lib.analysis.meeting_pack.timing import (
    CLOSING_MINUTES,
    DEFAULT_HOURS,
    OPENING_MINUTES,
    WEIGHTS,
    Timetable,
    timetable,
)
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Party, RegisterContent
from partnership_lib.findings import Analysis, Finding, Section, Signal


def agenda(
    content: RegisterContent,
    spend: pd.DataFrame,
    agreement_id: str,
    meeting_id: str | None,
    as_of: date,
    audience: str = "internal",
    currency: str = "SEK",
) -> Analysis:
    """Return the agenda of a meeting.

    Parameters
    ----------
    content : RegisterContent
        The whole register; it is reduced to the agreement, and to what the audience may see, before anything else.
    spend : pandas.DataFrame
        ``month`` (date), ``certain_ore``, ``possible_ore``, ``lines`` of this agreement.
    meeting_id : str or None
        None takes the next meeting that is planned.
    as_of : date
        Today: the agenda says how things stand on this day.
    audience : str
        ``internal`` or ``shared`` (with the supplier).

    Raises
    ------
    UsageError
        See `chosen_meeting`.

    Notes
    -----
    What a level goes through, and how its time is divided, stands in `timing`. An item that has nothing to bring up
    gets no time and is named at the end of the overview. Numbers and times follow what both parties may see, so that
    both have the same agenda in their hands; what only the municipality may know comes last, without a number.
    """
    of_audience = (content, spend, agreement_id, meeting_id, as_of)
    context = prepare_pack(*of_audience, audience, currency, AGENDA)
    both = prepare_pack(*of_audience, "shared", currency, AGENDA)
    asked = [agenda_item(context, code) for code in WEIGHTS[context.level]]
    matters = {code: agenda_item(both, code).matters for code in WEIGHTS[context.level]}
    items = [item for item in asked if matters[item.code]]
    hours = context.cadence.hours_per_meeting if context.cadence else DEFAULT_HOURS
    times = timetable(hours, context.level, [(item.code, matters[item.code]) for item in items])
    quiet = [item.code for item in asked if not item.matters]
    return Analysis(
        AGENDA,
        (
            Section("overview", _overview(context, items, times, quiet)),
            *_numbered(items, times),
            _closing(context, len(items) + 2),
            *_for_us_only([item for item in asked if item.matters and not matters[item.code]]),
        ),
        context.heading_values(),
        tuple(_facts(context)),
    )


def _numbered(items: Sequence[Item], times: Timetable) -> list[Section]:
    return [
        Section(item.code, item.findings, values={"item_number": number, "minutes_planned": minutes})
        for number, (item, minutes) in enumerate(zip(items, times.minutes, strict=True), 2)
    ]


def _closing(context: PackContext, number: int) -> Section:
    findings = (pulse_finding(context, context.previous), *coming_findings(context))
    return Section("closing", findings, values={"item_number": number, "minutes_planned": CLOSING_MINUTES})


def _for_us_only(items: Sequence[Item]) -> list[Section]:
    findings = tuple(finding for item in items for finding in item.findings)
    return [Section("internal", findings)] if findings else []


def _overview(context: PackContext, items: Sequence[Item], times: Timetable, quiet: list[str]) -> tuple[Finding, ...]:
    rows = [
        {"agenda_item": "opening", "minutes_planned": OPENING_MINUTES},
        *(
            {"agenda_item": item.code, "matters": item.matters, "minutes_planned": minutes}
            for item, minutes in zip(items, times.minutes, strict=True)
        ),
        {"agenda_item": "closing", "minutes_planned": CLOSING_MINUTES},
    ]
    shown = table(({"item_number": place} | row for place, row in enumerate(rows, 1)), _COLUMNS)
    code = "too_short" if times.is_too_short else "overview" if context.cadence else "overview_assumed"
    signal = Signal.ATTENTION if code != "overview" else Signal.NONE
    overview = context.finding(
        code, len(rows), "count", signal=signal, table=shown, total=times.total, needed=times.needed
    )
    nothing = (context.finding("quiet", len(quiet), "count", items=quiet),) if quiet else ()
    return (_expected(context), overview, *nothing)


_COLUMNS = ("item_number", "agenda_item", "matters", "minutes_planned")


def _expected(context: PackContext) -> Finding:
    people = context.expected
    if not people:
        return context.finding("expected_none", 0, "count", signal=Signal.ATTENTION)
    buyer, supplier = context.names(people, Party.BUYER), context.names(people, Party.SUPPLIER)
    code = "expected" if buyer and supplier else "expected_one_side"
    values: dict[str, Any] = {"buyer": buyer, "supplier": supplier, "all": sorted(person.name for person in people)}
    return context.finding(code, len(people), "count", **values)


def _facts(context: PackContext) -> list[tuple[str, Any]]:
    agreement = context.now.agreement
    start = context.meeting.start_time
    return [
        ("agreement", f"{agreement.name} ({agreement.id})"),
        ("supplier", context.heading_values()["supplier"]),
        ("owner", context.now.name_of(agreement.owner_id)),
        ("meeting_date", context.date),
        *((("start_time", start),) if start else ()),
        *((("place", context.meeting.place),) if context.meeting.place else ()),
        ("as_of", context.as_of),
    ]
