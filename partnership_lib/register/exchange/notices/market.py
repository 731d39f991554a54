"""Files with awards of others become rows of the market table; a file is taken or refused whole, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.json_documents import read_documents
from partnership_lib.files.xml_documents import read_xml
from partnership_lib.register.exchange.notices.eforms import lots_of_notice
from partnership_lib.register.exchange.notices.lots import Lot, masked, read_market, write_market
from partnership_lib.register.exchange.notices.ocds_lots import lots_of_release
from partnership_lib.register.exchange.notices.open_tables import lots_of_tables, read_open_table
from partnership_lib.register.exchange.notices.releases import compiled_releases

Taken = tuple[list[Lot], list[InputError]]
"""The lots of files, and why others could not be taken."""


@dataclass(frozen=True)
class MarketAccount:
    """What became of the files: ``lots = new + unchanged + replaced``.

    Attributes
    ----------
    replaced : tuple of Lot
        As they stood before the files said something else about them.
    refused : tuple of InputError
        The files that could not be taken, and why.
    """

    files: int
    lots: int
    new: int
    unchanged: int
    replaced: tuple[Lot, ...]
    refused: tuple[InputError, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the account for ``--json``."""
        return {
            **{name: getattr(self, name) for name in ("files", "lots", "new", "unchanged")},
            "replaced": [dict(zip(("source", "notice_id", "lot_id"), each.key, strict=True)) for each in self.replaced],
            "refused": [{"code": each.code, **each.values} for each in self.refused],
        }


def import_market(source: str, paths: Sequence[Path], market: Path) -> MarketAccount:
    """Return the account of adding the lots in files of a kind to the market table.

    The same lot again changes nothing; a lot that a file now says something else about replaces the one that stood,
    and is named in the account.

    Raises
    ------
    UsageError
        ``notice_source_unknown``.
    InputError
        What is wrong in the market table that stands.
    """
    if source not in _READERS:
        raise UsageError("notice_source_unknown", found=source, allowed=", ".join(_READERS))
    table = {lot.key: lot for lot in read_market(market)}
    lots, refused = _READERS[source](paths)
    new = unchanged = 0
    replaced = []
    for lot in map(masked, lots):
        standing = table.get(lot.key)
        if standing is None:
            new += 1
        elif _same(lot, standing):
            unchanged += 1
            continue
        else:
            replaced.append(standing)
        table[lot.key] = lot
    if new or replaced:
        write_market(market, table.values())
    return MarketAccount(len(paths), len(lots), new, unchanged, tuple(replaced), tuple(refused))


def _same(one: Lot, other: Lot) -> bool:
    return replace(one, file="") == replace(other, file="")


def _eforms(paths: Sequence[Path]) -> Taken:
    lots: list[Lot] = []
    refused = []
    for path in paths:
        try:
            lots += lots_of_notice(run_guarded(read_xml, path), path.name)
        except InputError as error:
            refused.append(error)
    return lots, refused


def _ocds(paths: Sequence[Path]) -> Taken:
    """Return the lots of all files together: the releases of one process may lie in many."""
    documents, refused = [], []
    file_of: dict[str, str] = {}
    for path in paths:
        try:
            held = run_guarded(read_documents, path)
            file_of |= {release["ocid"]: path.name for release in compiled_releases(held, path.name)}
        except InputError as error:
            refused.append(error)
        else:
            documents += held
    compiled = compiled_releases(documents, "") if documents else []
    return [lot for each in compiled for lot in lots_of_release(each, file_of[each["ocid"]])], refused


def _open_tables(paths: Sequence[Path]) -> Taken:
    tables, refused = [], []
    for path in paths:
        try:
            kind, rows = run_guarded(read_open_table, path)
        except InputError as error:
            refused.append(error)
        else:
            tables.append((kind, path.name, rows))
    return lots_of_tables(tables), refused


_READERS: dict[str, Callable[[Sequence[Path]], Taken]] = {
    "ocds": _ocds,
    "eforms": _eforms,
    "open_table": _open_tables,
}
