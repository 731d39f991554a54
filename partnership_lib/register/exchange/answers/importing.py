"""Importing an answered workbook: merged three ways, saved together, what must be decided written to a workbook."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

from partnership_lib.domain import Activity, ActivityComment, ActivityMove, Agreement
from partnership_lib.errors import ConflictError
from partnership_lib.register.exchange.answers.account import AnswerAccount
from partnership_lib.register.exchange.answers.deciding import (
    DecisionSheet,
    decisions_in,
    plan_decisions,
    write_decisions,
)
from partnership_lib.register.exchange.answers.planning import AnswerPlan, plan_answers
from partnership_lib.register.exchange.answers.reading import AnswerSheet, answers_in, workbook_sheets
from partnership_lib.register.exchange.reading import file_hash
from partnership_lib.register.hashing import records_hash
from partnership_lib.register.store import Register
from partnership_lib.units.dates import day_in_sweden

_TRIES = 3


def read_answers(path: Path) -> AnswerSheet | DecisionSheet | None:
    """Return what came back in a workbook: a supplier's answers or decisions about them; None for any other file.

    Raises
    ------
    InputError
        The workbook is one of these but cannot be understood, or cannot be read without harm.
    """
    sheets = workbook_sheets(path)
    return decisions_in(path.name, sheets) or answers_in(path.name, sheets)


def import_answers(
    path: Path,
    register: Register,
    *,
    actor: str,
    language: str,
    quarantine_folder: Path | None = None,
    today: date | None = None,
) -> AnswerAccount | None:
    """Return the account of importing an answered workbook; None when the file is something else, and nothing is done.

    Parameters
    ----------
    actor : str
        Id of the person who imports, or ``system:<name>``.
    language : str
        Language of the workbook in which is decided.
    quarantine_folder : Path, optional
        Where that workbook is written; beside the file unless given.
    today : date, optional
        Day that moves and comments are dated.

    Raises
    ------
    InputError
        The file cannot be taken; nothing was saved.
    ConflictError
        Somebody else kept changing the same activities; nothing was saved.
    """
    sheet = read_answers(path)
    if sheet is None:
        return None
    job = _Import(path, sheet, register, actor, language, quarantine_folder or path.parent, today or day_in_sweden())
    for attempt in range(_TRIES):
        try:
            return job.run()
        except ConflictError:
            # Somebody saved between our reading and our saving: merged again, with what stands now.
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


class _Import:
    """One workbook on its way."""

    def __init__(
        self,
        path: Path,
        sheet: AnswerSheet | DecisionSheet,
        register: Register,
        actor: str,
        language: str,
        folder: Path,
        today: date,
    ) -> None:
        self._path = path
        self._sha256 = file_hash(path)
        self._sheet = sheet
        self._register = register
        self._actor = actor
        self._language = language
        self._folder = folder
        self._today = today

    def run(self) -> AnswerAccount:
        """Return the account, everything saved."""
        content = self._register.load()
        already_imported = False
        if isinstance(self._sheet, AnswerSheet):
            already_imported = self._register.earlier_save(self._save_id) is not None
            plan = plan_answers(self._sheet, content, today=self._today, already_imported=already_imported)
        else:
            plan = plan_decisions(self._sheet, content, today=self._today)
        account = self._account(plan, already_imported)
        if account.conflicts:
            # Before anything is saved: a kill in between loses nothing.
            agreement = content.find(Agreement, plan.agreement_id)
            assert agreement is not None  # it was found when the plan was made
            file = self._folder / f"activities-{self._sha256[:12]}.xlsx"
            write_decisions(file, account.conflicts, agreement, self._sheet.export_id, self._language)
            account = replace(account, conflict_file=file)
        if plan.records:
            again = f":{records_hash(plan.records)[:16]}" if already_imported or self._is_decisions else ""
            self._register.save(plan.records, actor=self._actor, save_id=f"{self._save_id}{again}")
        return account

    @property
    def _is_decisions(self) -> bool:
        return isinstance(self._sheet, DecisionSheet)

    @property
    def _save_id(self) -> str:
        said = self._sheet.hash if isinstance(self._sheet, AnswerSheet) else self._sha256
        return "answer:" + hashlib.sha256(f"{self._sheet.export_id}:{said}".encode()).hexdigest()[:32]

    def _account(self, plan: AnswerPlan, already_imported: bool) -> AnswerAccount:
        gathered = plan.gathered
        return AnswerAccount(
            self._path.name,
            self._sha256,
            plan.agreement_id,
            tuple(gathered.verdicts),
            already_imported=already_imported,
            new_activities=tuple(gathered.new_activities),
            changed_activities=tuple(r.id for r in plan.records if isinstance(r, Activity) and r.version),
            moves=sum(isinstance(record, ActivityMove) for record in plan.records),
            comments=sum(isinstance(record, ActivityComment) for record in plan.records),
            missing=plan.missing,
            withdrawal_requests=tuple(gathered.withdrawal_requests),
            notices=tuple(gathered.notices),
        )
