"""Import of a ledger file with validation and quarantine, against the same job written in pandas.

``python -m benchmarks.ledger_import --lines 100000 --rounds 3``
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.timing import print_ratios, time_in_turn
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.units.organisation_number import check_digit

HEADING = (
    "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum,"
    "forvaltning,fakturanummer,grund,avtal,kommun_id,s_kod_nr"
)


def write_ledger(file: Path, lines: int) -> None:
    """Write a ledger of `lines` lines, one in two hundred of them defective, the same at every call."""
    source = random.Random(f"ledger {lines}")
    suppliers = [f"55{number:07d}" for number in source.sample(range(9_000_000, 9_900_000), 2000)]
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEADING + "\n")
        for number in range(lines):
            nine = suppliers[int(2000 * source.random() ** 3)]
            amount = f"{source.lognormvariate(8, 1.6):.2f}" if number % 200 else "12.x"
            day = f"2025-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
            out.write(
                f"2120003005,Kommunen,{number},Bolaget {nine} AB,{nine}{check_digit(nine)},7459,Tjänster,{amount},"
                f"{day},Kommunstyrelsen,F{number},,,0380,\n"
            )


def import_ours(file: Path) -> tuple[int, int, int]:
    """Return accepted lines, their öre and quarantined lines, by `import_ledger`."""
    with tempfile.TemporaryDirectory() as folder:
        (account,) = import_ledger([file], Warehouse(Path(folder)))
        return account.accepted, account.accepted_ore, account.quarantined


def import_with_pandas(file: Path, chunk: int = 100_000) -> tuple[int, int, int]:
    """Return the same three numbers, by pandas in chunks: text in, checks, Parquet out."""
    accepted = ore = quarantined = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, frame in enumerate(pd.read_csv(file, dtype=str, keep_default_na=False, chunksize=chunk)):
            readable = frame["belopp"].str.fullmatch(r"-?[0-9]+(?:\.[0-9]{1,2})?")
            dates = pd.to_datetime(frame["datum"], format="%Y-%m-%d", errors="coerce")
            good = frame[readable & dates.notna()].copy()
            parts = good["belopp"].str.extract(r"(-?)([0-9]+)\.?([0-9]*)")
            value = parts[1].astype("int64") * 100 + parts[2].str.ljust(2, "0").replace("", "00").astype("int64")
            good["amount_ore"] = value.where(parts[0] == "", -value)
            good["datum"] = dates
            good["luhn"] = luhn_valid_column(good["leverantor_id"])
            good.to_parquet(Path(folder) / f"{number}.parquet")
            accepted, ore = accepted + len(good), ore + int(good["amount_ore"].sum())
            quarantined += len(frame) - len(good)
    return accepted, ore, quarantined


def luhn_valid_column(numbers: pd.Series) -> np.ndarray:
    """Return which ten-digit numbers have the right check digit."""
    digits = np.array(numbers.tolist(), dtype="S10").view("S1").reshape(-1, 10).astype("int64")
    doubled = digits * np.array([2, 1] * 5)
    return (doubled - 9 * (doubled > 9)).sum(axis=1) % 10 == 0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=lambda text: int(float(text)), default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.csv"
        write_ledger(file, options.lines)
        results = time_in_turn(
            {
                "partnership import ledger": lambda: import_ours(file),
                "pandas in chunks, same checks": lambda: import_with_pandas(file),
            },
            options.rounds,
        )
    answers = {answer for _, answer in results.values()}
    if len(answers) != 1:
        raise SystemExit(f"the contenders disagree on accepted lines, öre, quarantined lines: {answers}")
    print_ratios(f"Import of {options.lines:,} ledger lines (median of {options.rounds})", results)


if __name__ == "__main__":
    main()
