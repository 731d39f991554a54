"""The table of aliases that a person accepts: written with proposals, read back with decisions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from partnership_lib import text
from partnership_lib.domain import Person, RegisterContent, SupplierAlias
from partnership_lib.errors import InputError, UsageError
from partnership_lib.text import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.workspace.place import Workspace

COLUMNS = ("accepted", "alias", "supplier", "supplier_key", "likeness", "evidence", "amount_ore", "lines", "alias_key")
_NEEDED = ("accepted", "supplier_key", "alias_key")
_MAXIMUM_ROWS = 200_000
_UNKNOWN_KEY = re.compile(r"(?:name|id):.+", re.DOTALL)
_YES, _NO = frozenset(("ja", "yes", "x", "true", "1", "j", "y")), frozenset(("", "nej", "no", "false", "0", "n"))


def supplier_proposals(workspace: Workspace) -> pd.DataFrame:
    """Return the proposals of `alias_proposals` for names in the ledger that no accepted alias covers yet."""
    from partnership_lib.analysis.suppliers.aliases import supplier_sums, with_aliases
    from partnership_lib.analysis.suppliers.proposals import alias_proposals

    lines = with_aliases(workspace.warehouse.lines(), workspace.content().supplier_aliases)
    return alias_proposals(supplier_sums(lines))


def write_supplier_table(workspace: Workspace, path: Path, language: str) -> int:
    """Return the number of rows written as a workbook: proposals that wait for a person's yes, and what was accepted.

    Raises
    ------
    UsageError
        ``suppliers_need_xlsx``.
    """
    from partnership_lib.files.spreadsheet import Money, Sheet, write_xlsx

    _check_name(path)
    proposals = supplier_proposals(workspace).to_dict("records")
    proposed: list[dict[Any, Any]] = [row | {"decided": ""} for row in proposals]
    rows = [
        [
            None if row["decided"] == "" else text.word("yes_no", True, language),
            row["alias"],
            row["supplier"],
            row["supplier_key"],
            row["likeness"],
            text.word("evidence", row["evidence"], language),
            Money(row["amount_ore"]),
            row["lines"],
            row["alias_key"],
        ]
        for row in [*proposed, *_accepted(workspace)]
    ]
    said = [text.sentence(f"supplier_table.explained_{number}", {}, language) for number in (1, 2, 3, 4)]
    sheets = [
        Sheet(text.sentence("supplier_table.sheet", {}, language), [_heading(c, language) for c in COLUMNS], rows),
        Sheet(text.sentence("supplier_table.explanation", {}, language), (), [[line] for line in said]),
    ]
    write_xlsx(path, sheets)
    return len(rows)


def _accepted(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the aliases of companies that count now, as rows of the table."""
    from partnership_lib.analysis.suppliers.aliases import supplier_sums
    from partnership_lib.units.organisation_number import is_natural_person

    counting = [alias for alias in workspace.content().supplier_aliases if alias.supplier_key]
    standing = [alias for alias in counting if not is_natural_person(alias.supplier_key)]
    if not standing:
        return []
    sums = {row["supplier_key"]: row for row in supplier_sums(workspace.warehouse.lines()).to_dict("records")}
    return [_accepted_row(alias, sums.get(alias.alias_key, {}), sums.get(alias.supplier_key, {})) for alias in standing]


def _accepted_row(alias: SupplierAlias, own: Mapping[Any, Any], supplier: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "decided": "yes",
        "alias": own.get("supplier", alias.alias_key.partition(":")[2]),
        "supplier": supplier.get("supplier", ""),
        "supplier_key": alias.supplier_key,
        "likeness": None,
        "evidence": alias.evidence,
        "amount_ore": int(own.get("amount_ore", 0)),
        "lines": int(own.get("lines", 0)),
        "alias_key": alias.alias_key,
    }


class Decided(NamedTuple):
    """How many aliases a person has accepted in a table, and how many withdrawn."""

    accepted: int
    withdrawn: int


