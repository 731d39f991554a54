"""A register copied whole into another database: every table with its trail, found to be the same before it counts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, insert, inspect, select

from partnership_lib.errors import StorageError
from partnership_lib.register.audit import head
from partnership_lib.register.connect import connect, place, reading, transaction
from partnership_lib.register.hashing import canonical
from partnership_lib.register.proof import assert_holds
from partnership_lib.register.schema import SCHEMA_VERSION, metadata

_ROWS_AT_A_TIME = 1_000


@dataclass(frozen=True)
class Inventory:
    """What a register holds, so that two of them can be told to be the same.

    Attributes
    ----------
    rows : Mapping of str to int
        The number of rows of every table.
    sha256 : Mapping of str to str
        A hash of the rows of every table, in the order of their keys.
    head : (int, str)
        Number and hash of the newest entry of the audit trail.
    """

    rows: Mapping[str, int]
    sha256: Mapping[str, str]
    head: tuple[int, str]


def inventory(engine: Engine) -> Inventory:
    """Return what a register holds at this moment.

    Raises
    ------
    StorageError
        ``register_does_not_hold`` with what does not: a broken trail, a record that says something else than it.
    """
    with reading(engine) as connection:
        assert_holds(connection, place(engine))
        return _inventory(connection)


def move_register(source: Engine, target: Engine) -> Inventory:
    """Return what was copied, after all of it has been copied and found to be the same; or nothing has.

    Nobody can save in either of them meanwhile. The source is left as it was.

    Raises
    ------
    StorageError
        ``register_not_empty`` when the target holds anything; ``register_does_not_hold``, for the source or the copy;
        ``register_copy_differs`` when the copy is not what the source holds.
    """
    with transaction(source) as before, transaction(target) as after:
        assert_holds(before, place(source))
        _make_room(after, place(target))
        _copy_rows(before, after)
        wanted, found = _inventory(before), _inventory(after)
        different = [name for name, digest in wanted.sha256.items() if found.sha256[name] != digest]
        if different:
            raise StorageError("register_copy_differs", register=place(target), found=", ".join(different))
        assert_holds(after, place(target))
    return found


def copy_to_file(source: Engine, file: Path) -> None:
    """Write a register, as it is at one moment, to an SQLite file that does not exist yet."""
    if source.dialect.name == "sqlite":
        with reading(source) as connection, closing(sqlite3.connect(file)) as copy:
            driver: Any = connection.connection.driver_connection
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=delete")  # one file, whatever the source keeps beside its own
        return
    with reading(source) as before, transaction(connect(file)) as after:
        metadata.create_all(after)
        _copy_rows(before, after)


def _copy_rows(before: Connection, after: Connection) -> None:
    for table in metadata.sorted_tables:
        for rows in _batches(before, table):
            after.execute(insert(table), rows)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    """Yield the rows of a table in the order of its key: byte by byte, the same in every database."""
    query = select(table).order_by(*table.primary_key.columns)
    found = connection.execute(query, execution_options={"yield_per": _ROWS_AT_A_TIME})
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _inventory(connection: Connection) -> Inventory:
    rows, sha256 = {}, {}
    for table in metadata.sorted_tables:
        digest, count = hashlib.sha256(), 0
        for batch in _batches(connection, table):
            for row in batch:
                digest.update(canonical(row).encode("utf-8") + b"\n")
            count += len(batch)
        rows[table.name], sha256[table.name] = count, digest.hexdigest()
    return Inventory(rows, sha256, head(connection))


def _make_room(connection: Connection, where: str) -> None:
    """Make the tables, or raise when the database holds anything; a register that nobody has used is nothing."""
    found = set(inspect(connection).get_table_names())
    if not found:
        metadata.create_all(connection)
        return
    tables = [table for table in metadata.sorted_tables if table is not SCHEMA_VERSION]
    others = sorted(found ^ set(metadata.tables))
    used = others or [t.name for t in tables if connection.scalar(select(func.count()).select_from(t))]
    if used:
        raise StorageError("register_not_empty", register=where, found=", ".join(used[:5]))
    connection.execute(delete(SCHEMA_VERSION))
