"""The spend analyses and the matching to agreements, against hand-written SQL and pandas on the same Parquet files.

The files are those that an import writes, a file for each year, with the lines in the order of time.

``python -m benchmarks.spend --lines 1e6 --rounds 3``: each contender runs in a process of its own, in turn; seconds are
those of the work without start-up and imports, memory is the peak of the whole process.

``python -m benchmarks.spend --lines 1e8 --rounds 1 --only spend,bounds --memory-limit 4GB --folder DIR``: what a ledger
of a whole nation takes; 100 million lines are 2.5 GB of Parquet.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from benchmarks import spend_pandas, spend_sql
from partnership_lib.analysis.matching import agreement_bounds, agreement_segments, agreement_sums
from partnership_lib.analysis.spend import spend_analysis
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RegisterContent, RequirementType
from partnership_lib.findings import Analysis
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.parts import PartWriter
from partnership_lib.units.organisation_number import check_digit
from partnership_lib.units.period import Period

AS_OF = date(2026, 9, 15)
SUPPLIERS, AGREEMENTS = 20_000, 1_500
LINES_AT_ONCE = 120_000
"""About as many lines as an import takes together."""


def supplier_number(place: int) -> str:
    """Return the organisation number of a supplier."""
    nine = f"{556_000_000 + 41 * place:09d}"
    return nine + check_digit(nine)


def register() -> RegisterContent:
    """Return 1,500 agreements, more with large suppliers than with small ones; some suppliers have several at once."""
    source = random.Random("spend agreements")
    records: list[Any] = [Organisation(id="B", name="Kommunen", party=Party.BUYER)]
    places = set()
    for number in range(AGREEMENTS):
        place = int(SUPPLIERS * source.random() ** 2)
        start = date(2019, 1, 1) + timedelta(days=source.randrange(2_000))
        records.append(
            Agreement(
                id=f"A-{number:04d}", name=f"Avtal {number}", buyer_id="B", supplier_id=f"L-{place}",
                kind=AgreementKind.CONTRACT, requirement_type=RequirementType.FUNCTIONAL,
                category=f"{10 + number % 80}000000", start_date=start,
                end_date=start + timedelta(days=source.randrange(700, 2_500)),
            )
        )  # fmt: skip
        places.add(place)
    records += [
        Organisation(id=f"L-{place}", name=f"Bolaget {place} AB", party=Party.SUPPLIER,
                     organisation_number=supplier_number(place))
        for place in sorted(places)
    ]  # fmt: skip
    return RegisterContent.of(records)


def write_lines(folder: Path, lines: int) -> None:
    """Write `lines` ledger lines of six years as an import does: heavy-tailed suppliers, 1.5 per cent credits."""
    numbers = pa.table({"place": range(SUPPLIERS), "key": [supplier_number(place) for place in range(SUPPLIERS)]})
    connection = duckdb.connect()
    connection.register("numbers", numbers)
    with PartWriter(folder, "f" * 64, "lines") as writer:
        for first in range(0, lines, LINES_AT_ONCE):
            some = connection.sql(_LINES.format(first=first, end=min(first + LINES_AT_ONCE, lines), lines=lines))
            writer.write(some.to_arrow_table().select(LEDGER_SCHEMA.names).cast(LEDGER_SCHEMA))


_LINES = f"""
WITH drawn AS (
    SELECT i, {", ".join(f"(hash(i * 7 + {n}) % 1000003) / 1000003.0 AS u{n}" for n in range(1, 7))}
    FROM range({{first}}, {{end}}) AS r(i)
), placed AS (SELECT *, CAST(floor({SUPPLIERS} * u1 ** 3) AS BIGINT) AS place FROM drawn)
SELECT
    '2120003005' AS buyer_id, 'Kommunen' AS buyer, CAST(i AS VARCHAR) AS voucher_id, key AS supplier_key,
    'Bolaget ' || place || ' AB' AS supplier, false AS supplier_is_person,
    CAST(6000 + (place * 31 + CAST(floor(3 * u3) AS BIGINT)) % 300 AS VARCHAR) AS account,
    'Konto ' || ((place * 31 + CAST(floor(3 * u3) AS BIGINT)) % 300) AS account_text,
    CAST((CASE WHEN u6 < 0.015 THEN -1 ELSE 1 END)
        * exp(11.5 + 1.6 * sqrt(-2 * ln(u4 + 1e-9)) * cos(6.283185 * u5)) AS BIGINT) AS amount_ore,
    DATE '2020-09-01' + CAST(2191 * i // {{lines}} AS INTEGER) AS booked_date,
    'Förvaltning ' || (place + CAST(floor(2 * u5) AS BIGINT)) % 12 AS administration,
    CAST(i % 90000 AS VARCHAR) AS invoice_id,
    CASE WHEN u3 < 0.1 THEN 'Direktupphandling' WHEN u3 < 0.4 THEN 'Ramavtal' ELSE '' END AS ground,
    CASE WHEN u6 > 0.9 THEN 'A-' || lpad(CAST(place % 1500 AS VARCHAR), 4, '0') ELSE '' END AS agreement_reference,
    '0380' AS municipality_code, 'f' AS file_sha256, i AS line_number
FROM placed JOIN numbers USING (place) ORDER BY i
"""


def analyse(folder: Path, content: RegisterContent, memory_limit: str) -> dict[str, Any]:
    """Return some numbers of the whole spend analysis, so that the contenders can be compared."""
    lines = _lines(folder, memory_limit)
    analysis = spend_analysis(content, lines, Period.parse("2026-T2"), AS_OF)
    return _told(analysis)


def _lines(folder: Path, memory_limit: str) -> ibis.Table:
    connection = ibis.duckdb.connect(**({"memory_limit": memory_limit} if memory_limit else {}))
    return connection.read_parquet(spend_sql.parts(folder), hive_partitioning=False)


def _told(analysis: Analysis) -> dict[str, Any]:
    coverage = analysis.finding("spend.coverage").table
    fields = analysis.finding("spend.coverage_fields").table
    concentration = analysis.finding("spend.concentration").table
    duplicates = next(f for f in analysis["duplicates"].findings if "duplicates" in f.code)
    awards = next(f for f in analysis["direct_awards"].findings if f.values.get("year") == 2025)
    assert coverage is not None
    assert fields is not None
    assert concentration is not None
    return {
        "coverage": dict(zip(coverage["coverage"], (int(ore) for ore in coverage["amount_ore"]), strict=True)),
        "class_a": analysis.finding("spend.pareto").number,
        "accounts": len(fields),
        "largest_hhi": round(float(concentration["hhi"].iloc[0]), 4),
        "duplicates": duplicates.number,
        "above_limit": awards.number,
    }


def match(folder: Path, content: RegisterContent, memory_limit: str) -> dict[str, Any]:
    """Return the sums of the bounds of all agreements."""
    segments = agreement_segments(content)
    lines = _lines(folder, memory_limit)
    bounds = agreement_bounds(agreement_sums(lines, segments), segments)
    return {"agreements": len(bounds), "certain_and_shared_lines": int(bounds["lines"].sum())}


CONTENDERS = {
    "spend analysis": analyse,
    "hand-written SQL": lambda folder, content, _: spend_sql.analyse(folder, content),
    "pandas": lambda folder, content, _: spend_pandas.analyse(folder, content),
    "matching with bounds": match,
    "naive join in SQL": lambda folder, content, _: spend_sql.naive_join(folder, content),
}

_TASKS = (
    ("All spend analyses", ("spend analysis", "hand-written SQL", "pandas"), True),
    (f"Matching to {AGREEMENTS} agreements", ("matching with bounds", "naive join in SQL"), False),
)


def run_in_child(name: str, folder: Path, memory_limit: str) -> dict[str, Any]:
    """Return seconds, peak memory [MB] and answer of a contender that runs in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.spend", "--child", name, "--lines-in", str(folder)]
    command += ["--memory-limit", memory_limit]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def child(name: str, folder: Path, memory_limit: str) -> None:
    """Run a contender and print what it took."""
    content = register()
    with tempfile.TemporaryDirectory() as few:  # what is imported or compiled at first use is start-up
        write_lines(Path(few), 1_000)
        CONTENDERS[name](Path(few), content, memory_limit)
    gc.collect()  # what the imports have left behind is no contender's work
    start, work = time.perf_counter(), time.process_time()
    answer = CONTENDERS[name](folder, content, memory_limit)
    seconds, cpu = time.perf_counter() - start, time.process_time() - work
    # Not ru_maxrss: a new process begins with the peak of the one that started it.
    high = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    peak = int(high.split()[1]) / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "answer": answer}, default=int))