def accept_suppliers(workspace: Workspace, path: Path, actor: str) -> Decided:
    """Return how many aliases a person has accepted or withdrawn in a table; the register knows who and when.

    Yes accepts, no withdraws what was accepted, and an empty cell leaves it as it stands.

    Raises
    ------
    UsageError
        ``suppliers_need_xlsx``, or ``suppliers_need_person`` when the actor is no person in the register.
    InputError
        ``suppliers_columns_missing``, ``suppliers_word``, ``suppliers_number`` or ``suppliers_alias`` with the row;
        then nothing of the table is taken.
    """
    from partnership_lib.files.guarded import run_guarded
    from partnership_lib.files.workbooks import workbook_rows

    _check_name(path)
    content = workspace.content()
    if content.find(Person, actor) is None:
        raise UsageError("suppliers_need_person", found=actor)
    sheets = run_guarded(workbook_rows, path, _MAXIMUM_ROWS)
    rows = list(_decided_rows(path.name, sheets[0] if sheets else []))
    records = [alias for row in rows if (alias := _alias(content, workspace, row, actor))]
    if records:
        workspace.register.save(records, actor=actor)
    accepted = sum(bool(alias.supplier_key) for alias in records)
    return Decided(accepted, len(records) - accepted)


def _check_name(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise UsageError("suppliers_need_xlsx", found=path.name)


def _heading(column: str, language: str) -> str:
    return text.sentence(f"supplier_table.{column}", {}, language)


def _decided_rows(file: str, rows: list[tuple[int, list[Any]]]) -> Iterator[dict[str, str]]:
    """Yield what was accepted, checked cell by cell, and what was refused, without a supplier."""
    known = {_heading(column, language).casefold(): column for column in COLUMNS for language in LANGUAGES}
    headings = [known.get(str(cell).strip().casefold(), "") for cell in rows[0][1]] if rows else []
    missing = [column for column in _NEEDED if column not in headings]
    if missing:
        raise InputError("suppliers_columns_missing", file=file, missing=", ".join(missing))
    for number, cells in rows[1:]:
        row = {column: _text(cell) for column, cell in zip(headings, cells, strict=False) if column}
        word = row.get("accepted", "").casefold()
        if word not in _YES | _NO:
            raise InputError("suppliers_word", file=file, row=number, found=row["accepted"])
        if word in _YES:
            yield _checked(file, number, row)
        elif word:
            yield row | {"supplier_key": ""}


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else "ja" if cell is True else "nej" if cell is False else str(cell or "").strip()


def _checked(file: str, number: int, row: dict[str, str]) -> dict[str, str]:
    from partnership_lib.units.organisation_number import normalise_organisation_number

    supplier = normalise_organisation_number(row.get("supplier_key", ""))
    if supplier is None:
        raise InputError("suppliers_number", file=file, row=number, found=row.get("supplier_key", ""))
    if not _UNKNOWN_KEY.fullmatch(row.get("alias_key", "")):
        raise InputError("suppliers_alias", file=file, row=number, found=row.get("alias_key", ""))
    return row | {"supplier_key": supplier}


def _alias(content: RegisterContent, workspace: Workspace, row: dict[str, str], actor: str) -> SupplierAlias | None:
    """Return the alias as a person has decided it, or None where that is how it stands."""
    record_id = f"SA-{hashlib.sha256(row['alias_key'].encode()).hexdigest()[:12]}"
    standing = content.find(SupplierAlias, record_id)
    if row["supplier_key"] == (standing.supplier_key if standing else ""):
        return None
    return SupplierAlias(
        id=record_id,
        version=standing.version if standing else 0,
        alias_key=row["alias_key"],
        supplier_key=row["supplier_key"],
        evidence=row.get("evidence", ""),
        accepted_by_id=actor,
        accepted_date=workspace.as_of,
    )
