"""``partnership ...``: parses, calls, prints; nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.workspace import Workspace, create_workspace, open_workspace

TABLE_KINDS = ("agreements", "activities", "needs")


class Call:
    """What every command gets: where, in which language, and how to answer."""

    def __init__(self, workspace: str, language: str | None, as_json: bool, day: str | None = None) -> None:
        self.folder = Path(workspace)
        self.chosen_language = language
        self.as_json = as_json
        self.day = day

    def open(self) -> Workspace:
        """Return the workspace that the call is about."""
        return open_workspace(self.folder, as_of=self.day, language=self.chosen_language)

    @property
    def language(self) -> str:
        """Return the language to speak, even where no workspace can be opened."""
        if self.chosen_language in text.LANGUAGES:
            return str(self.chosen_language)
        try:
            return open_workspace(self.folder).language
        except PartnershipError:
            return "sv"

    def say(self, code: str, **values: Any) -> None:
        """Print the sentence ``cli.<code>`` for a person; nothing when the answer is JSON."""
        if not self.as_json:
            click.echo(text.sentence(f"cli.{code}", values, self.language))

    def answer(self, result: Any) -> None:
        """Print the machine-readable result when the answer is JSON."""
        if self.as_json:
            click.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))


def command(group: click.Group, name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator that adds a command with the options every command takes."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        def run(workspace: str, language: str | None, as_json: bool, **options: Any) -> None:
            call = Call(workspace, language, as_json, options.get("date"))
            try:
                exit_code = function(call, **options)
            except PartnershipError as error:
                click.echo(text.describe(error, call.language), err=True)
                call.answer({"error": {"code": error.code, "values": error.values}})
                exit_code = error.exit_code
            sys.exit(exit_code or 0)

        run = click.option("--json", "as_json", is_flag=True, help="Print a machine-readable result.")(run)
        run = click.option("--language", help="sv or en; default: the workspace's.")(run)
        run = click.option("--workspace", default=".", metavar="DIR", help="Default: the current folder.")(run)
        return group.command(name, help=function.__doc__)(run)

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="partnership-workbench")
def main() -> None:
    """Model agreements and activity lists, follow up supplier partnerships, publish reports."""


@main.group("import")
def import_group() -> None:
    """Bring in the ledger and the tables of the register."""


@command(main, "init")
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--demo", is_flag=True, help="Fill it with the invented municipality.")
@click.option("--name", default="", help="The municipality's name.")
def init(call: Call, folder: str, demo: bool, name: str) -> int:
    """Make a workspace in DIR; what is already there is left as it is."""
    root = Path(folder).resolve()
    if not demo:
        call.say("workspace_made", file=create_workspace(root, name=name))
        call.answer({"workspace": str(root)})
        return 0
    from partnership_lib.demo.building import build_demo_workspace

    built = build_demo_workspace(root)
    call.say("demo_built" if built.changed else "demo_stood", folder=root, records=built.records, lines=built.lines)
    call.answer({"workspace": str(root), "records": built.records, "lines": built.lines, "changed": built.changed})
    return 0


@command(main, "demo")
@click.option("--scale", type=click.Choice(["small", "city", "national"]), default="small", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another municipality.")
@click.option("-o", "--output", metavar="DIR", help="Default: data/demo in the workspace.")
def demo(call: Call, scale: str, seed: int, output: str | None) -> int:
    """Make the invented municipality's files: register as CSV tables, ledger as leverantörsreskontra 1.1."""
    from partnership_lib.demo import make_demo

    folder = Path(output) if output else call.open().root / "data" / "demo"
    with ProgressBar(call) as progress:
        made = make_demo(folder, scale=scale, seed=seed, progress=progress)
    call.say("demo_made", folder=folder, scale=scale, seed=seed)
    call.answer({"folder": str(folder), "scale": scale, "seed": seed, "made": made})
    return 0


@command(import_group, "ledger")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--profile", metavar="P", help="A shipped profile's name or a profile file.")
def import_ledger(call: Call, files: tuple[str, ...], profile: str | None) -> int:
    """Bring ledger files into the warehouse: every row is accepted or quarantined with a reason."""
    from partnership_lib.ledger.importing import import_ledger as bring_in

    workspace = call.open()
    with ProgressBar(call) as progress:
        accounts = bring_in(
            [Path(file) for file in files],
            workspace.warehouse,
            profile=profile,
            currency=workspace.currency,
            progress=progress,
        )
    parts = [account.as_json() for account in accounts]
    total = {key: sum(part[key] for part in parts) for key in _LEDGER_SUMS}
    for part in parts:
        known = "ledger_known" if part["already_imported"] else "ledger_imported"
        call.say(known, currency=workspace.currency, **part)
    for note in [note for account in accounts for note in account.sentences(call.language, workspace.currency)]:
        click.echo(note, err=True)
    call.say("ledger_total", currency=workspace.currency, folder=workspace.warehouse.quarantine_folder, **total)
    call.answer({"files": parts, "total": total})
    return 0


_LEDGER_SUMS = (
    "records",
    "header",
    "non_data",
    "accepted",
    "quarantined",
    "accepted_ore",
    "quarantined_ore",
    "unparseable_amounts",
)


def _add_table_import(kind: str) -> None:
    @click.argument("file", metavar="FILE")
    @click.option("--actor", default="system:import", show_default=True, help="Id of the person who imports.")
    def run(call: Call, file: str, actor: str) -> int:
        from partnership_lib.register.exchange import import_table

        workspace = call.open()
        account = import_table(
            kind,
            Path(file),
            workspace.register,
            actor=actor,
            currency=workspace.currency,
            quarantine_folder=workspace.quarantine_folder,
            today=workspace.as_of,
            buyer_name=workspace.settings.name,
        )
        for issue in account.issues:
            click.echo(text.describe(issue.as_error(), call.language), err=True)
        call.say("table_imported", **account.as_json())
        call.answer(account.as_json())
        return 0

    run.__doc__ = f"Bring {kind} in from a filled-in template (XLSX or CSV); nothing is lost."
    command(import_group, kind)(run)


