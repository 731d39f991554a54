"""What is in the warehouse and how sure that is, as frames: the files, the refused rows, the notes, the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from partnership_lib.ledger.manifest import ImportedFile

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from partnership_lib.ledger.warehouse import Warehouse

FILE_COLUMNS = (
    *("ledger_file", "ledger_state", "rows_read", "rows_header", "rows_without_data", "rows_accepted"),
    *("rows_quarantined", "rows_repeated", "rows_waiting", "accepted_ore", "quarantined_ore", "waiting_ore"),
    *("unparseable_amounts", "first_booked", "last_booked", "imported_date"),
)
REASON_COLUMNS = ("ledger_file", "refusal", "rows_refused")
NOTE_COLUMNS = ("ledger_file", "note_code", "values")
MONTH_COLUMNS = ("month", "lines", "booked_ore")
FILE_MONTH_COLUMNS = ("ledger_file", *MONTH_COLUMNS)
IDENTITY_COLUMNS = ("supplier_identity", "lines", "booked_ore")


@dataclass(frozen=True)
class LedgerQuality:
    """The frames, with the columns named above.

    Attributes
    ----------
    files : pandas.DataFrame
        One row for each imported file; `ledger_state` is ``current``, ``replaced`` or ``corrections``. What waits is
        what was quarantined and has not come back corrected.
    refusals : pandas.DataFrame
        Why rows of the files that count were quarantined.
    notes : pandas.DataFrame
        What was to be known about the files that count: code and values.
    months : pandas.DataFrame
        Lines and öre by the month they were booked in.
    file_months : pandas.DataFrame
        The same, file by file.
    identities : pandas.DataFrame
        Lines and öre by how their supplier is known: ``number``, ``person``, ``publisher`` or ``name``.
    """

    files: pd.DataFrame
    refusals: pd.DataFrame
    notes: pd.DataFrame
    months: pd.DataFrame
    file_months: pd.DataFrame
    identities: pd.DataFrame


def ledger_quality_of(warehouse: Warehouse) -> LedgerQuality:
    """Return the frames of a warehouse."""
    import pandas as pd

    files = warehouse.files()
    counting = [file for file in files if not file.replaced_by]
    refusals = [(file.name, reason, rows) for file in counting for reason, rows in file.reasons.items()]
    notes = [(file.name, code, values) for file in counting for code, values in file.notes]
    file_months = _months_of_files(warehouse, {file.sha256: file.name for file in files})
    return LedgerQuality(
        pd.DataFrame([_file_row(file, files) for file in files], columns=list(FILE_COLUMNS)),
        pd.DataFrame(refusals, columns=list(REASON_COLUMNS)),
        pd.DataFrame(notes, columns=list(NOTE_COLUMNS)),
        file_months.groupby("month", as_index=False)[["lines", "booked_ore"]].sum(),
        file_months,
        _identities(warehouse),
    )


def _file_row(file: ImportedFile, files: Sequence[ImportedFile]) -> tuple[Any, ...]:
    mended = [each for each in files if each.corrects == file.sha256 and not each.replaced_by]
    state = "replaced" if file.replaced_by else "corrections" if file.corrects else "current"
    waits = state == "current"
    return (
        file.name,
        state,
        file.records,
        file.header,
        file.non_data,
        file.accepted,
        file.quarantined,
        file.repeated,
        file.quarantined - sum(each.accepted for each in mended) if waits else 0,
        file.accepted_ore,
        file.quarantined_ore,
        file.quarantined_ore - sum(each.mended_ore for each in mended) if waits else 0,
        file.unparseable_amounts,
        file.first_date,
        file.last_date,
        file.imported_at[:10],
    )


def _months_of_files(warehouse: Warehouse, names: dict[str, str]) -> pd.DataFrame:
    lines = warehouse.lines()
    month = lines.booked_date.truncate("M").cast("date")
    found = _summed(lines, ledger_file=lines.file_sha256, month=month)
    return found.assign(ledger_file=found["ledger_file"].map(names))[list(FILE_MONTH_COLUMNS)]


def _identities(warehouse: Warehouse) -> pd.DataFrame:
    import ibis

    lines = warehouse.lines()
    key = lines.supplier_key
    known = ibis.cases(
        (key.startswith("id:"), "publisher"),
        (key.startswith("name:"), "name"),
        (lines.supplier_is_person, "person"),
        else_="number",
    )
    return _summed(lines, supplier_identity=known)


def _summed(lines: ibis.Table, **by: Any) -> pd.DataFrame:
    """Return the lines and their öre by some values."""
    sums = lines.group_by(**by).aggregate(lines=lines.count(), booked_ore=lines.amount_ore.sum().cast("int64"))
    return sums.order_by(list(by)).execute()
