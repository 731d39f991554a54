"""``check``: what is wrong or missing in the workspace, and what the law says about its agreements."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from partnership_lib.cli.call import Call, command, main

if TYPE_CHECKING:
    from partnership_lib.analysis.agreement_rules import RuleFinding

SHOWN_OF_A_KIND = 3


@command(main, "check")
@click.option("--all", "everything", is_flag=True, help="Show every finding, also those that ask for nothing.")
def check(call: Call, everything: bool) -> int:
    """Say what is wrong or missing in the workspace, and what the law asks of the agreements."""
    from partnership_lib.workspace.checks import check as checked

    workspace = call.open()
    findings = checked(workspace)
    counts = {name: sum(finding.severity == name for finding in findings) for name in ("error", "warning", "info")}
    shown = findings if everything else [finding for finding in findings if finding.severity != "info"]
    for _, alike in groupby(shown, key=lambda finding: (finding.severity, finding.code)):
        _say(call, list(alike), everything)
    if counts["info"] and not everything:
        call.say("check_info", count=counts["info"])
    call.say("check_not_ok" if counts["error"] else "check_ok", errors=counts["error"], warnings=counts["warning"])
    call.say("check_advice")
    call.say_next(workspace)
    call.answer({"findings": [finding.row(call.language) for finding in findings], "ok": not counts["error"]})
    return 1 if counts["error"] else 0


def _say(call: Call, alike: list[RuleFinding], everything: bool) -> None:
    """Print findings of one kind and what to do about them, once."""
    shown = alike if everything else alike[:SHOWN_OF_A_KIND]
    for finding in shown:
        code = "check_finding_whole" if finding.where == finding.section else "check_finding"
        call.say(code, **finding.row(call.language))
    if len(alike) > len(shown):
        call.say("check_more", count=len(alike) - len(shown))
    if remedy := alike[0].remedy(call.language):
        call.say("check_remedy", remedy=remedy)