for _kind in TABLE_KINDS:
    _add_table_import(_kind)


@command(main, "template")
@click.argument("kind", type=click.Choice(["ledger", *TABLE_KINDS]))
@click.option("-o", "--output", required=True, metavar="FILE", help="Ends in .xlsx or .csv.")
def template(call: Call, kind: str, output: str) -> int:
    """Write an empty table to fill in, with headings, an example row and instructions."""
    from partnership_lib.register.exchange import write_template

    write_template(kind, Path(output), call.language)
    call.say("template_written", file=output, kind=kind)
    call.answer({"file": output, "kind": kind})
    return 0


@command(main, "export")
@click.argument("kind", type=click.Choice(["agreements", "activities"]))
@click.option("-o", "--output", required=True, metavar="FILE", help="Ends in .xlsx or .csv.")
@click.option("--agreement", metavar="ID", help="Only this agreement.")
@click.option("--audience", type=click.Choice(["internal", "shared"]), default="internal", show_default=True)
def export(call: Call, kind: str, output: str, agreement: str | None, audience: str) -> int:
    """Write a table of the register as a spreadsheet that can be brought back."""
    from partnership_lib.register.exchange import export_table

    rows = export_table(kind, call.open().content(), Path(output), call.language, audience, agreement=agreement)
    call.say("table_exported", file=output, rows=rows)
    call.answer({"file": output, "rows": rows})
    return 0


@command(main, "report")
@click.argument("name", metavar="NAME")
@click.option("--agreement", metavar="ID", help="The agreement that the report is about.")
@click.option("--period", metavar="PERIOD", help="2026-08, 2026-Q3, 2026-T2 or 2026; default: the last closed one.")
@click.option("--audience", default="internal", show_default=True, help="internal or shared.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
def report(call: Call, name: str, agreement: str | None, period: str | None, audience: str, date: str | None) -> int:
    """Publish one report: follow_up of an agreement, or the portfolio."""
    from partnership_lib.reports import one_request, run_reports

    workspace = call.open()
    request = one_request(workspace, name, agreement=agreement, period=period, audience=audience)
    return _run(call, workspace, run_reports(workspace, [request], workers=1))


@command(main, "run")
@click.option("--due", "choice", flag_value="due", default="due", help="What is due on the as-of date (default).")
@click.option("--missing", "choice", flag_value="missing", help="Every closed period that lacks a report.")
@click.option("--failed", "choice", flag_value="failed", help="What failed last time.")
@click.option("--all", "choice", flag_value="all", help="Due, missing and failed.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
@click.option("--dry-run", is_flag=True, help="Only say what would be run.")
@click.option("--workers", type=click.IntRange(1, 64), help="Reports at a time.")
def run(call: Call, choice: str, date: str | None, dry_run: bool, workers: int | None) -> int:
    """Publish every report that is due; what is published already and unchanged is left alone."""
    from partnership_lib.reports import choose_requests, run_reports

    workspace = call.open()
    requests = choose_requests(workspace, choice)
    if dry_run:
        for request in requests:
            call.say("would_run", key=request.key)
        call.answer({"would_run": [request.key for request in requests]})
        return 0
    with ProgressBar(call) as progress:
        outcome = run_reports(workspace, requests, workers=workers or workspace.settings.workers, progress=progress)
    return _run(call, workspace, outcome)


def _run(call: Call, workspace: Workspace, outcome: Any) -> int:
    result = outcome.as_json()
    for line in result["published"]:
        call.say("published", **line)
    for key in result["identical"]:
        call.say("identical", key=key)
    for key in result["no_data"]:
        call.say("no_data", key=key)
    for key in result["running"]:
        call.say("running", key=key)
    for line in result["failed"]:
        click.echo(text.sentence("cli.failed", line, call.language), err=True)
    call.say("index", file=workspace.reports_folder / "index.html")
    call.answer(result)
    return 1 if result["failed"] else 0


@command(main, "verify")
@click.argument("report_path", metavar="REPORT")
def verify(call: Call, report_path: str) -> int:
    """Recompute every hash of a published report, and the register's audit chain."""
    from partnership_lib.reports import verify_report

    findings = verify_report(call.open(), report_path)
    ok = not any(finding["severity"] == "error" for finding in findings)
    for finding in findings:
        call.say("finding", **finding)
    call.say("verified" if ok else "not_verified", report=report_path)
    call.answer({"findings": findings, "ok": ok})
    return 0 if ok else 1


@command(main, "lab")
def lab(call: Call) -> int:
    """Open JupyterLab on the workspace."""
    from partnership_lib.review.servers import start_lab

    return start_lab(call.open())


@command(main, "review")
@click.argument("agreement", required=False)
def review(call: Call, agreement: str | None) -> int:
    """Open the review meeting's room for an agreement."""
    from partnership_lib.review.servers import start_review

    return start_review(call.open(), agreement)


class ProgressBar:
    """A callback ``(done, total, label)`` that draws a bar on a terminal and nothing elsewhere."""

    def __init__(self, call: Call) -> None:
        self._quiet = call.as_json or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int, str], None]:
        return self._step

    def _step(self, done: int, total: int, label: str = "") -> None:
        if self._quiet:
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, file=sys.stderr, leave=False)
        self._bar.total = total
        self._bar.set_description_str(label[:40], refresh=False)
        self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


if __name__ == "__main__":
    main()
