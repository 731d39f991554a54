"""``import ledger`` and ``export quarantine``: ledger files come in, refused rows go out to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnership_lib.cli.call import Call, command, echo, import_group, progress_bar
from partnership_lib.display.progress import by_lines
from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    from partnership_lib.files.profiles import LedgerProfile
    from partnership_lib.ledger.proposing import Proposal


@command(import_group, "ledger")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--profile", metavar="P", help="A shipped profile's name or a profile file.")
@click.option("--period", default="", metavar="P", help="The period of files without dates, such as 2020-05.")
@click.option(
    "--dry-run", is_flag=True, help="Propose a profile, with reasons, and say what would come in; keep nothing."
)
@click.option(
    "-o", "--write-profile", metavar="FILE", help="With --dry-run: write the proposed profile as a TOML file."
)
def import_ledger(
    call: Call, files: tuple[str, ...], profile: str | None, period: str, dry_run: bool, write_profile: str | None
) -> int:
    """Bring ledger files into the warehouse: every row is accepted or quarantined with a reason.

    Rows that were quarantined and come back corrected in their workbook (export quarantine) are recognised.
    """
    paths = [Path(file) for file in files]
    if write_profile or (dry_run and profile is None):
        return _propose(call, paths, period, write_profile)
    return _bring_in(call, [(paths, profile)], period, dry_run=dry_run)


def _better_told(paths: Sequence[Path], error: InputError) -> InputError:
    """Return what to say of a file that cannot be read as a ledger: another table of the workbench is called that."""
    from partnership_lib.register.exchange.reading import table_kind

    if error.code in ("ledger_header_missing", "ledger_column_missing"):
        for path in paths:
            if other := table_kind(path):
                return InputError("ledger_is_table", file=path.name, path=str(path), other=other)
    return error


def _bring_in(
    call: Call,
    batches: Sequence[tuple[list[Path], LedgerProfile | str | None]],
    period: str,
    *,
    dry_run: bool = False,
    **more: Any,
) -> int:
    """Import files by profile, or only say what would be imported; `more` is added to the JSON answer."""
    from partnership_lib.ledger.importing import COUNTED
    from partnership_lib.ledger.importing import import_ledger as bring_in

    workspace = call.open()
    accounts = []
    for paths, profile in batches:
        with progress_bar(call) as draw:
            told = by_lines(draw, call.language)
            try:
                accounts += bring_in(
                    paths, workspace.warehouse, profile, workspace.currency, told, period=period, dry_run=dry_run
                )
            except InputError as error:
                raise _better_told(paths, error) from error
    parts = [account.as_json() for account in accounts]
    total = {key: sum(part[key] for part in parts) for key in COUNTED}
    for part in parts:
        known = "ledger_known" if part["already_imported"] else "ledger_imported"
        call.say(known, currency=workspace.currency, **part)
    for note in [note for account in accounts for note in account.sentences(call.language, workspace.currency)]:
        echo(note, err=True)
    call.say("ledger_total", currency=workspace.currency, **total)
    if dry_run:
        call.say("ledger_dry_run")
    elif total["quarantined"]:
        call.say("ledger_to_correct", folder=workspace.warehouse.quarantine_folder)
    if not dry_run:
        call.say_next(workspace)
    call.answer({"files": parts, "total": total} | ({"dry_run": True} if dry_run else {}) | more)
    return 0


def _propose(call: Call, paths: list[Path], period: str, write_profile: str | None) -> int:
    """Propose a profile for each of the files, and say what they would come to, each with its own."""
    from partnership_lib.files.atomic import create_text
    from partnership_lib.ledger.proposing import profile_text, proposal_as_json, proposal_sentences, propose

    workspace = call.open()
    proposals = [propose(path, workspace.settings.name, workspace.currency, period) for path in paths]
    if write_profile and any(proposal.content != proposals[0].content for proposal in proposals):
        raise UsageError("profiles_differ", files=[str(path) for path in paths])
    for proposal in () if call.as_json else proposals:
        echo("\n".join(proposal_sentences(proposal, call.language)) + "\n")
    if write_profile:
        create_text(Path(write_profile), profile_text(proposals[0], call.language))
        call.say("profile_written", file=write_profile, ledger=" ".join(map(str, paths)))
    listed = [proposal_as_json(proposal) for proposal in proposals]
    found = {"proposal": listed[0], "proposals": listed}
    if not all(proposal.is_complete for proposal in proposals):
        again = f"partnership import ledger {paths[0]} --dry-run -o profile.toml"
        call.say("profile_not_complete", step=write_profile or again)
        call.answer({"dry_run": True, **found})
        return 0
    return _bring_in(call, _batches(paths, proposals), period, dry_run=True, **found)


def _batches(
    paths: Sequence[Path], proposals: Sequence[Proposal]
) -> list[tuple[list[Path], LedgerProfile | str | None]]:
    """Return the files that one profile reads together; what an import would take without a profile has none."""
    from partnership_lib.ledger.dialects import DEFAULT_PROFILE

    together: dict[str, tuple[list[Path], LedgerProfile | str | None]] = {}
    for path, proposal in zip(paths, proposals, strict=True):
        shipped = DEFAULT_PROFILE in proposal.shipped
        key = "" if shipped else repr(proposal.content)
        together.setdefault(key, ([], None if shipped else proposal.profile()))[0].append(path)
    return list(together.values())


def write_quarantine(call: Call, output: Path, file: str) -> int:
    """Write the quarantined rows of a ledger file to a workbook that can be corrected and imported again."""
    from partnership_lib.ledger.corrections import write_corrections

    rows = write_corrections(call.open().warehouse, output, call.language, file)
    call.say("quarantine_exported", file=output, rows=rows)
    call.answer({"file": str(output), "rows": rows})
    return 0
