"""The invented municipality on demand: its register in one call, its files in another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from partnership_lib.demo.bulk_ledger import write_bulk_ledger
from partnership_lib.demo.bulk_register import bulk_records
from partnership_lib.demo.ledger_files import write_small_ledger
from partnership_lib.demo.ledger_lines import ledger_lines
from partnership_lib.demo.places import places
from partnership_lib.demo.small import small_register
from partnership_lib.domain import RegisterContent
from partnership_lib.errors import UsageError

SCALES = ("small", "city", "national")

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is to do, and what is being done."""


def invent_register(scale: str = "small", seed: int = 1) -> RegisterContent:
    """Return the register of the invented municipality.

    Parameters
    ----------
    scale : str
        ``small`` (about 65 agreements), ``city`` (1,100) or ``national`` (290 municipalities).
    seed : int
        The same seed gives the same register on every machine.

    Raises
    ------
    UsageError
        ``unknown_scale``.
    """
    _check(scale)
    small = small_register(seed)
    return small if scale == "small" else RegisterContent.of([*small, *bulk_records(places(scale), seed)])


def write_ledger(
    content: RegisterContent, folder: Path, scale: str = "small", seed: int = 1, progress: Progress | None = None
) -> dict[str, int]:
    """Write the ledger that belongs to `content` as CSV files; return the data lines in each file."""
    _check(scale)
    lines = ledger_lines(content, seed)
    if scale != "small":
        return write_bulk_ledger(content, places(scale), lines, folder, seed, progress)
    written = write_small_ledger(lines, folder)
    if progress is not None:
        progress(len(written), len(written), folder.name)
    return written


def make_demo(folder: Path, scale: str = "small", seed: int = 1, progress: Progress | None = None) -> dict[str, int]:
    """Write ``register/*.csv`` and ``ledger/*.csv`` into `folder`; return how many records, files and lines."""
    from partnership_lib.register.records import write_records

    content = invent_register(scale, seed)
    write_records(content, folder / "register")
    written = write_ledger(content, folder / "ledger", scale, seed, progress)
    return {"records": len(content), "files": len(written), "lines": sum(written.values())}


def _check(scale: str) -> None:
    if scale not in SCALES:
        raise UsageError("unknown_scale", found=scale, allowed=", ".join(SCALES))
