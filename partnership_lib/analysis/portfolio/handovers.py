"""Whether a new agreement takes over on the day after the old one: days without an agreement, and days with two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.analysis.portfolio.context import PortfolioContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Agreement
from partnership_lib.findings import Finding, Signal
from partnership_lib.units.dates import add_months

BACK_MONTHS = 12
NAMED = 3
"""So many are named in a sentence; the table has all."""

_COLUMNS = ("agreement_id", "name", "end_date", "successor", "successor_start", "gap_days", "overlap_days")


@dataclass(frozen=True)
class Handover:
    """An agreement with a last day, and the first agreement that replaces it."""

    old: Agreement
    new: Agreement
    end_date: date

    @property
    def days_between(self) -> int:
        """Return the days from the old agreement's end to the new one's start; negative when both run."""
        return (self.new.start_date - self.end_date - timedelta(days=1)).days


def handovers(context: PortfolioContext) -> list[Handover]:
    """Return the handovers of agreements that end today or later, or ended in the last twelve months.

    Where several agreements replace one, the first to start counts: from then on something covers the need. Which
    parts of it the successor covers is not compared.
    """
    since = add_months(context.as_of, -BACK_MONTHS)
    first: dict[str, Handover] = {}
    for link in context.content.predecessors:
        old = context.content.find(Agreement, link.predecessor_id)
        new = context.content.find(Agreement, link.agreement_id)
        if old is None or new is None or old.end_date is None or old.end_date < since:
            continue
        known = first.get(old.id)
        if known is None or new.start_date < known.new.start_date:
            first[old.id] = Handover(old, new, old.end_date)
    return sorted(first.values(), key=lambda handover: (handover.end_date, handover.old.id))


def handover_findings(context: PortfolioContext) -> Iterator[Finding]:
    """Yield the gaps and the overlaps, or that every handover is without either; nothing where there is none.

    Notes
    -----
    A gap that has not ended today is bad, one that is over asks for attention. So does an overlap of a month or more;
    a shorter one is counted as time to change over.
    """
    found = handovers(context)
    gaps = [each for each in found if each.days_between > 0]
    overlaps = [each for each in found if add_months(each.new.start_date, 1) <= each.end_date + timedelta(days=1)]
    if gaps:
        ahead = any(each.new.start_date > context.as_of for each in gaps)
        yield _finding(context, "renewals_gaps", gaps, Signal.BAD if ahead else Signal.ATTENTION)
    if overlaps:
        yield _finding(context, "renewals_overlaps", overlaps, Signal.ATTENTION)
    if found and not gaps and not overlaps:
        yield context.finding("renewals_seamless", len(found), "count", signal=Signal.GOOD, months=BACK_MONTHS)


def _finding(context: PortfolioContext, code: str, chosen: list[Handover], signal: Signal) -> Finding:
    return context.finding(
        code if len(chosen) <= NAMED else f"{code}_many",
        len(chosen),
        "count",
        signal=signal,
        table=table((_row(each) for each in chosen), _COLUMNS),
        names=[each.old.name for each in chosen[:NAMED]],
        days=max(abs(each.days_between) for each in chosen),
    )


def _row(handover: Handover) -> dict[str, Any]:
    return {
        "agreement_id": handover.old.id,
        "name": handover.old.name,
        "end_date": handover.end_date,
        "successor": handover.new.name,
        "successor_start": handover.new.start_date,
        "gap_days": max(0, handover.days_between),
        "overlap_days": max(0, -handover.days_between),
    }
