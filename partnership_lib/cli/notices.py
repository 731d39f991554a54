"""``export ocds``; ``import ocds|eforms|procurements``: agreements as OCDS, and the awards of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, import_group

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


def write_ocds(call: Call, output: Path, agreement: str | None, audience: str) -> int:
    """Write agreements as an OCDS release package and say so."""
    from partnership_lib.register.exchange.ocds import Publication, export_ocds

    workspace = call.open()
    settings = workspace.settings
    published = Publication(workspace.as_of, settings.name, settings.ocid_prefix, workspace.currency, audience)
    count = export_ocds(workspace.content(), output, published, agreement=agreement)
    call.say("ocds_exported", file=output, agreements=count)
    if settings.has_no_ocid_prefix:
        call.say("ocds_prefix_missing", found=settings.ocid_prefix)
    call.answer({"file": str(output), "agreements": count, "ocid_prefix": settings.ocid_prefix})
    return 0


@command(import_group, "ocds")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--actor", default="system:import", show_default=True, help="Id of the person who imports.")
def import_ocds(call: Call, files: tuple[str, ...], actor: str) -> int:
    """Bring in OCDS files: our own agreements back, and what others have awarded into the market table.

    What `export ocds` wrote goes to the register, where nothing that stands is overwritten.
    """
    from partnership_lib.register.exchange.ocds import is_own_file

    workspace = call.open()
    paths = [Path(file) for file in files]
    own = [path for path in paths if is_own_file(path)]
    others = [path for path in paths if path not in own]
    accounts = [_import_own(call, workspace, path, actor) for path in own]
    answer: dict[str, Any] = {"register": accounts}
    exit_code = 0
    if others:
        exit_code, answer["market"] = _import_market(call, workspace, "ocds", others)
    call.answer(answer)
    return exit_code


def _import_own(call: Call, workspace: Workspace, path: Path, actor: str) -> dict[str, Any]:
    from partnership_lib.register.exchange.ocds import import_ocds_file

    account = import_ocds_file(
        path,
        workspace.register,
        actor=actor,
        currency=workspace.currency,
        quarantine_folder=workspace.quarantine_folder,
        language=call.language,
    )
    for issue in account.issues:
        echo(text.describe(issue.as_error(), call.language), err=True)
    call.say("ocds_imported", **account.as_json())
    return account.as_json()


def _add_market_import(name: str, source: str, doc: str) -> Callable[..., int]:
    @click.argument("files", nargs=-1, required=True, metavar="FILE...")
    def run(call: Call, files: tuple[str, ...]) -> int:
        exit_code, account = _import_market(call, call.open(), source, [Path(file) for file in files])
        call.answer({"market": account})
        return exit_code

    run.__doc__ = doc
    command(import_group, name)(run)
    return run


_add_market_import("eforms", "eforms", "Bring in notices of contracts awarded (eForms, XML) into the market table.")
_add_market_import(
    "procurements",
    "open_table",
    "Bring in Upphandlingsmyndigheten's open tables of tenders, suppliers and values (CSV, also .gz) as market.",
)


def _import_market(call: Call, workspace: Workspace, source: str, paths: Sequence[Path]) -> tuple[int, dict[str, Any]]:
    """Return the exit code, 1 when a file was refused, and the account of adding lots to the market table."""
    from partnership_lib.register.exchange.notices import competition, import_market, read_market
    from partnership_lib.workspace.market import market_file

    market = market_file(workspace.root)
    account = import_market(source, paths, market)
    for refused in account.refused:
        echo(text.describe(refused, call.language), err=True)
    for lot in account.replaced:
        call.say("market_replaced", notice=lot.notice_id, lot=lot.lot_id)
    counts = account.as_json() | {"replaced": len(account.replaced), "refused": len(account.refused)}
    call.say("market_imported", **counts, file=f"data/{market.name}")
    divisions = competition(read_market(market))
    for each in divisions:
        call.say("market_division", **asdict(each), file=f"data/{market.name}")
    return (1 if account.refused else 0), account.as_json() | {"competition": [asdict(each) for each in divisions]}
