"""The same import written by hand in pandas, Polars, Arrow and DuckDB: one file in, Parquet and refused rows out.

Each returns accepted lines, their öre, and refused rows. Each refuses what the workbench refuses in this file: rows
with too few fields, amounts that are none, days that are none; each turns organisation numbers into ten digits and
looks at their check digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

NAMES = (
    "buyer_id;buyer;voucher_id;supplier;supplier_id;account;account_text;booked_date;administration;invoice_id;amount"
).split(";")
AMOUNT = r"^-?[0-9]{1,13},[0-9]{2}$"
CHUNK_BYTES = 16 * 2**20


def luhn_wrong(numbers: np.ndarray) -> np.ndarray:
    """Return which ten-digit numbers have a wrong check digit."""
    digits = np.array(numbers.tolist(), dtype="S10").view("S1").reshape(-1, 10).astype(np.int64)
    doubled = digits * np.array([2, 1] * 5)
    return (doubled - 9 * (doubled > 9)).sum(axis=1) % 10 != 0


def with_pandas(file: Path, folder: Path, chunk: int = 200_000) -> tuple[int, int, int]:
    """Chunks of text columns, vectorised checks, a Parquet file for each chunk and year."""
    accepted = ore = refused = line = 0
    reader = pd.read_csv(
        file, sep=";", encoding="cp1252", dtype=str, keep_default_na=False, na_values={"nettobelopp": []},
        header=0, names=NAMES, chunksize=chunk,
    )  # fmt: skip
    for number, frame in enumerate(reader):
        frame["line_number"] = np.arange(line + 2, line + 2 + len(frame))
        line += len(frame)
        short = frame["amount"].isna()
        readable = frame["amount"].fillna("").str.match(AMOUNT)
        dates = pd.to_datetime(frame["booked_date"], format="%Y-%m-%d", errors="coerce")
        good = readable & dates.notna()
        bad = frame[~good].copy()
        bad["reason"] = np.select(
            [short[~good], ~readable[~good]], ["row_too_short", "amount_unreadable"], "date_unreadable"
        )
        bad.to_csv(folder / f"refused-{number}.csv", index=False)
        taken = frame[good].copy()
        taken["amount_ore"] = taken["amount"].str.replace(",", "", regex=False).astype(np.int64)
        taken["booked_date"] = dates[good]
        taken["supplier_id"] = taken["supplier_id"].str.replace("-", "", regex=False)
        codes, unique = pd.factorize(taken["supplier_id"])
        taken["check_digit_wrong"] = luhn_wrong(np.asarray(unique))[codes]
        taken["year"] = taken["booked_date"].dt.year
        for year, part in taken.groupby("year"):
            part.drop(columns=["amount", "year"]).to_parquet(folder / f"{year}-{number}.parquet")
        accepted, ore, refused = accepted + len(taken), ore + int(taken["amount_ore"].sum()), refused + len(bad)
    return accepted, ore, refused


def with_polars(file: Path, folder: Path) -> tuple[int, int, int]:
    """Transcoded in chunks, then one lazy query: streamed to Parquet for each year, what is left to a table."""
    import polars as pl

    plain = folder / "utf8.csv"
    with file.open("rb") as source, plain.open("wb") as out:
        for content in _chunks(source):
            out.write(content.decode("cp1252").encode())
    rows = pl.scan_csv(
        plain, separator=";", schema=dict.fromkeys(NAMES, pl.String), has_header=False, skip_lines=1, quote_char=None,
        truncate_ragged_lines=True, row_index_name="row",
    ).with_columns(
        readable=pl.col("amount").str.contains(AMOUNT).fill_null(False),
        day=pl.col("booked_date").str.to_date("%Y-%m-%d", strict=False),
        supplier_id=pl.col("supplier_id").str.replace("-", "", literal=True),
    )  # fmt: skip
    good = pl.col("readable") & pl.col("day").is_not_null()
    reason = (
        pl.when(pl.col("amount").is_null()).then(pl.lit("row_too_short"))
        .when(~pl.col("readable")).then(pl.lit("amount_unreadable")).otherwise(pl.lit("date_unreadable"))
    )  # fmt: skip
    rows.filter(~good).with_columns(reason=reason).sink_csv(folder / "refused.csv")
    taken = rows.filter(good).with_columns(
        amount_ore=pl.col("amount").str.replace(",", "", literal=True).cast(pl.Int64), year=pl.col("day").dt.year()
    )
    taken.drop("amount", "readable", "booked_date").sink_parquet(folder / "lines.parquet", compression="zstd")
    lines = pl.scan_parquet(folder / "lines.parquet")
    found = lines.select(pl.len(), pl.col("amount_ore").sum()).collect().row(0)
    luhn_wrong(lines.select(pl.col("supplier_id").unique()).collect()["supplier_id"].to_numpy())
    refused = pl.scan_csv(folder / "refused.csv", infer_schema=False).select(pl.len()).collect().item()
    return found[0], found[1], refused


def with_arrow(file: Path, folder: Path) -> tuple[int, int, int]:
    """Streamed batches of Arrow's CSV reader, which tells the rows of the wrong length; kernels check the others."""
    refused: list[tuple[int, str, str]] = []

    def too_short(row: pc_csv.InvalidRow) -> str:
        refused.append((row.number or 0, "row_too_short", row.text or ""))
        return "skip"

    reader = pc_csv.open_csv(
        pa.input_stream(str(file), buffer_size=CHUNK_BYTES),
        read_options=pc_csv.ReadOptions(
            column_names=NAMES, skip_rows=1, block_size=CHUNK_BYTES, encoding="cp1252", use_threads=False
        ),
        parse_options=pc_csv.ParseOptions(delimiter=";", quote_char=False, invalid_row_handler=too_short),
        convert_options=pc_csv.ConvertOptions(
            column_types=dict.fromkeys(NAMES, pa.string()), null_values=[], strings_can_be_null=False
        ),
    )
    accepted = ore = others = 0
    writer = None
    for batch in reader:
        readable = pc.match_substring_regex(batch["amount"], AMOUNT)
        days = pc.strptime(batch["booked_date"], "%Y-%m-%d", "s", error_is_null=True)
        same = pc.equal(pc.strftime(days, "%Y-%m-%d").fill_null(""), batch["booked_date"])
        good = pc.and_(readable, same)
        others += len(batch) - int(pc.sum(good).as_py() or 0)
        table = pa.table(batch).append_column("day", days.cast(pa.date32())).filter(good)
        amounts = pc.replace_substring(table["amount"], ",", "").cast(pa.int64())
        numbers = pc.replace_substring(table["supplier_id"], "-", "")
        luhn_wrong(pc.unique(numbers).to_numpy(zero_copy_only=False))
        table = table.drop_columns(["amount", "booked_date", "supplier_id"])
        table = table.append_column("amount_ore", amounts).append_column("supplier_id", numbers)
        writer = writer or pq.ParquetWriter(folder / "lines.parquet", table.schema, compression="zstd")
        writer.write_table(table)
        accepted, ore = accepted + len(table), ore + (pc.sum(amounts).as_py() or 0)
    if writer:
        writer.close()
    return accepted, ore, others + len(refused)


