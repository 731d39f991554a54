"""``init``, ``demo``, ``import``, ``template``, ``export``: data comes in and goes out."""

from __future__ import annotations

from pathlib import Path

import click

from partnership_lib import text
from partnership_lib.cli.answers import answered, write_answer_workbook
from partnership_lib.cli.call import Call, command, echo, import_group, main, progress_bar
from partnership_lib.cli.ledger import write_quarantine
from partnership_lib.cli.meetings import write_calendar
from partnership_lib.cli.notices import write_ocds
from partnership_lib.cli.suppliers import write_suppliers
from partnership_lib.workspace import create_workspace, open_workspace
from partnership_lib.workspace.settings import SETTINGS_FILE

TABLE_KINDS = ("agreements", "activities", "needs")


@command(main, "init")
@click.argument("folder", default=".", metavar="[DIR]")
@click.option("--demo", is_flag=True, help="Fill it with the invented municipality.")
@click.option("--name", default="", help="The municipality's name.")
def init(call: Call, folder: str, demo: bool, name: str) -> int:
    """Make a workspace in DIR; what is already there is left as it is."""
    root = Path(folder).resolve()
    if not demo:
        stood = (root / SETTINGS_FILE).exists()
        call.say("workspace_stood" if stood else "workspace_made", file=create_workspace(root, name=name))
        if root != Path.cwd():
            call.say("workspace_go", folder=folder)
        call.say_next(open_workspace(root, language=call.chosen_language))
        call.answer({"workspace": str(root)})
        return 0
    from partnership_lib.demo.building import build_demo_workspace

    built = build_demo_workspace(root)
    call.say("demo_built" if built.changed else "demo_stood", folder=root, records=built.records, lines=built.lines)
    call.say("next.demo", folder=folder)
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
    with progress_bar(call) as progress:
        made = make_demo(folder, scale=scale, seed=seed, progress=progress)
    call.say("demo_made", folder=folder, scale=scale, seed=seed)
    call.answer({"folder": str(folder), "scale": scale, "seed": seed, "made": made})
    return 0


def _add_table_import(kind: str) -> None:
    @click.argument("file", metavar="FILE")
    @click.option("--actor", default="system:import", show_default=True, help="Id of the person who imports.")
    def run(call: Call, file: str, actor: str) -> int:
        from partnership_lib.register.exchange import import_table

        workspace = call.open()
        if kind == "activities" and answered(call, workspace, Path(file), actor):
            return 0
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
            echo(text.describe(issue.as_error(), call.language), err=True)
        call.say("table_imported" if account.rows else "table_without_rows", **account.as_json())
        if account.quarantined:
            call.say("table_to_correct", kind=kind, file=account.quarantine_file)
        call.say_next(workspace)
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
@click.argument("kind", type=click.Choice(["agreements", "activities", "calendar", "ocds", "quarantine", "suppliers"]))
@click.option("-o", "--output", required=True, metavar="FILE", help="Ends in .xlsx or .csv; calendar .ics, ocds .json.")
@click.option("--agreement", metavar="ID", help="Only this agreement.")
@click.option("--audience", type=click.Choice(["internal", "shared"]), default="internal", show_default=True)
@click.option("--file", default="", metavar="NAME", help="The ledger file whose quarantined rows are wanted.")
def export(call: Call, kind: str, output: str, agreement: str | None, audience: str, file: str) -> int:
    """Write a table of the register as a spreadsheet, or its coming meetings as a calendar, that can be brought back.

    With ocds: the agreements as an OCDS 1.1 release package (JSON).

    The activities of one agreement for the audience shared become a workbook for the supplier to answer in (XLSX).
    """
    from partnership_lib.register.exchange import export_table

    if kind == "quarantine":
        return write_quarantine(call, Path(output), file)
    if kind == "suppliers":
        return write_suppliers(call, Path(output))
    if kind == "calendar":
        return write_calendar(call, Path(output), agreement, audience)
    if kind == "ocds":
        return write_ocds(call, Path(output), agreement, audience)
    if kind == "activities" and agreement and audience == "shared" and output.lower().endswith(".xlsx"):
        return write_answer_workbook(call, Path(output), agreement)
    rows = export_table(kind, call.open().content(), Path(output), call.language, audience, agreement=agreement)
    call.say("table_exported", file=output, rows=rows)
    call.answer({"file": output, "rows": rows})
    return 0
