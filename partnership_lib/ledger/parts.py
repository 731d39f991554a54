"""Accepted lines become Parquet parts, one for each buyer and year in a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnership_lib.errors import InputError
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.lines import Line

MAXIMUM_PARTS = 2_000


@dataclass(frozen=True)
class Part:
    """A Parquet file of the warehouse: its path under the root, whose lines it holds, and how many."""

    path: str
    buyer_id: str
    year: int
    rows: int


class PartWriter:
    """Writes the accepted lines of one ledger file as Parquet parts under `folder`."""

    def __init__(self, folder: Path, file_sha256: str, file: str) -> None:
        self._folder = folder
        self._sha256 = file_sha256
        self._file = file
        self._writers: dict[tuple[str, int], pq.ParquetWriter] = {}
        self._rows: dict[tuple[str, int], int] = {}

    def write(self, lines: Sequence[Line]) -> None:
        """Add lines."""
        if not lines:
            return
        columns = [*zip(*lines, strict=True)]
        columns.insert(-1, (self._sha256,) * len(lines))
        table = pa.Table.from_arrays(
            [pa.array(values, type=field.type) for values, field in zip(columns, LEDGER_SCHEMA, strict=True)],
            schema=LEDGER_SCHEMA,
        )
        for (buyer_id, year), part in _by_buyer_and_year(table):
            self._writer(buyer_id, year).write_table(part)
            self._rows[buyer_id, year] += len(part)

    def parts(self) -> tuple[Part, ...]:
        """Return what has been written."""
        return tuple(Part(self._path(*key), *key, rows) for key, rows in sorted(self._rows.items()))

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def _writer(self, buyer_id: str, year: int) -> pq.ParquetWriter:
        key = (buyer_id, year)
        if key not in self._writers:
            if len(self._writers) >= MAXIMUM_PARTS:
                raise InputError("ledger_too_many_buyers", file=self._file, allowed=MAXIMUM_PARTS)
            path = self._folder / self._path(*key)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writers[key] = pq.ParquetWriter(path, LEDGER_SCHEMA, compression="zstd")
            self._rows[key] = 0
        return self._writers[key]

    def _path(self, buyer_id: str, year: int) -> str:
        return f"lines/buyer_id={safe_name(buyer_id)}/year={year}/{self._sha256[:16]}.parquet"


def safe_name(text: str) -> str:
    """Return a name for a folder or file that only this text has; ten digits stay as they are.

    Examples
    --------
    >>> safe_name("2120003005"), safe_name("../x")
    ('2120003005', 'x-d6b96a97')
    """
    bare = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40]
    return bare if bare == text else f"{bare}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def sum_of_parts(folder: Path, parts: Sequence[Part]) -> tuple[int, int]:
    """Return the rows and the öre in written parts, read back from the disk; the sum is exact at any size."""
    rows = ore = 0
    for part in parts:
        for batch in pq.ParquetFile(folder / part.path).iter_batches(columns=["amount_ore"]):
            rows += len(batch)
            ore += sum(batch.column(0).to_pylist())
    return rows, ore


def _by_buyer_and_year(table: pa.Table) -> Iterator[tuple[tuple[str, int], pa.Table]]:
    years = pc.year(table["booked_date"])
    keys = pa.table({"buyer_id": table["buyer_id"], "year": years}).group_by(["buyer_id", "year"]).aggregate([])
    for key in keys.to_pylist():
        chosen = pc.and_(pc.equal(table["buyer_id"], key["buyer_id"]), pc.equal(years, key["year"]))
        yield (key["buyer_id"], key["year"]), table if len(keys) == 1 else table.filter(chosen)
