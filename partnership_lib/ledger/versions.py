"""What new files do to those before them: a newer version replaces, and a line that stands in two files counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from partnership_lib.ledger.engines import DuckDB
from partnership_lib.ledger.manifest import ImportedFile
from partnership_lib.ledger.parts import Part, split_part
from partnership_lib.ledger.warehouse import Import, Warehouse

if TYPE_CHECKING:
    import ibis

Note = tuple[str, dict[str, Any]]

SAME_LINE = ("buyer_id", "supplier_key", "voucher_id", "invoice_id", "account", "amount_ore", "booked_date")
"""Lines of two files that agree in these are one line; the second of two equal lines in a file is a line of its own."""

VERSION_SHARED_SHARE = 0.5
"""A file that covers the months of an earlier one and has this share of its lines is a newer version of it."""


@dataclass(frozen=True)
class _Shared:
    """The lines of one file that stand in another too; lines without voucher and invoice are only alike."""

    numbers: tuple[int, ...]
    ore: int
    alike: int = 0

    @property
    def lines(self) -> int:
        return len(self.numbers)


class Settlement:
    """The files of the warehouse with new ones added, one after the other; nothing counts twice, nothing is lost."""

    def __init__(self, warehouse: Warehouse, importing: Import) -> None:
        self._warehouse = warehouse
        self._importing = importing
        self._files = list(importing.files)
        self._duckdb = DuckDB()

    @property
    def files(self) -> tuple[ImportedFile, ...]:
        """Return all files as they stand now, in the order of their import."""
        return tuple(self._files)

    def add(self, new: ImportedFile, replaces: Sequence[str] = ()) -> None:
        """Add a file that has just been read; `replaces` are the hashes of the workbooks that it replaces."""
        notes: list[Note] = []
        for place, file in enumerate(self._files):
            if file.sha256 in replaces:
                self._files[place] = replace(file, replaced_by=new.sha256)
        replaced = [] if new.corrects else self._replace_earlier_versions(new, notes)
        new = self._take_out_repeated(new, notes)
        self._files.append(replace(new, notes=(*new.notes, *notes)))
        if replaced:
            self._count_again({file.sha256 for file in replaced}, new)

    def _current(self) -> list[ImportedFile]:
        return [file for file in self._files if not file.replaced_by]

    def _replace_earlier_versions(self, new: ImportedFile, notes: list[Note]) -> list[ImportedFile]:
        """Mark the files that `new` is a newer version of, and the corrections of their rows."""
        replaced = []
        for earlier in [file for file in self._current() if not file.corrects and _covers(new, file)]:
            shared = self._shared(new, self._lines(earlier.parts))
            if shared.lines + shared.alike >= VERSION_SHARED_SHARE * earlier.accepted:
                replaced.append(earlier)
                notes.append(("ledger_version", _difference(new, earlier, shared)))
        gone = {file.sha256 for file in replaced}
        corrections = [file for file in self._current() if file.corrects in gone]
        if lines := sum(file.accepted for file in corrections):
            notes.append(("ledger_corrections_gone", {"lines": lines}))
        for place, file in enumerate(self._files):
            if file.sha256 in gone or (file.corrects in gone and not file.replaced_by):
                self._files[place] = replace(file, replaced_by=new.sha256)
        return [*replaced, *corrections]

    def _take_out_repeated(self, new: ImportedFile, notes: list[Note]) -> ImportedFile:
        """Return the file with its lines that count in earlier files told apart."""
        for earlier in [file for file in self._current() if _same_time(new, file)]:
            counted = tuple(part for part in earlier.parts if not part.counts_in)
            shared = self._shared(new, self._lines(counted))
            if shared.lines:
                new = self._with_parts(new, shared, earlier.sha256)
            if shared.lines or shared.alike:
                found = {"earlier": earlier.name, "lines": shared.lines, "ore": shared.ore, "alike": shared.alike}
                notes.append(("ledger_overlap" if shared.lines else "ledger_overlap_alike", found))
            elif _covers(new, earlier) and _covers(earlier, new) and not new.corrects:
                notes.append(("ledger_same_months", {"earlier": earlier.name}))
        return new

    def _with_parts(self, file: ImportedFile, shared: _Shared, counts_in: str) -> ImportedFile:
        numbers = frozenset(shared.numbers)
        parts = [part for old in file.parts for part in self._split(old, numbers, counts_in)]
        return replace(
            file,
            parts=tuple(parts),
            repeated=file.repeated + shared.lines,
            repeated_ore=file.repeated_ore + shared.ore,
        )

    def _split(self, part: Part, numbers: frozenset[int], counts_in: str) -> list[Part]:
        if part.counts_in:
            return [part]
        return split_part(part, self._importing.place_of(part), self._importing.staging, numbers, counts_in)

    def _count_again(self, gone: set[str], new: ImportedFile) -> None:
        """Let lines that counted in files that are gone count in the new version, or else where they stand."""
        for place, file in enumerate(self._files):
            waiting = [part for part in file.parts if part.counts_in in gone]
            if not waiting or file.replaced_by or file.sha256 == new.sha256:
                continue
            released = tuple(replace(part, counts_in="") for part in waiting)
            shared = self._shared(replace(file, parts=released), self._lines(new.parts))
            others = tuple(part for part in file.parts if part.counts_in not in gone)
            again = replace(
                file,
                parts=(*others, *released),
                repeated=file.repeated - sum(part.rows for part in waiting),
                repeated_ore=file.repeated_ore - self._ore(waiting),
            )
            self._files[place] = self._with_parts(again, shared, new.sha256)

    def _ore(self, parts: Sequence[Part]) -> int:
        return int(self._lines(parts).amount_ore.sum().fill_null(0).to_pyarrow().as_py())

    def _lines(self, parts: Sequence[Part]) -> ibis.Table:
        paths = sorted(str(self._importing.place_of(part)) for part in parts)
        return self._warehouse.read_parts(paths, self._duckdb)

    def _shared(self, file: ImportedFile, others: ibis.Table) -> _Shared:
        """Return which countable lines of a file stand among others too, each of equal lines as often as there."""
        import ibis

        own = self._lines([part for part in file.parts if not part.counts_in])
        nth = ibis.row_number().over(group_by=SAME_LINE, order_by="line_number")
        both = own.mutate(nth=nth).semi_join(others.mutate(nth=nth), [*SAME_LINE, "nth"])
        identified = (both.voucher_id != "") | (both.invoice_id != "")
        rows = both.select("line_number", "amount_ore", identified=identified).to_pyarrow()
        named = rows.filter(rows["identified"])
        numbers = tuple(sorted(named["line_number"].to_pylist()))
        return _Shared(numbers, sum(named["amount_ore"].to_pylist()), len(rows) - len(named))


def _months(file: ImportedFile) -> tuple[str, str]:
    return (file.first_date or "")[:7], (file.last_date or "")[:7]


def _buyers(file: ImportedFile) -> set[str]:
    return {part.buyer_id for part in file.parts}


def _covers(new: ImportedFile, earlier: ImportedFile) -> bool:
    """Return whether a file is about the same buyers as an earlier one and about all its months."""
    if not new.parts or not earlier.parts:
        return False
    (first, last), (earlier_first, earlier_last) = _months(new), _months(earlier)
    return _buyers(new) == _buyers(earlier) and first <= earlier_first and earlier_last <= last


def _same_time(new: ImportedFile, earlier: ImportedFile) -> bool:
    if new.first_date is None or new.last_date is None or earlier.first_date is None or earlier.last_date is None:
        return False
    overlapping = new.first_date <= earlier.last_date and earlier.first_date <= new.last_date
    return overlapping and bool(_buyers(new) & _buyers(earlier))


def _difference(new: ImportedFile, earlier: ImportedFile, shared: _Shared) -> dict[str, Any]:
    same = shared.lines + shared.alike
    return {
        "earlier": earlier.name,
        "same": same,
        "added": new.accepted - same,
        "gone": earlier.accepted - same,
        "difference_ore": new.accepted_ore - earlier.accepted_ore,
    }
