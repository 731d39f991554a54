"""``promise freeze``: the comparison that an award rests on, kept where nobody changes it."""

from __future__ import annotations

import click

from partnership_lib.cli.call import Call, command, main


@main.group("promise")
def promise_group() -> None:
    """Keep what was promised of an agreement when it was awarded; every follow-up holds the agreement against it."""


@command(promise_group, "freeze")
@click.argument("case", metavar="CASE")
@click.option("--agreement", required=True, metavar="ID", help="The agreement that was awarded.")
@click.option("--actor", required=True, metavar="ID", help="Id of the person who freezes it.")
@click.option("--reason", default="", help="Why, where it takes the place of a promise that was frozen before.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD: the day of freezing.")
def freeze(call: Call, case: str, agreement: str, actor: str, reason: str, date: str | None) -> int:
    """Freeze the comparison of CASE as the promise of an agreement: its assumptions, forecast and components."""
    from partnership_lib.workspace.promises import freeze_promise

    document = freeze_promise(call.open(), case, agreement, actor, reason)
    said = {"id": document.id, "agreement": agreement, "number": document.number, "sha256": document.sha256}
    call.say("promise_frozen", **said, day=document.frozen_date)
    call.answer(said | {"replaces": document.replaces_id, "frozen_date": document.frozen_date.isoformat()})
    return 0
