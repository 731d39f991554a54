"""``notebook``: a report's notebook as a new copy of one's own."""

from __future__ import annotations

import click

from partnership_lib.cli.call import Call, command, main


@command(main, "notebook")
@click.argument("name", metavar="NAME")
@click.option("--agreement", metavar="ID", help="The agreement that it is about.")
@click.option("--case", metavar="FILE", help="The case in data/cases that it compares.")
@click.option("--meeting", metavar="ID", help="Of an agenda (default: the next) or minutes (default: the latest held).")
@click.option("--period", metavar="PERIOD", help="2026-08, 2026-Q3, 2026-T2 or 2026; default: the last closed one.")
@click.option("--audience", default="internal", show_default=True, help="internal or shared.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
def notebook(call: Call, name: str, audience: str, date: str | None, **subject: str | None) -> int:
    """Make a new copy of a report's notebook with its parameters filled in; nothing is written over.

    The copy stands in notebooks/mine. The launcher of JupyterLab does the same with a click.
    """
    from partnership_lib.reports.request import one_request
    from partnership_lib.review.lab.copies import new_copy

    workspace = call.open()
    copy = new_copy(workspace, one_request(workspace, name, audience=audience, **subject))
    call.say("notebook_made", file=copy)
    call.answer({"notebook": str(copy)})
    return 0
