"""A register without a database, for readers that bring records in: what is saved is only made storable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from partnership_lib.domain import Meeting, Record, RegisterContent
from partnership_lib.register.values import to_row
from tests.unit.register.conftest import small_records
from tests.unit.register.test_answers import MORE

TODAY = date(2026, 9, 15)


class Shelf:
    """What importers ask of a register."""

    def load(self) -> RegisterContent:
        """The small register."""
        return small_content()

    def save(self, records: Iterable[Record], **_: Any) -> None:
        """Make sure that each record could be stored."""
        for record in records:
            for value in to_row(record).values():
                if isinstance(value, str):
                    value.encode()
                if isinstance(value, int):
                    assert abs(value) < 2**63

    def earlier_save(self, _: str) -> None:
        """Nothing was saved before."""


@cache
def small_content() -> RegisterContent:
    """Two parties, people, an agreement, activities and a meeting."""
    activities = [replace(each, version=1) for each in MORE]
    meeting = Meeting(id="M-1", agreement_id="A-1", level=activities[0].level, planned_date=date(2026, 10, 1))
    return RegisterContent.of([*small_records(), *activities, meeting])
