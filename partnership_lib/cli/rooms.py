"""``lab``, ``review``: the rooms with widgets."""

from __future__ import annotations

from collections.abc import Callable

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, main
from partnership_lib.errors import UsageError


@command(main, "lab")
@click.option("--address", default="", metavar="ADDRESS", help="An address of this machine that others reach.")
@click.option("--exposed", is_flag=True, help="That others reach it is meant; only over an encrypted connection.")
def lab(call: Call, address: str, exposed: bool) -> int:
    """Open JupyterLab on the workspace: on this machine only, with a token."""
    from partnership_lib.review.launcher.guards import is_local
    from partnership_lib.review.servers import start_lab

    if address and not is_local(address):
        if not exposed:
            raise UsageError("lab_address_open", found=address)
        click.echo(text.sentence("cli.lab_exposed", {"address": address}, call.language), err=True)
    return start_lab(call.open(), address=address)


@command(main, "review")
@click.argument("agreement", required=False, default="")
@click.option("--browser/--no-browser", default=True, help="Open it in a browser (default).")
@click.option("--lab", "in_lab", is_flag=True, help="Open the room's notebook in JupyterLab instead.")
def review(call: Call, agreement: str, browser: bool, in_lab: bool) -> int:
    """Open the review room on a partnership: on this machine only, with a token."""
    from partnership_lib.review.servers import start_review

    return start_review(call.open(), agreement, browser=browser, in_lab=in_lab, opened=_opened(call))


@command(main, "what-if")
@click.argument("case", metavar="CASE")
@click.option("--browser/--no-browser", default=True, help="Open it in a browser (default).")
def what_if(call: Call, case: str, browser: bool) -> int:
    """Open the what-if room on a case: on this machine only, with a token."""
    from partnership_lib.review.servers import start_what_if

    return start_what_if(call.open(), case, browser=browser, opened=_opened(call))


def _opened(call: Call) -> Callable[[str], None]:
    def opened(address: str) -> None:
        call.say("room_at", address=address)
        call.answer({"address": address})

    return opened