def compare(
    title: str, names: list[str], folder: Path, rounds: int, memory_limit: str = "", *, same_answer: bool
) -> None:
    """Run contenders in turn and print medians and their ratio to the first; those with one task must agree."""
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            taken[name].append(run_in_child(name, folder, memory_limit))
    print(f"{title}, load {os.getloadavg()[0]:.1f}")
    medians = {
        name: [statistics.median(run[what] for run in runs) for what in ("seconds", "cpu", "peak_mb")]
        for name, runs in taken.items()
    }
    first = medians[names[0]]
    for name, (seconds, cpu, peak) in medians.items():
        ratios = f"{seconds / first[0]:5.2f} x {cpu:8.2f} s cpu {cpu / first[1]:5.2f} x"
        print(f"  {name:<22}{seconds:8.2f} s {ratios} {peak:7.0f} MB {peak / first[2]:5.2f} x")
    answers = {json.dumps(runs[0]["answer"], sort_keys=True) for runs in taken.values()}
    if same_answer and len(answers) > 1:
        raise SystemExit(f"the contenders disagree: {answers}")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="parts of the contenders' names, with commas")
    parser.add_argument("--memory-limit", default="", help="what DuckDB may hold for the workbench, such as 4GB")
    parser.add_argument("--folder", default=None, help="where the lines are written")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--lines-in", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child(options.child, options.lines_in, options.memory_limit)
        return
    count, limit = f"{options.lines:,} lines (median of {options.rounds})", options.memory_limit
    parts = options.only.split(",")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        write_lines(Path(folder), options.lines)
        for title, names, same in _TASKS:
            chosen = [name for name in names if any(part in name for part in parts)]
            if chosen:
                compare(f"{title}, {count}", chosen, Path(folder), options.rounds, limit, same_answer=same)


if __name__ == "__main__":
    main()