def with_duckdb(file: Path, folder: Path) -> tuple[int, int, int]:
    """Transcoded in chunks, then SQL: ``read_csv`` with its table of rejects, COPY to Parquet."""
    import duckdb

    plain = folder / "utf8.csv"
    with file.open("rb") as source, plain.open("wb") as out:
        for content in _chunks(source):
            out.write(content.decode("cp1252").encode())
    connection = duckdb.connect()
    connection.execute("SET memory_limit='800MB'")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in NAMES)
    connection.execute(f"""
        COPY (
            SELECT * EXCLUDE (amount, booked_date, supplier_id), replace(supplier_id, '-', '') AS supplier_id,
                try_cast(replace(amount, ',', '') AS BIGINT) AS amount_ore,
                try_strptime(booked_date, '%Y-%m-%d')::DATE AS booked_date,
                CASE WHEN NOT regexp_matches(amount, '{AMOUNT}') THEN 'amount_unreadable'
                     WHEN try_strptime(booked_date, '%Y-%m-%d') IS NULL THEN 'date_unreadable' ELSE '' END AS reason
            FROM read_csv('{plain}', delim=';', header=true, quote='', escape='', columns={{{columns}}},
                auto_detect=false, store_rejects=true, ignore_errors=true)
        ) TO '{folder / "lines.parquet"}' (FORMAT parquet, COMPRESSION zstd)
    """)
    rejects = connection.execute("SELECT count(DISTINCT line) FROM reject_errors").fetchone()[0]
    table = f"read_parquet('{folder / 'lines.parquet'}')"
    found = connection.execute(f"SELECT count(*), sum(amount_ore)::BIGINT FROM {table} WHERE reason = ''").fetchone()
    bad = connection.execute(f"SELECT count(*) FROM {table} WHERE reason <> ''").fetchone()[0]
    numbers = connection.execute(f"SELECT DISTINCT supplier_id FROM {table}").fetchnumpy()["supplier_id"]
    luhn_wrong(np.asarray(numbers))
    return found[0], found[1], bad + rejects


def _chunks(source: object) -> Iterator[bytes]:
    while content := source.read(CHUNK_BYTES):  # type: ignore[attr-defined]
        yield content


PEERS: dict[str, Callable[[Path, Path], tuple[int, int, int]]] = {
    "pandas in chunks": with_pandas,
    "polars, streamed": with_polars,
    "arrow, streamed": with_arrow,
    "duckdb": with_duckdb,
}
