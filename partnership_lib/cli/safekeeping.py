"""``backup``, ``restore``, ``move``: the workspace in safe keeping."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from partnership_lib.cli.call import Call, command, main


@command(main, "backup")
@click.argument("file", metavar="FILE")
def backup(call: Call, file: str) -> int:
    """Write the register, the ledger, the published reports and what people have made into FILE (a zip archive).

    Nobody has to stop working. The file is read again and proven before it gets its name.
    """
    from partnership_lib.safekeeping import back_up

    made = back_up(call.open(), Path(file)).as_json()
    call.say("backup_made", **made, rows=made["register"]["rows"], lines=made["ledger"]["lines"])
    call.answer(made)
    return 0


@command(main, "restore")
@click.argument("file", metavar="FILE")
@click.argument("folder", metavar="DIR")
def restore(call: Call, file: str, folder: str) -> int:
    """Restore a backup into DIR, a new or empty folder; everything in it is proven first."""
    from partnership_lib.safekeeping import restore as restored

    made = restored(Path(file), Path(folder)).as_json() | {"workspace": str(Path(folder).absolute())}
    call.say("backup_restored", **made, rows=made["register"]["rows"], lines=made["ledger"]["lines"])
    call.answer(made)
    return 0


@command(main, "move")
@click.argument("direction", type=click.Choice(["server", "file"]), metavar="server|file")
def move(call: Call, direction: str) -> int:
    """Copy the register whole to the server that PARTNERSHIP_DATABASE_URL names, or from it to the workspace's file.

    Every row is counted and compared; where it is moved to must be empty, and where it was is left as it is.
    """
    from partnership_lib.safekeeping import move as moved

    done = moved(call.open(), direction)
    call.say(f"moved_to_{direction}", source=done.source, target=done.target, rows=sum(done.rows.values()))
    call.answer({**asdict(done), "head": {"seq": done.head[0], "hash": done.head[1]}})
    return 0
