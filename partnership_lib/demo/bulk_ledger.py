"""Ledgers of the larger scales, written a municipality and a year at a time: memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.demo.bulk_sources import Source, sources_of, years
from partnership_lib.demo.ledger_files import HEADER, csv_row
from partnership_lib.demo.ledger_lines import LedgerLine
from partnership_lib.demo.places import Place
from partnership_lib.demo.shelf import read_facts
from partnership_lib.domain import RegisterContent
from partnership_lib.units.dates import months_between

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def write_bulk_ledger(
    content: RegisterContent,
    places: list[Place],
    own_lines: Iterable[LedgerLine],
    folder: Path,
    seed: int,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, int]:
    """Write one file per municipality and calendar year; return the data lines in each.

    `own_lines` are those of Lindvalla's hand-written agreements; they stand last in its files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = list(own_lines)
    written: dict[str, int] = {}
    for place, sources in sources_of(content, places, seed):
        for first, end in years():
            name = _file_name(first.year, place, alone=len(places) == 1)
            mine = [line for line in own if place.number == 1 and first <= line.booked_date < end]
            table = year_lines(place, sources, (first, end), seed, own_lines=len(mine))
            _write(table, mine, folder / name)
            written[name] = table.num_rows + len(mine)
            if progress is not None:
                progress(len(written), len(places) * len(years()), name)
    return written


def _file_name(year: int, place: Place, *, alone: bool) -> str:
    return (
        f"leverantorsreskontra-{year}.csv" if alone else f"leverantorsreskontra-{year}-{place.organisation_number}.csv"
    )


def _write(table: pa.Table, own_lines: list[LedgerLine], path: Path) -> None:
    import pyarrow.csv as pa_csv

    with path.open("wb") as out:
        out.write((",".join(HEADER) + "\n").encode())
        pa_csv.write_csv(table, out, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
        out.write("".join(f"{csv_row(line)}\n" for line in own_lines).encode())


def year_lines(place: Place, sources: list[Source], days: tuple[date, date], seed: int, own_lines: int = 0) -> pa.Table:
    """Return the lines a municipality books in `days` (half-open, whole months) as the published columns.

    With its `own_lines`, written elsewhere, they are as many as the municipality has in that part of a year.
    """
    import numpy as np

    first, end = days
    drawn = [_draw(source, first, end, seed) for source in sources]
    total = place.lines_a_year * months_between(first, end) // 12 - own_lines
    drawn.append(_single_purchases(place, total - sum(len(booked) for booked, _ in drawn), first, end, seed))
    lengths = [len(booked) for booked, _ in drawn]
    owner = np.repeat(np.arange(len(drawn)), lengths)
    booked = np.concatenate([booked for booked, _ in drawn])
    amounts = np.concatenate([amounts for _, amounts in drawn])
    running = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    order = np.lexsort((running, owner, booked))
    single = Source(
        f"{place.mark}-E", "Inköp med kort", "", "6463", "SEF", "Direktupphandling", first, end, 0.0, 0
    )  # fmt: skip
    return _table(place, [*sources, single], owner[order], running[order], booked[order], amounts[order])


def _draw(source: Source, first: date, end: date, seed: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return day numbers and amounts of a source's lines in the part of the year when it was in force."""
    begins, stops = max(first, source.first), min(end, source.end)
    numbers = _numbers(source.key, first.year, seed)
    count = round(source.lines_a_year * max(0, (stops - begins).days) / 365.25)
    days = begins.toordinal() + (numbers.random(count) * max(1, (stops - begins).days)).astype("int64")
    amounts = (source.line_ore * (0.2 + 1.6 * numbers.random(count))).astype("int64") + 1
    credit = numbers.random(count) < 0.015
    amounts[credit] = -amounts[credit] // 2
    return days, amounts


def _single_purchases(
    place: Place, count: int, first: date, end: date, seed: int
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return card purchases that fill the year up to the municipality's number of lines."""
    numbers = _numbers(f"{place.mark}-E", first.year, seed)
    count = max(0, count)
    days = first.toordinal() + (numbers.random(count) * (end - first).days).astype("int64")
    return days, (2_000 + 400_000 * numbers.random(count) * numbers.random(count)).astype("int64")


def _numbers(key: str, year: int, seed: int) -> np.random.Generator:
    """Return the stream of an entity in a year: its own, so that another entity never moves it."""
    import numpy as np

    return np.random.Generator(np.random.PCG64([seed, year, *key.encode("ascii")]))


def _table(place: Place, sources: list[Source], owner: Any, running: Any, days: Any, amounts: Any) -> pa.Table:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    facts = read_facts("small/ledger.toml")
    rows = pa.array(owner)

    def of_source(values: list[str]) -> pa.Array:
        return pa.array(values).take(rows)

    def always(value: str) -> pa.Array:
        return pa.repeat(value, len(owner))

    voucher = pc.cast(pa.array(owner * 1_000_000 + running), pa.string())
    epoch = date(1970, 1, 1).toordinal()
    columns = [
        always(place.organisation_number),
        always(place.name),
        voucher,
        of_source([source.supplier for source in sources]),
        of_source([source.supplier_number for source in sources]),
        of_source([source.account for source in sources]),
        of_source([facts["accounts"][source.account] for source in sources]),
        _decimal(amounts),
        pa.array((days - epoch).astype(np.int32)).cast(pa.date32()),
        of_source([facts["administrations"][source.administration] for source in sources]),
        pc.cast(pa.array(running * 7 % 90_000 + 10_000), pa.string()),
        of_source([source.ground for source in sources]),
        always(""),
        always(place.code),
        always(""),
    ]
    return pa.Table.from_arrays(columns, names=list(HEADER))


def _decimal(amounts_ore: Any) -> pa.Array:
    """Return öre as decimals with two places, exactly: the same 128-bit integers read with another scale."""
    import numpy as np
    import pyarrow as pa

    both = np.empty((len(amounts_ore), 2), dtype="<i8")
    both[:, 0] = amounts_ore
    both[:, 1] = amounts_ore >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(amounts_ore), [None, pa.py_buffer(both.tobytes())])
