"""The open tables of Upphandlingsmyndigheten: tenders, suppliers and values, joined to lots by their ids."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from partnership_lib.errors import InputError
from partnership_lib.files.small_tables import read_rows
from partnership_lib.files.sources import ARCHIVE_ERRORS
from partnership_lib.register.exchange.notices.lots import LIST_SIGN, Lot, counted_bids, told_number
from partnership_lib.units.cpv import normalise_cpv

LARGEST_BYTES = 500 * 2**20

_BIDS, _WINNER, _VALUE = "Antal anbud, Summa", "Namn för leverantör", "Kontrakterat värde, Summa"
_PROCUREMENT, _LOT = "Upphandlings-ID", "Anbudsområdes-ID"
_NEEDED = {
    "tenders": (_PROCUREMENT, _LOT, _BIDS, "Huvudsaklig CPV-kod", "Namn för köpare", "Organisationsnummer för köpare"),
    "suppliers": (_PROCUREMENT, _LOT, _WINNER),
    "values": (_PROCUREMENT, _VALUE),
}
_TELLING = {_BIDS: "tenders", _WINNER: "suppliers", _VALUE: "values"}

Rows = list[dict[str, str]]


def read_open_table(path: Path) -> tuple[str, Rows]:
    """Return which table a file is and its rows (CSV, also gzipped). To be called in a guarded child process.

    Raises
    ------
    InputError
        ``open_table_unknown``, ``open_table_unreadable``, ``table_unreadable`` or ``notice_too_large``.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as handle:
            content = handle.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise InputError("notice_too_large", file=path.name, found=len(content), allowed=LARGEST_BYTES)
        headings, rows = read_rows(content.decode("utf-8-sig"), path.name)
    except (*ARCHIVE_ERRORS, UnicodeDecodeError) as error:
        raise InputError("open_table_unreadable", file=path.name, reason=str(error)[:200]) from error
    kind = next((_TELLING[name] for name in headings if name in _TELLING), "")
    missing = [name for name in _NEEDED.get(kind, tuple(_TELLING)) if name not in headings]
    if missing:
        raise InputError("open_table_unknown", file=path.name, found=", ".join(missing))
    return kind, [row.cells for row in rows]


def lots_of_tables(tables: Iterable[tuple[str, str, Rows]]) -> list[Lot]:
    """Return the lots in open tables (kind, file, rows); winners and values where their tables are among them."""
    winners: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    values: dict[str, int | None] = {}
    tenders: list[tuple[str, dict[str, str]]] = []
    for kind, file, rows in tables:
        for row in rows:
            if kind == "tenders":
                tenders.append((file, row))
            elif kind == "suppliers":
                winners[row[_PROCUREMENT], row[_LOT]][row[_WINNER]] = None
            else:
                values[row[_PROCUREMENT]] = _whole(row[_VALUE], 100)
    lots_in = Counter(row[_PROCUREMENT] for _, row in tenders)
    return [
        _lot(row, file, list(winners.get((row[_PROCUREMENT], row[_LOT]), ())), values, lots_in[row[_PROCUREMENT]])
        for file, row in tenders
    ]


def _lot(row: dict[str, str], file: str, won: list[str], values: dict[str, int | None], lots: int) -> Lot:
    # The value is that of the whole procurement; it is known of a lot only where the lot is the whole.
    value_ore = values.get(row[_PROCUREMENT]) if lots == 1 else None
    return Lot(
        source="open_table",
        file=file,
        notice_id=row[_PROCUREMENT],
        lot_id=row[_LOT],
        authority=row["Namn för köpare"],
        authority_id=told_number(row["Organisationsnummer för köpare"]),
        municipal=row["Sektor för köpare"] == "Kommun" if row.get("Sektor för köpare") else None,
        cpv=_cpv(row["Huvudsaklig CPV-kod"]),
        procedure=row.get("Förfarande", ""),
        bids=None if (bids := _whole(row[_BIDS])) is None else counted_bids(bids),
        winners=LIST_SIGN.join(won),
        value_ore=value_ore,
        currency="SEK" if value_ore is not None else "",
        decided_date=row.get("Publiceringsdatum", ""),
    )


def _whole(written: str, times: int = 1) -> int | None:
    return int(written) * times if written.isascii() and written.isdigit() and len(written) < 17 else None


def _cpv(written: str) -> str:
    """Return the code of a heading such as ``79624000 Förmedling av vårdpersonal``; nothing where it is missing."""
    try:
        code = normalise_cpv(written.split(" ", 1)[0])
    except InputError:
        return ""
    return "" if code == "00000000" else code
