"""What answers questions about the ledger's Parquet: DuckDB inside this process, or Spark where a machine is outgrown.

Both get the same Ibis expressions. Spark is the organisation's own where ``SPARK_REMOTE`` or ``spark.master`` names it,
else a local one; it comes with the extra ``cluster`` and needs Java.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import UsageError

if TYPE_CHECKING:
    import ibis

ENGINES = ("duckdb", "pyspark")
DEFAULT_ENGINE = "duckdb"


class DuckDB:
    """The engine that is always there: a connection of its own for every warehouse."""

    def __init__(self) -> None:
        self._connection: Any = None

    def read(self, paths: Sequence[str]) -> ibis.Table:
        """Return Parquet files as one table."""
        import ibis

        if self._connection is None:
            self._connection = ibis.duckdb.connect()
        table: ibis.Table = self._connection.read_parquet(list(paths), hive_partitioning=False)
        return table


class PySpark:
    """Spark: one session for the whole process, as Spark wants it."""

    def read(self, paths: Sequence[str]) -> ibis.Table:
        """Return Parquet files as one table."""
        session, connection = _spark()
        name = f"ledger_{abs(hash(tuple(paths)))}"
        session.read.parquet(*paths).createOrReplaceTempView(name)
        table: ibis.Table = connection.table(name)
        return table


def open_engine(name: str) -> DuckDB | PySpark:
    """Return an engine by the name that ``[ledger] engine`` gives in ``partnership.toml``.

    Raises
    ------
    UsageError
        ``engine_missing``: Spark is not installed.

    Examples
    --------
    >>> type(open_engine("duckdb")).__name__
    'DuckDB'
    """
    if name != "pyspark":
        return DuckDB()
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise UsageError("engine_missing", found=name, allowed=DEFAULT_ENGINE) from error
    return PySpark()


@cache
def _spark() -> tuple[Any, Any]:
    """Return the session and Ibis's connection to it."""
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("partnership workbench")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    return session, ibis.pyspark.connect(session)


_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never another number
    "spark.ui.showConsoleProgress": "false",
    "spark.ui.enabled": "false",
}
