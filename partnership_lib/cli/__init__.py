"""``partnership ...``: parses, calls, prints; nothing else."""

from partnership_lib.cli import (
    checking,
    comparing,
    consolidating,
    data,
    doctor,
    ledger,
    meetings,
    notices,
    reporting,
    rooms,
    scheduling,
    suppliers,
)
from partnership_lib.cli.call import main

__all__ = [
    "checking",
    "comparing",
    "consolidating",
    "data",
    "doctor",
    "ledger",
    "main",
    "meetings",
    "notices",
    "reporting",
    "rooms",
    "scheduling",
    "suppliers",
]
