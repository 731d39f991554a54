"""The workbook that the supplier answers in: sent by ``export activities``, brought back by ``import activities``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib import text
from partnership_lib.cli.call import Call, echo

if TYPE_CHECKING:
    from partnership_lib.register.exchange.answers import AnswerAccount
    from partnership_lib.workspace import Workspace


def write_answer_workbook(call: Call, file: Path, agreement: str) -> int:
    """Write the workbook for the supplier of an agreement and say so."""
    from partnership_lib.register.exchange.answers import export_answers

    workspace = call.open()
    rows = export_answers(workspace.content(), file, call.language, agreement, workspace.as_of)
    call.say("answers_written", file=file, rows=rows)
    call.answer({"file": str(file), "rows": rows})
    return 0


def answered(call: Call, workspace: Workspace, file: Path, actor: str) -> bool:
    """Return whether a file was an answered workbook; it has then been brought in."""
    from partnership_lib.register.exchange.answers import import_answers

    account = import_answers(
        file,
        workspace.register,
        actor=actor,
        language=call.language,
        quarantine_folder=workspace.quarantine_folder,
        today=workspace.as_of,
    )
    if account is None:
        return False
    _say(call, account)
    call.answer(account.as_json())
    return True


def _say(call: Call, account: AnswerAccount) -> None:
    cells = account.cells()
    settled = {name: cells[name] for name in ("taken", "same", "kept")}
    total = sum(cells.values())
    to_decide = total - sum(settled.values())
    call.say(
        "answers_imported",
        file=account.file,
        agreement=account.agreement_id,
        total=total,
        to_decide=to_decide,
        **settled,
    )
    new, changed = len(account.new_activities), len(account.changed_activities)
    call.say("answers_led_to", new=new, changed=changed, moves=account.moves, comments=account.comments)
    if account.already_imported:
        call.say("answers_repeated")
    if account.withdrawal_requests:
        call.say("answers_withdrawal", activities=list(account.withdrawal_requests))
    if account.missing:
        call.say("answers_missing", activities=list(account.missing))
    for notice in account.notices:
        echo(text.describe(notice.as_error(), call.language), err=True)
    _say_conflicts(call, account)


def _say_conflicts(call: Call, account: AnswerAccount) -> None:
    from partnership_lib.register.exchange.answers import column_heading, why

    if not account.conflicts:
        return
    call.say("answers_to_decide", count=len(account.conflicts))
    for verdict in account.conflicts:
        said = {name: getattr(verdict, name) or "–" for name in ("sent", "ours", "came_back", "title")}
        heading = column_heading(verdict.column, call.language)
        call.say("answers_conflict", row=verdict.row, column=heading, why=why(verdict, call.language), **said)
    call.say("answers_decide_in", file=account.conflict_file)
