"""``diff``: which numbers moved from one published report to another, and why."""

from __future__ import annotations

import shutil
import textwrap

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, main

WIDEST_LINE = 110


@command(main, "diff")
@click.argument("before", metavar="REPORT")
@click.argument("now", metavar="REPORT")
def diff(call: Call, before: str, now: str) -> int:
    """Say which numbers moved from the first REPORT to the second, and what they were made from that differs.

    REPORT is a key such as follow_up/A-001/2026-T2/internal/sv, with a version at the end if need be (@1), or a
    published folder. --json gives every number.
    """
    from partnership_lib.reports.comparing import compare_reports
    from partnership_lib.reports.since_last import MORE

    workspace = call.open()
    compared = compare_reports(workspace, before, now)
    if call.as_json:
        call.answer(compared.as_json())
        return 0
    width = min(shutil.get_terminal_size().columns, WIDEST_LINE)
    for finding in compared.findings(call.language, workspace.currency):
        if finding.code == MORE:
            call.say("diff_more", n=finding.number)
            continue
        echo("\n".join(textwrap.wrap(finding.sentence(call.language), width)))
        rows = [] if finding.table is None else finding.table.to_dict("records")
        for row in ({str(name): value for name, value in each.items()} for each in rows):
            said = text.sentence("cli.diff_row", row, call.language)
            echo("\n".join(textwrap.wrap(said, width, initial_indent="- ", subsequent_indent="  ")))
    return 0
