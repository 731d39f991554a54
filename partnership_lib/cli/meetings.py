"""``meetings``, ``import calendar`` and what ``export calendar`` writes: meetings are proposed, planned, sent out."""

from __future__ import annotations

from pathlib import Path

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, import_group, main
from partnership_lib.text.formatting import join


@command(main, "meetings")
@click.argument("agreement", metavar="AGREEMENT")
@click.option("--plan", is_flag=True, help="Write the proposed meetings into the register as planned.")
@click.option("--months", type=click.IntRange(1, 36), default=12, show_default=True, help="How far ahead to look.")
@click.option("--actor", default="system:meetings", show_default=True, help="Id of the person who plans them.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
def meetings(call: Call, agreement: str, plan: bool, months: int, actor: str, date: str | None) -> int:
    """Propose the next meetings of an agreement from its working order; nothing is written unless asked for."""
    workspace = call.open()
    proposals = workspace.proposed_meetings(agreement, months)
    planned = workspace.plan_meetings(proposals, actor=actor) if plan else []
    for proposed in proposals:
        reasons = [text.word("proposal_reason", reason, call.language) for reason in proposed.reasons]
        call.say(
            "meeting_proposed",
            day=proposed.day,
            hour=f" {proposed.start_time}" if proposed.start_time else "",
            level=proposed.level.value,
            reasons=join(reasons, call.language),
        )
    outcome = "meetings_none" if not proposals else "meetings_planned" if plan else "meetings_not_planned"
    call.say(outcome, n=len(proposals), agreement=agreement)
    call.answer(
        {
            "agreement": agreement,
            "proposed": [
                {
                    "level": proposed.level.value,
                    "date": proposed.day.isoformat(),
                    "start_time": proposed.start_time or None,
                    "reasons": [reason.value for reason in proposed.reasons],
                }
                for proposed in proposals
            ],
            "planned": [meeting.id for meeting in planned],
        }
    )
    return 0


@command(import_group, "calendar")
@click.argument("file", metavar="FILE")
@click.option("--actor", default="system:import", show_default=True, help="Id of the person who imports.")
@click.option("--dry-run", is_flag=True, help="Only say what would be changed.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
def import_calendar(call: Call, file: str, actor: str, dry_run: bool, date: str | None) -> int:
    """Bring meetings back that were moved in somebody's calendar; clashes are listed, nothing is overwritten."""
    from partnership_lib.register.exchange.calendar import import_calendar as bring_in

    workspace = call.open()
    account = bring_in(
        Path(file), workspace.register, actor=actor, as_of=workspace.as_of, language=call.language, dry_run=dry_run
    )
    result = account.as_json(call.language)
    for change in result["changed"]:
        call.say("calendar_line", what=change["what"])
    for conflict in result["conflicts"]:
        echo(conflict["what"], err=True)
    call.say(
        "calendar_imported" if account.saved or not account.changed else "calendar_looked_at",
        file=account.file,
        events=account.events,
        changed=len(account.changed),
        unchanged=account.unchanged,
        conflicts=len(account.conflicts),
        unknown=account.unknown,
    )
    call.answer(result)
    return 1 if account.conflicts else 0


def write_calendar(call: Call, path: Path, agreement: str | None, audience: str) -> int:
    """Write the coming meetings as a calendar file."""
    from partnership_lib.register.exchange.calendar import export_calendar

    workspace = call.open()
    written = export_calendar(workspace.register, path, call.language, audience, workspace.as_of, agreement=agreement)
    call.say("calendar_exported", file=path, meetings=written)
    call.answer({"file": str(path), "meetings": written})
    return 0
