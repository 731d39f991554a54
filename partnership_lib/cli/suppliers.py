"""``export suppliers`` and ``import suppliers``: which names in the ledger are one supplier, as somebody accepted."""

from __future__ import annotations

from pathlib import Path

import click

from partnership_lib.cli.call import Call, command, import_group


def write_suppliers(call: Call, output: Path) -> int:
    """Write the names without a number that may be a supplier with one, and those that a person has accepted."""
    from partnership_lib.workspace.supplier_table import write_supplier_table

    rows = write_supplier_table(call.open(), output, call.language)
    call.say("table_exported", file=output, rows=rows)
    call.answer({"file": str(output), "rows": rows})
    return 0


@command(import_group, "suppliers")
@click.argument("file", metavar="FILE")
@click.option("--actor", required=True, help="Id of the person who has decided.")
def import_suppliers(call: Call, file: str, actor: str) -> int:
    """Bring in the table of suppliers: yes makes a row an alias in the register, no withdraws one."""
    from partnership_lib.workspace.supplier_table import accept_suppliers

    decided = accept_suppliers(call.open(), Path(file), actor)
    if decided.accepted or not decided.withdrawn:
        call.say("suppliers_accepted", n=decided.accepted, file=file)
    if decided.withdrawn:
        call.say("suppliers_withdrawn", n=decided.withdrawn)
    call.answer(decided._asdict())
    return 0
