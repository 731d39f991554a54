"""What happened at the meetings beside the lists: decisions on figures, the pulse, and knowledge that was shared."""

from __future__ import annotations

from typing import Any

from partnership_lib.demo.meetings import meeting_id
from partnership_lib.demo.shelf import record_of
from partnership_lib.domain import Decision, KnowledgeNote, Level, Party, PulseAnswer, PulseQuestion, Record


def cooperation_records(agreement_id: str, facts: dict[str, Any]) -> list[Record]:
    """Return the decisions, pulse answers and knowledge notes of an agreement.

    A row names its meeting by ``level`` and ``month``; the scores of a pulse stand in the order of the questions.
    """
    found: list[Record] = []
    for row in facts.get("pulses", ()):
        found += _pulse(_meeting(agreement_id, row), row)
    for number, row in enumerate(facts.get("decisions", ()), 1):
        found.append(record_of(Decision, _placed(agreement_id, f"{agreement_id}-D{number:02d}", row)))
    for number, row in enumerate(facts.get("knowledge_notes", ()), 1):
        found.append(record_of(KnowledgeNote, _placed(agreement_id, f"{agreement_id}-K{number:02d}", row)))
    return found


def _meeting(agreement_id: str, row: dict[str, Any]) -> str:
    return meeting_id(agreement_id, Level(row["level"]), row["month"])


def _placed(agreement_id: str, record_id: str, row: dict[str, Any]) -> dict[str, Any]:
    about = {name: value for name, value in row.items() if name not in ("level", "month")}
    return {"id": record_id, "agreement_id": agreement_id, "meeting_id": _meeting(agreement_id, row), **about}


def _pulse(meeting: str, row: dict[str, Any]) -> list[Record]:
    return [
        PulseAnswer(
            id=f"{meeting}-{party.value}-{question.value}",
            meeting_id=meeting,
            party=party,
            question=question,
            score=score,
        )
        for party in Party
        for question, score in zip(PulseQuestion, row.get(party.value, ()), strict=False)
    ]
