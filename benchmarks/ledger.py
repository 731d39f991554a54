"""Import of a CP1252 ledger with full validation and quarantine, against the same job by hand in other tools.

``python -m benchmarks.ledger --lines 1e6 --rounds 3``

The file is invented: heavy-tailed suppliers, semicolons, decimal comma, 1 % credit notes, 0.5 % bad rows of three
kinds; ten million lines are about 1.5 GB. Every contender runs in a process of its own, in turn, and writes typed
Parquet and the refused rows with line and reason. All must find the same lines, öre and refused rows. Polars takes part
where it is installed; it is no dependency of the workbench.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import ledger_peers
from partnership_lib.units.organisation_number import check_digit

HEADING = (
    "kopare_id;kopare;verifikationsnummer;leverantor;leverantor_id;konto_nr;konto_text;bokforingsdatum;forvaltning;"
    "fakturanummer;nettobelopp"
)
CHUNK_LINES = 250_000
SUPPLIERS = 20_000
MEBIBYTE = 2**20


def write_ledger(file: Path, lines: int) -> None:
    """Write a ledger of `lines` lines, the same at every call."""
    source = np.random.default_rng(20_261_129)
    nine = [f"55{number:07d}" for number in source.choice(900_000, SUPPLIERS, replace=False) + 9_000_000]
    numbers = [f"{digits}{check_digit(digits)}" for digits in nine]
    written = [f"{n[:6]}-{n[6:]}" if place % 2 else n for place, n in enumerate(numbers)]
    names = [f"Åkeri & Söner {place} AB" for place in range(SUPPLIERS)]
    with file.open("wb") as out:
        out.write(HEADING.encode("cp1252") + b"\n")
        for first in range(0, lines, CHUNK_LINES):
            out.write(_chunk(source, first, min(CHUNK_LINES, lines - first), written, names))


def _chunk(source: np.random.Generator, first: int, lines: int, numbers: list[str], names: list[str]) -> bytes:
    who = (SUPPLIERS * source.random(lines) ** 4).astype(np.int32)
    account = source.integers(0, 200, lines).astype(np.int32)
    ore = np.round(source.lognormal(12, 1.6, lines)).astype(np.int64)
    ore = np.where(source.random(lines) < 0.01, -ore, ore)
    place = pa.array(np.arange(first, first + lines)).cast(pa.string())
    kronor = pc.binary_join_element_wise(
        pc.if_else(pa.array(ore < 0), "-", ""),
        pa.array(np.abs(ore) // 100).cast(pa.string()),
        pa.scalar(","),
        pc.utf8_lpad(pa.array(np.abs(ore) % 100).cast(pa.string()), 2, "0"),
        "",
    )
    bad = source.random(lines)
    kronor = pc.if_else(pa.array(bad < 0.002), "12.x", kronor)
    days = pc.strftime(pa.array(source.integers(19_723, 20_454, lines), pa.int32()).cast(pa.date32()), "%Y-%m-%d")
    days = pc.if_else(pa.array((bad >= 0.002) & (bad < 0.004)), "2025-02-30", days)
    take = [("2120003005", None), ("Storköpings kommun", None)]
    columns = [
        pa.scalar(take[0][0]),
        pa.scalar(take[1][0]),
        place,
        pa.array(names).take(pa.array(who)),
        pa.array(numbers).take(pa.array(who)),
        pa.array([f"{6000 + n}" for n in range(200)]).take(pa.array(account)),
        pa.array([f"Övriga köpta tjänster {n}" for n in range(200)]).take(pa.array(account)),
        days,
        pa.array([f"Nämnden för område {n}" for n in range(40)]).take(pa.array(account % 40)),
        pc.binary_join_element_wise("F", place, ""),
    ]
    whole = pc.binary_join_element_wise(*columns, kronor, ";")
    short = pc.binary_join_element_wise(*columns, ";")
    rows = pc.if_else(pa.array((bad >= 0.004) & (bad < 0.005)), short, whole)
    return ("\n".join(rows.to_pylist()) + "\n").encode("cp1252")


def run_alone(name: str, file: Path) -> dict[str, Any]:
    """Return what one contender took and found in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--run", name, "--file", str(file)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def contenders() -> list[str]:
    """Return the names of the contenders that can run here; ours first."""
    names = ["partnership import ledger", *ledger_peers.PEERS]
    return [name for name in names if "polars" not in name or importlib.util.find_spec("polars")]


def _run(name: str, file: Path) -> None:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        start = time.perf_counter()
        work = _ours if name == "partnership import ledger" else ledger_peers.PEERS[name]
        found = work(file, Path(folder))
        seconds = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    answer = {
        "seconds": seconds,
        "processor_seconds": sum(each.ru_utime + each.ru_stime for each in used),
        "mebibytes": max(each.ru_maxrss for each in used) * 1024 / MEBIBYTE,
        "found": found,
    }
    print(json.dumps(answer))


def _ours(file: Path, folder: Path) -> tuple[int, int, int]:
    from partnership_lib.ledger.importing import import_ledger
    from partnership_lib.ledger.warehouse import Warehouse

    [account] = import_ledger([file], Warehouse(folder / "warehouse"))
    return account.imported.accepted, account.imported.accepted_ore, account.imported.quarantined


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="parts of the contenders' names, with commas")
    parser.add_argument("--folder", default=None, help="where the file is written")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run:
        _run(options.run, Path(options.file))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        file = Path(folder) / "ledger.csv"
        write_ledger(file, options.lines)
        names = [name for name in contenders() if any(part in name for part in options.only.split(","))]
        _measure(file, names, options)


def _measure(file: Path, names: list[str], options: argparse.Namespace) -> None:
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            runs[name].append(run_alone(name, file))
    answers = {tuple(run["found"]) for several in runs.values() for run in several}
    if len(answers) != 1:
        raise SystemExit(f"the contenders disagree on accepted lines, öre, refused rows: {answers}")
    size = file.stat().st_size / MEBIBYTE
    print(f"Import of {options.lines:,} ledger lines in CP1252, {size:,.0f} MB (median of {options.rounds})")
    print(f"  {'':<30}{'wall':>10}{'':>9}{'processor':>11}{'':>9}{'peak':>10}{'lines':>14}")
    middle = {
        name: {what: statistics.median(run[what] for run in several) for what in ("seconds", "processor_seconds")}
        for name, several in runs.items()
    }
    first = middle[names[0]]
    for name, took in middle.items():
        peak = max(run["mebibytes"] for run in runs[name])
        shown = [f"{took[what]:9.2f} s {took[what] / first[what]:6.2f} x" for what in took]
        print(f"  {name:<30}{'  '.join(shown)} {peak:7,.0f} MB {options.lines / took['seconds']:11,.0f} /s")


if __name__ == "__main__":
    main()
