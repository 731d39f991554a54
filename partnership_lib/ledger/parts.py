"""Accepted lines become Parquet parts, one for each buyer and year in a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnership_lib.errors import InputError
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.lines import Line
from partnership_lib.ledger.stages import Behind

MAXIMUM_PARTS = 2_000

_DENSE = ("voucher_id", "invoice_id")
# Lists of values are written several times as fast as the values row by row, and read back as plain text. No cell of an
# accepted line is null, and readers need not look for it where that is said.
_WRITTEN = pa.schema(
    pa.field(
        field.name,
        pa.dictionary(pa.int32(), pa.string())
        if field.type == pa.string() and field.name not in _DENSE
        else field.type,
        nullable=False,
    )
    for field in LEDGER_SCHEMA
)


@dataclass(frozen=True)
class Part:
    """A Parquet file of the warehouse: its path under the root, whose lines it holds, and how many.

    Attributes
    ----------
    counts_in : str
        Hash of the earlier file that the same lines stand and count in; empty where they count here.
    """

    path: str
    buyer_id: str
    year: int
    rows: int
    counts_in: str = ""


class PartWriter:
    """Writes the accepted lines of one ledger file as Parquet parts under `folder`."""

    def __init__(self, folder: Path, file_sha256: str, file: str) -> None:
        self._folder = folder
        self._sha256 = file_sha256
        self._file = file
        self._writers: dict[tuple[str, int], pq.ParquetWriter] = {}
        self._rows: dict[tuple[str, int], int] = {}
        self._behind = Behind()

    def table(self, lines: Sequence[Line]) -> pa.Table:
        """Return lines as a table."""
        columns = [*zip(*lines, strict=True)]
        columns.insert(-1, (self._sha256,) * len(lines))
        return pa.Table.from_arrays(
            [pa.array(values, type=field.type) for values, field in zip(columns, LEDGER_SCHEMA, strict=True)],
            schema=LEDGER_SCHEMA,
        ).cast(_WRITTEN)

    def write(self, table: pa.Table) -> None:
        """Add lines, soon; `parts` waits for them."""
        self._behind.do(self._write, table)

    def _write(self, table: pa.Table) -> None:
        for (buyer_id, year), part in _by_buyer_and_year(table.cast(_WRITTEN).unify_dictionaries().combine_chunks()):
            self._writer(buyer_id, year).write_table(part)
            self._rows[buyer_id, year] += len(part)

    def parts(self) -> tuple[Part, ...]:
        """Return what has been written."""
        self._behind.finish()
        return tuple(Part(self._path(*key), *key, rows) for key, rows in sorted(self._rows.items()))

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._behind.finish()
        finally:
            self._behind.stop()
            for writer in self._writers.values():
                writer.close()

    def _writer(self, buyer_id: str, year: int) -> pq.ParquetWriter:
        key = (buyer_id, year)
        if key not in self._writers:
            if len(self._writers) >= MAXIMUM_PARTS:
                raise InputError("ledger_too_many_buyers", file=self._file, allowed=MAXIMUM_PARTS)
            path = self._folder / self._path(*key)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writers[key] = pq.ParquetWriter(
                path,
                _WRITTEN,
                compression="zstd",
                store_schema=False,
                # Lists of values that hardly ever repeat, and the least and the greatest of names, help nobody.
                use_dictionary=[field.name for field in _WRITTEN if pa.types.is_dictionary(field.type)],
                write_statistics=["booked_date", "amount_ore", "line_number"],
            )
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


def split_part(part: Part, place: Path, staging: Path, numbers: Collection[int], counts_in: str) -> list[Part]:
    """Return a part as two: its lines that do not count here any more, by their numbers, and the rest.

    New files are written under `staging`; where all lines stay together nothing is written.
    """
    chosen = pa.array(sorted(numbers), pa.int64())
    source = pq.ParquetFile(place)
    stem = part.path.removesuffix(".parquet")
    leaving = replace(part, path=f"{stem}-in-{counts_in[:8]}.parquet", counts_in=counts_in)
    staying = replace(part, path=f"{stem}-without-{counts_in[:8]}.parquet")
    rows = {leaving.path: 0, staying.path: 0}
    (staging / part.path).parent.mkdir(parents=True, exist_ok=True)
    with (
        pq.ParquetWriter(staging / leaving.path, source.schema_arrow, compression="zstd") as out,
        pq.ParquetWriter(staging / staying.path, source.schema_arrow, compression="zstd") as kept,
    ):
        for batch in source.iter_batches():
            leaves = pc.is_in(batch["line_number"], chosen)
            for path, writer, mask in ((leaving.path, out, leaves), (staying.path, kept, pc.invert(leaves))):
                lines = batch.filter(mask)
                rows[path] += len(lines)
                writer.write_batch(lines)
    if not rows[leaving.path] or not rows[staying.path]:
        for path in rows:
            (staging / path).unlink()
        return [replace(part, counts_in=counts_in)] if rows[leaving.path] else [part]
    return [replace(found, rows=rows[found.path]) for found in (leaving, staying)]


def numbers_in(part: Path) -> list[int]:
    """Return the numbers of the lines in a written part."""
    return list(pq.read_table(part, columns=["line_number"], partitioning=None)["line_number"].to_pylist())


def sum_of_parts(folder: Path, parts: Sequence[Part]) -> tuple[int, int]:
    """Return the rows and the öre in written parts, read back from the disk; the sum is exact at any size."""
    rows = ore = 0
    for part in parts:
        for batch in pq.ParquetFile(folder / part.path).iter_batches(columns=["amount_ore"]):
            rows += len(batch)
            ore += exact_sum(batch.column(0).to_numpy())
    return rows, ore


def exact_sum(amounts_ore: np.ndarray) -> int:
    """Return a sum that is exact at any size: the halves of the amounts cannot overflow 64 bits.

    Examples
    --------
    >>> exact_sum(np.array([2**62, 2**62, -3])) == 2**63 - 3
    True
    """
    high, low = amounts_ore >> 32, amounts_ore & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def _by_buyer_and_year(table: pa.Table) -> Iterator[tuple[tuple[str, int], pa.Table]]:
    if not len(table):
        return
    buyers = table["buyer_id"].chunk(0)
    years = table["booked_date"].to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
    keys = buyers.indices.to_numpy().astype(np.int64) * 10_000 + years
    for key in np.unique(keys):
        chosen = (
            table if keys[0] == key and len(np.unique(keys)) == 1 else table.take(pa.array(np.flatnonzero(keys == key)))
        )
        yield (buyers.dictionary[int(key) // 10_000].as_py(), int(key) % 10_000), chosen
