"""``report``, ``run``, ``verify``: reports are published and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, main, progress_bar
from partnership_lib.errors import PartnershipError
from partnership_lib.workspace import Workspace

if TYPE_CHECKING:
    from partnership_lib.reports.outcome import RunOutcome
    from partnership_lib.reports.request import ReportRequest

_LISTED = 12
"""Reports that nothing has happened to are counted, not listed, where they are more than these."""


@command(main, "report")
@click.argument("name", metavar="NAME")
@click.option("--agreement", metavar="ID", help="The agreement that the report is about.")
@click.option("--case", metavar="FILE", help="The case in data/cases that a comparison is made of.")
@click.option("--meeting", metavar="ID", help="Of an agenda (default: the next) or minutes (default: the latest held).")
@click.option("--period", metavar="PERIOD", help="2026-08, 2026-Q3, 2026-T2 or 2026; default: the last closed one.")
@click.option("--audience", default="internal", show_default=True, help="internal or shared.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
def report(call: Call, name: str, audience: str, date: str | None, **subject: str | None) -> int:
    """Publish one report: follow_up, agenda, minutes, portfolio, spend, consolidation, or a case's comparison."""
    from partnership_lib.reports import one_request, run_reports

    workspace = call.open()
    request = one_request(workspace, name, audience=audience, **subject)
    exit_code = _run(call, workspace, run_reports(workspace, [request], workers=1))
    if exit_code == 0:
        call.say_next(workspace)
    return exit_code


@command(main, "run")
@click.option("--due", "choice", flag_value="due", default="due", help="What is due on the as-of date (default).")
@click.option("--missing", "choice", flag_value="missing", help="Every closed period that lacks a report.")
@click.option("--failed", "choice", flag_value="failed", help="What failed last time.")
@click.option("--all", "choice", flag_value="all", help="Due, missing and failed.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made, and why.")
@click.option("--workers", type=click.IntRange(1, 64), help="Reports at a time.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster makes the reports, such as tcp://host:8786.")
def run(call: Call, choice: str, date: str | None, dry_run: bool, workers: int | None, scheduler: str | None) -> int:
    """Publish every report that is due; what is published already and unchanged is left alone."""
    from partnership_lib.reports import choose_requests, run_reports

    workspace = call.open()
    requests = choose_requests(workspace, choice)
    if dry_run:
        return _tell_plan(call, workspace, requests)
    from partnership_lib.reports.attempts import retries_of

    given = {"workers": workers or workspace.settings.workers, "retries": retries_of(workspace.settings)}
    with progress_bar(call) as progress:
        outcome = run_reports(workspace, requests, progress=progress, scheduler=scheduler, **given)
    notice = _send_news(call, workspace, outcome)
    if not requests and choice == "due":
        call.say("nothing_due")
        call.say_next(workspace)
    return _run(call, workspace, outcome, notice)


def _tell_plan(call: Call, workspace: Workspace, requests: Sequence[ReportRequest]) -> int:
    """Print what would be made and why, as a table."""
    from partnership_lib.reports.plan import plan_rows, plan_run

    plan = plan_run(workspace, requests)
    rows = plan_rows(workspace, plan)
    if rows and not call.as_json:
        headings = {name: text.sentence(f"plan.heading.{name}", {}, call.language) for name in rows[0]}
        wide = {name: max(len(row[name]) for row in (headings, *rows)) for name in headings}
        for row in (headings, {name: "-" * width for name, width in wide.items()}, *rows):
            echo("  ".join(row[name].ljust(width) for name, width in wide.items()).rstrip())
    call.say("would_run" if rows else "nothing_to_run", n=len(rows))
    why = [{"key": each.request.key, "reason": each.reason, **each.values} for each in plan]
    call.answer({"would_run": [each.request.key for each in plan], "why": why})
    return 0


def _send_news(call: Call, workspace: Workspace, outcome: RunOutcome) -> dict[str, Any] | None:
    """Send the mail about what fails and what works again; that it cannot be sent is told and fails nothing."""
    from partnership_lib.reports.digest import send_news
    from partnership_lib.reports.mail import mail_server

    try:
        server = mail_server()
        news = send_news(workspace, [request.key for request, _ in outcome.failed], server)
    except PartnershipError as error:
        told = text.describe(error, call.language)
        echo(told, err=True)
        return {"sent": False, "reason": told}
    if server is None or news is None:
        return None
    counts = {"failed": len(news.failed), "recovered": len(news.recovered)}
    call.say("notice_sent", recipients=", ".join(server.recipients), **counts)
    return {"sent": True, **counts}


def _run(call: Call, workspace: Workspace, outcome: RunOutcome, notice: dict[str, Any] | None = None) -> int:
    result = outcome.as_json() | ({"notice": notice} if notice else {})
    if result["engine"] == "kernels":
        call.say("cold_kernels")
    for line in result["published"]:
        call.say("published", **line)
    if len(result["identical"]) > _LISTED:
        call.say("unchanged", n=len(result["identical"]))
    else:
        for key in result["identical"]:
            call.say("identical", key=key)
    for key in result["no_data"]:
        call.say("no_data", key=key)
    for key in result["running"]:
        call.say("running", key=key)
    for line in result["failed"]:
        echo(text.sentence("cli.failed", line, call.language), err=True)
    call.say("index", file=workspace.reports_folder / "index.html")
    call.answer(result)
    return 1 if result["failed"] else 0


@command(main, "verify")
@click.argument("report_path", metavar="[REPORT]", required=False)
@click.option("--all", "everything", is_flag=True, help="The register and every version of every published report.")
def verify(call: Call, report_path: str | None, everything: bool) -> int:
    """Recompute every hash: of a published report and the register, of the register alone, or of everything.

    Of the register: the chain of its trail of changes, every record against the trail, every signed activity list
    against what was signed.
    """
    from partnership_lib.reports import verify_everything, verify_register, verify_report

    workspace = call.open()
    if report_path:
        findings = verify_report(workspace, report_path)
    else:
        findings = verify_everything(workspace) if everything else verify_register(workspace)
    ok = not any(finding["severity"] == "error" for finding in findings)
    for finding in findings:
        call.say("finding", **finding)
    said = "verified" if ok else "not_verified"
    call.say(said if report_path else f"{'everything' if everything else 'register'}_{said}", report=report_path)
    call.answer({"findings": findings, "ok": ok})
    return 0 if ok else 1
