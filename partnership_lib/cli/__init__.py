"""``partnership ...``: parses, calls, prints; nothing else."""

from partnership_lib.cli import (
    checking,
    comparing,
    consolidating,
    data,
    differing,
    doctor,
    erasing,
    ledger,
    meetings,
    notices,
    outcome,
    promising,
    reporting,
    rooms,
    safekeeping,
    scheduling,
    suppliers,
)
from partnership_lib.cli.call import main

__all__ = [
    "checking",
    "comparing",
    "consolidating",
    "data",
    "differing",
    "doctor",
    "erasing",
    "ledger",
    "main",
    "meetings",
    "notices",
    "outcome",
    "promising",
    "reporting",
    "rooms",
    "safekeeping",
    "scheduling",
    "suppliers",
]
