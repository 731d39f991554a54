"""The follow-up report: its sections in reading order, and what the masthead says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from partnership_lib.analysis.follow_up.activities import activities_section
from partnership_lib.analysis.follow_up.amendments import amendments_section
from partnership_lib.analysis.follow_up.changes import changes_section
from partnership_lib.analysis.follow_up.context import FollowUpContext, prepare
from partnership_lib.analysis.follow_up.cooperation import cooperation_section
from partnership_lib.analysis.follow_up.dates import dates_section
from partnership_lib.analysis.follow_up.decisions import decisions_section
from partnership_lib.analysis.follow_up.deviations import deviations_section
from partnership_lib.analysis.follow_up.indicators import indicators_section
from partnership_lib.analysis.follow_up.ladder import ladder_section
from partnership_lib.analysis.follow_up.law_changes import law_changes_section
from partnership_lib.analysis.follow_up.list_changes import list_changes_section
from partnership_lib.analysis.follow_up.list_versions import list_versions_section
from partnership_lib.analysis.follow_up.meetings import meetings_section
from partnership_lib.analysis.follow_up.pace import pace_section
from partnership_lib.analysis.follow_up.promise import promise_section
from partnership_lib.analysis.follow_up.risks import risks_section
from partnership_lib.analysis.follow_up.spend import spend_section
from partnership_lib.analysis.summary import summary_section
from partnership_lib.domain import Organisation, RegisterContent
from partnership_lib.findings import Analysis, with_background
from partnership_lib.units.period import Period

_SECTIONS = (
    decisions_section,
    changes_section,
    activities_section,
    pace_section,
    list_versions_section,
    list_changes_section,
    ladder_section,
    meetings_section,
    cooperation_section,
    spend_section,
    promise_section,
    amendments_section,
    dates_section,
    law_changes_section,
    indicators_section,
    deviations_section,
    risks_section,
)
_INTERNAL = (promise_section, risks_section)
REPEATING = ("decisions", "changes")
"""Sections that tell again what the others tell."""
_BACKGROUND = (
    *("activities_coming", "activities_without_owner"),
    *("pace", "forecast", "list_versions_history", "list_versions_pending", "list_changes", "list_differences"),
    *("ladder", "meetings", "attendance", "pulse", "raised", "spend_in", "promise_bridge", "amendments", "index"),
)
"""Tables that a figure or another table shows too, and histories: on paper a meeting has their sentences."""


def follow_up(
    content: RegisterContent,
    spend: pd.DataFrame,
    agreement_id: str,
    period: Period,
    as_of: date,
    audience: str = "internal",
    currency: str = "SEK",
    beside_ore: Mapping[date, int] | None = None,
) -> Analysis:
    """Return the follow-up of an agreement in a period.

    Parameters
    ----------
    content : RegisterContent
        The whole register; it is reduced to the agreement, and to what the audience may see, before anything else.
    spend : pandas.DataFrame
        ``month`` (date), ``certain_ore``, ``possible_ore``, ``lines`` of this agreement.
    as_of : date
        Today. Statuses are those of the last day of the period, or of today while the period still runs; what lies
        ahead is counted from today.
    audience : str
        ``internal`` or ``shared`` (with the supplier).
    beside_ore : Mapping, optional
        Month to what was bought of the same needs under other agreements.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``unknown_audience`` or ``period_not_begun``.
    ReportError
        ``no_data_for_period`` when the agreement was not in force in the period.

    Notes
    -----
    Who answers for an activity, and how far a law change has come, is known as it stands in the register today;
    dates, moved due dates and sign-offs are turned back to the report date.
    """
    context = prepare(content, spend, agreement_id, period, as_of, audience, currency)
    context = replace(context, beside_ore=beside_ore or {})
    hidden = _INTERNAL if audience == "shared" else ()
    told = (section(context) for section in _SECTIONS if section not in hidden)
    sections = list(with_background(told, _BACKGROUND))
    return Analysis(
        "follow_up",
        (summary_section(context, sections, leading=("decisions",), repeating=REPEATING), *sections),
        _values(context),
        tuple(_facts(context)),
    )


def _values(context: FollowUpContext) -> dict[str, Any]:
    supplier = context.content.find(Organisation, context.agreement.supplier_id)
    return {
        "agreement_id": context.agreement.id,
        "agreement": context.agreement.name,
        "supplier": supplier.name if supplier else context.agreement.supplier_id,
        "period": context.period,
        "report_date": context.report_date,
        "as_of": context.as_of,
        "audience": context.audience,
        "currency": context.currency,
    }


def _facts(context: FollowUpContext) -> list[tuple[str, Any]]:
    values = _values(context)
    agreement = context.agreement
    return [
        ("agreement", f"{agreement.name} ({agreement.id})"),
        ("supplier", values["supplier"]),
        ("owner", context.name_of(agreement.owner_id)),
        ("start_date", agreement.start_date),
        ("end_date", agreement.end_date),
        ("period", context.period),
        ("report_date", context.report_date),
        ("as_of", context.as_of),
    ]
