"""How the two parties scored the cooperation, and where they see it differently."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.meeting_pack.context import PackContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Meeting, Party, PulseQuestion
from partnership_lib.findings import Finding, Signal

GAP_ATTENTION = 2
"""The parties see a question differently when their scores are this far apart, on the scale from 1 to 5."""

_COLUMNS = ("pulse_question", "buyer_score", "supplier_score", "score_gap")


def pulse_finding(context: PackContext, meeting: Meeting | None) -> Finding:
    """Return the scores of a meeting side by side, and the largest gap; that nobody scored where nobody did."""
    scores = {
        (answer.party, answer.question): answer.score
        for answer in context.content.pulse_answers
        if meeting is not None and answer.meeting_id == meeting.id
    }
    if not scores or meeting is None:
        return context.finding("pulse_none")
    rows = [_row(scores, question) for question in PulseQuestion]
    shown = table(rows, _COLUMNS)
    parties = sorted({party.value for party, _ in scores})
    values: dict[str, Any] = {"pulse_date": meeting.held_date or meeting.planned_date, "parties": parties}
    both = [row for row in rows if row["score_gap"] is not None]
    if not both:
        return context.finding("pulse_one_sided", None, table=shown, **values)
    widest = max(both, key=lambda row: int(str(row["score_gap"])))
    gap = int(str(widest["score_gap"]))
    return context.finding(
        "pulse_gap" if gap >= GAP_ATTENTION else "pulse",
        gap,
        "count",
        signal=Signal.ATTENTION if gap >= GAP_ATTENTION else Signal.NONE,
        table=shown,
        question=widest["pulse_question"],
        buyer_score=widest["buyer_score"],
        supplier_score=widest["supplier_score"],
        **values,
    )


def _row(scores: dict[tuple[Party, PulseQuestion], int], question: PulseQuestion) -> dict[str, object]:
    buyer, supplier = scores.get((Party.BUYER, question)), scores.get((Party.SUPPLIER, question))
    return {
        "pulse_question": question.value,
        "buyer_score": buyer,
        "supplier_score": supplier,
        "score_gap": None if buyer is None or supplier is None else abs(buyer - supplier),
    }
