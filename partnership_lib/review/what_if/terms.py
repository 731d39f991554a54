"""The choices of the room: how long, from when, which requirements, how much governance, at which rate."""

from __future__ import annotations

from datetime import date

from partnership_lib import text
from partnership_lib.decision.cases.records import Case, Governance, ProposedAgreement, Requirements
from partnership_lib.review.what_if.knobs import Choice, Knob, certain_knob
from partnership_lib.text.formatting import format_month
from partnership_lib.units.dates import add_months

TERM_YEARS = (4, 6, 8, 10, 12)
HORIZON_YEARS = (8, 10, 12, 15, 20)
START_STEPS_MONTHS = (-12, -6, 6, 12, 18, 24)
SLID_RATE_SHARE, MOST_RATE_SHARE = 0.06, 0.2
SLID_MEETING_HOURS, MOST_MEETING_HOURS = 800.0, 10_000.0
"""How far the slider goes, and what may be typed."""


def setting_choices(case: Case, language: str) -> list[Choice]:
    """Return what is chosen from lists, the terms of each proposed agreement first."""
    choices: list[Choice] = []
    for proposed in case.proposed:
        of = f" ({proposed.name})" if len(case.proposed) > 1 else ""
        choices += [
            _months(
                f"proposed.{proposed.id}.term_months", "term", proposed.terms.term_months, TERM_YEARS, language, of
            ),
            _start(case, proposed, language, of),
            _requirements(proposed, language, of),
        ]
    horizon = case.settings.horizon_months
    choices.append(_months("settings.horizon_months", "horizon", horizon, HORIZON_YEARS, language))
    return choices


def setting_knobs(case: Case, language: str) -> list[Knob]:
    """Return the numbers that are not assumptions: meeting hours of each partnership, and the discount rate."""
    assumed = case.assumption("meeting_hours_per_year").distribution.values[0]
    knobs = []
    for proposed in case.proposed:
        if proposed.terms.governance is Governance.PARTNERSHIP:
            own = proposed.terms.meeting_hours_per_year
            of = f" ({proposed.name})" if len(case.proposed) > 1 else ""
            knobs.append(
                certain_knob(
                    f"proposed.{proposed.id}.meeting_hours_per_year",
                    _say("meeting_hours", language) + of,
                    text.word("knob_unit", "h/year", language),
                    assumed if own is None else own,
                    SLID_MEETING_HOURS,
                    MOST_MEETING_HOURS,
                )
            )
    rate = case.settings.discount_rate_share
    unit = text.word("knob_unit", "share", language)
    name = _say("discount_rate", language)
    return [
        *knobs,
        certain_knob("settings.discount_rate_share", name, unit, rate, SLID_RATE_SHARE, MOST_RATE_SHARE, scale=100.0),
    ]


def _months(key: str, code: str, today: int, years: tuple[int, ...], language: str, of: str = "") -> Choice:
    """Return a choice of whole years, in months, with today's number among them."""
    months = sorted({today, *(12 * year for year in years)})
    options = tuple((_say("years", language, years=month / 12), month) for month in months)
    return Choice(key, _say(code, language) + of, options, today)


def _start(case: Case, proposed: ProposedAgreement, language: str, of: str) -> Choice:
    """Return a choice of the month in which a proposed agreement starts."""
    months = (add_months(proposed.start, step) for step in START_STEPS_MONTHS)
    days = sorted({proposed.start, *(day for day in months if day > case.settings.base_month)})
    options = tuple((format_month(day, language), day.isoformat()) for day in days)
    return Choice(f"proposed.{proposed.id}.start", _say("start", language) + of, options, proposed.start.isoformat())


def _requirements(proposed: ProposedAgreement, language: str, of: str) -> Choice:
    options = tuple((text.word("requirement_type", kind, language), str(kind)) for kind in Requirements)
    today = str(proposed.terms.requirements)
    return Choice(f"proposed.{proposed.id}.requirements", _say("requirements", language) + of, options, today)


def _say(code: str, language: str, **values: float | date) -> str:
    return text.sentence(f"what_if.{code}", values, language)
