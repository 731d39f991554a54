"""Proof that a register holds: its file, the trail, every record against it, all that was signed or frozen."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from partnership_lib.errors import StorageError
from partnership_lib.register.agreed_lists import altered_lists
from partnership_lib.register.audit import Problem, verify_chain
from partnership_lib.register.connect import integrity_problems
from partnership_lib.register.frozen_documents import altered_documents


def problems_in(connection: Connection, printed_head: tuple[int, str] | None = None) -> Iterator[Problem]:
    """Yield what does not hold in the register that a connection sees.

    Parameters
    ----------
    printed_head : (int, str), optional
        Head of the trail from a report or a backup: the trail must still contain it.
    """
    for found in integrity_problems(connection):
        yield Problem("error", "database", "database_damaged", {"found": found})
    yield from verify_chain(connection, printed_head)
    yield from altered_lists(connection)
    yield from altered_documents(connection)


def assert_holds(connection: Connection, where: str) -> None:
    """Raise when anything in the register at `where` does not hold.

    Raises
    ------
    StorageError
        ``register_does_not_hold`` with the first thing that does not.
    """
    problem = next(problems_in(connection), None)
    if problem is not None:
        raise StorageError("register_does_not_hold", register=where, found=problem.where)
