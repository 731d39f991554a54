"""What became of an answered workbook: every cell that came back, and what somebody has to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from partnership_lib.domain import Record
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.issues import RowIssue


@dataclass(frozen=True)
class CellVerdict:
    """What became of one cell.

    Attributes
    ----------
    row : int
        Row of the sheet that it came back in.
    column : str
        Code of the column.
    sent, ours, came_back : str
        As a reader knows them: what was sent, what stands with us, what came back.
    ours_stored : str
        What stood with us, as text that can be compared later.
    reason : str
        Why a due date is to be moved, as the supplier wrote it.
    issue : RowIssue or None
        Why it was refused.
    """

    row: int
    activity_id: str
    title: str
    column: str
    outcome: Outcome
    sent: str = ""
    ours: str = ""
    came_back: str = ""
    ours_stored: str | None = None
    reason: str = ""
    issue: RowIssue | None = None

    @property
    def is_listed(self) -> bool:
        """Return whether it stands among what is to be decided; a reason stands with its due date."""
        return self.outcome.must_be_decided and (self.column != "move_reason" or self.issue is not None)

    def as_json(self) -> dict[str, Any]:
        """Return the cell for ``--json``."""
        names = ("row", "activity_id", "title", "column", "sent", "ours", "came_back", "reason")
        said = {name: getattr(self, name) for name in names}
        return {**said, "outcome": self.outcome.value, "code": self.issue.code if self.issue else None}


@dataclass(frozen=True)
class AnswerAccount:
    """What became of every cell: nothing that came back is lost, nothing of ours is overwritten in silence.

    Attributes
    ----------
    agreement_id : str
        The agreement that the answer is about; empty for a workbook of decisions.
    already_imported : bool
        Whether this very answer had been imported before.
    missing : tuple of str
        Ids of activities that were sent and did not come back; nothing happens to them.
    withdrawal_requests : tuple of str
        Ids of activities that the supplier proposes to take off the list; the municipality decides.
    conflict_file : Path or None
        The workbook with what is to be decided; it can be decided in and imported.
    """

    file: str
    sha256: str
    agreement_id: str
    verdicts: tuple[CellVerdict, ...]
    already_imported: bool = False
    new_activities: tuple[str, ...] = ()
    changed_activities: tuple[str, ...] = ()
    moves: int = 0
    comments: int = 0
    missing: tuple[str, ...] = ()
    withdrawal_requests: tuple[str, ...] = ()
    notices: tuple[RowIssue, ...] = ()
    conflict_file: Path | None = None

    @property
    def conflicts(self) -> list[CellVerdict]:
        """Return what somebody has to decide, in the order of the sheet."""
        return [verdict for verdict in self.verdicts if verdict.is_listed]

    @property
    def issues(self) -> list[RowIssue]:
        """Return why cells were refused, and what should be looked at."""
        refused = [verdict.issue for verdict in self.verdicts if verdict.issue is not None]
        # A row that is refused whole has one reason, however many cells it has.
        return sorted(dict.fromkeys([*refused, *self.notices]), key=lambda issue: issue.row)

    def cells(self) -> dict[str, int]:
        """Return how many cells had each outcome; their sum is the number of cells that came back."""
        counted = Counter(verdict.outcome for verdict in self.verdicts)
        return {outcome.value: counted[outcome] for outcome in Outcome}

    def rows(self) -> dict[str, int]:
        """Return how many rows came back, and how they divide: with something to decide, taken from, unchanged."""
        by_row: dict[int, set[Outcome]] = {}
        for verdict in self.verdicts:
            by_row.setdefault(verdict.row, set()).add(verdict.outcome)
        quarantined = sum(any(each.must_be_decided for each in found) for found in by_row.values())
        taken = sum(
            Outcome.TAKEN in found and not any(each.must_be_decided for each in found) for found in by_row.values()
        )
        unchanged = len(by_row) - quarantined - taken
        return {"rows": len(by_row), "accepted": taken, "unchanged": unchanged, "quarantined": quarantined}

    def as_json(self) -> dict[str, Any]:
        """Return the account for ``--json``."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "agreement": self.agreement_id,
            "already_imported": self.already_imported,
            **self.rows(),
            "cells": self.cells(),
            "new_activities": list(self.new_activities),
            "changed_activities": list(self.changed_activities),
            "moves": self.moves,
            "comments": self.comments,
            "missing": list(self.missing),
            "withdrawal_requests": list(self.withdrawal_requests),
            "conflicts": [verdict.as_json() for verdict in self.conflicts],
            "quarantine_file": str(self.conflict_file) if self.conflict_file else None,
            "issues": [vars(issue) for issue in self.issues],
        }


@dataclass(frozen=True)
class RowPlan:
    """What one row leads to."""

    activity_id: str
    verdicts: tuple[CellVerdict, ...]
    records: tuple[Record, ...] = ()
    is_new: bool = False
    asks_to_withdraw: bool = False


@dataclass
class Gathered:
    """What is gathered while the rows of a workbook are gone through."""

    verdicts: list[CellVerdict] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    new_activities: list[str] = field(default_factory=list)
    withdrawal_requests: list[str] = field(default_factory=list)
    notices: list[RowIssue] = field(default_factory=list)

    def add(self, verdicts: Sequence[CellVerdict], records: Sequence[Record]) -> None:
        """Add what became of a row."""
        self.verdicts.extend(verdicts)
        self.records.extend(records)
