"""What every test may ask for: the repository, real public data, a browser, databases, and how hard to try."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from proof_reporting import (  # noqa: F401 - the tests' side of the proof
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    target,
)

REPOSITORY = Path(__file__).resolve().parents[1]
PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
TIMES = int(os.environ.get("PARTNERSHIP_PROOF_TIMES", "1"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# Figures are drawn without a screen, also in the processes that the tests start.
os.environ.setdefault("MPLBACKEND", "Agg")

# Started in the background (by a job runner, or with `&` in a script) this process ignores Ctrl-C, and so would every
# program that the tests start and interrupt: they inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile("proof", max_examples=2_000, deadline=None)
settings.load_profile("proof" if PROOF else "fast")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of real public data beside the checkout; the test is skipped where it is missing."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real public data (../shared/data) is not on this machine")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium; the test is skipped, loudly, where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def rounds() -> Callable[[int, int], int]:
    """How often to repeat: ``rounds(3, 300)`` is 3 daily, and 300 or a multiple of it under ``run.py proof``."""
    return lambda daily, proof: proof * TIMES if PROOF else daily


# --- databases ------------------------------------------------------------------------------------------------------


class SqliteDatabase:
    """A place for a register in a file, and a way in for somebody who does not know our rules."""

    kind = "sqlite"
    refusals = (sqlite3.IntegrityError,)

    def __init__(self, folder: Path) -> None:
        self.path = folder / "register.db"
        self.url = f"sqlite:///{self.path}"

    def __enter__(self) -> SqliteDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    def fill(self, prepare: Callable[[str], object]) -> None:
        """Give it the content that `prepare` writes to an address."""
        prepare(self.url)

    def raw(self) -> sqlite3.Connection:
        """A connection without our settings."""
        return sqlite3.connect(self.path)

    def rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that a question with ``?`` for its values gives."""
        connection = self.raw()
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def forge(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        """Change it as somebody with a database tool would: triggers dropped first."""
        connection = self.raw()
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement, values)
        connection.commit()
        connection.close()

    def columns(self, table: str) -> set[str]:
        """The names of a table's columns; none when there is no such table."""
        return {name for (name,) in self.rows("SELECT name FROM pragma_table_info(?)", (table,))}


_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY oid"
_LAYOUT = """
    SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
        SELECT relname || ' ' || attname AS part FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    ) AS parts
"""


class PostgresqlDatabase:
    """The same in a database of a server of our own; made when it is first asked for."""

    kind = "postgresql"
    refusals = (psycopg.IntegrityError, psycopg.DataError)

    def __init__(self, server: PostgresqlServer) -> None:
        self.server = server
        self.name = ""
        self._prepare: Callable[[str], object] | None = None
        self._keeper: psycopg.Connection | None = None

    @property
    def url(self) -> str:
        """Its address."""
        if not self.name:
            self.name = self.server.new_name()
            self.server.execute(f"CREATE DATABASE {self.name}")
        return self.server.url(self.name)

    def __enter__(self) -> PostgresqlDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper and self._restored(self._keeper):
            self.server.prepared.setdefault(self._prepare, []).append((self.name, self._keeper))
        elif self.name:
            self.server.execute(f"DROP DATABASE {self.name} WITH (FORCE)")

    def fill(self, prepare: Callable[[str], object]) -> None:
        """Give it the content that `prepare` writes to an address; one that was used before and restored has it."""
        self._prepare = prepare
        if waiting := self.server.prepared.get(prepare):
            self.name, self._keeper = waiting.pop()
            return
        prepare(self.url)
        self._keeper = psycopg.connect(self.url, autocommit=True)
        tables = [name for (name,) in self._keeper.execute(_TABLES).fetchall()]
        copies = [f"CREATE TABLE kept.{name} AS SELECT * FROM public.{name}" for name in tables]
        self._keeper.execute("; ".join(["CREATE SCHEMA kept", *copies, f"CREATE TABLE kept.layout AS {_LAYOUT}"]))

    @staticmethod
    def _restored(keeper: psycopg.Connection) -> bool:
        """Whether it has its first content again; not when its layout was changed too."""
        if keeper.execute("SELECT md5 FROM kept.layout").fetchall() != keeper.execute(_LAYOUT).fetchall():
            return False
        tables = [name for (name,) in keeper.execute(_TABLES).fetchall()]
        copies = [f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept.{name}" for name in tables]
        without_rules = "SET LOCAL session_replication_role = replica"  # no triggers, no foreign keys
        keeper.execute("; ".join(["BEGIN", without_rules, *copies, "COMMIT"]))
        return True

    def raw(self) -> psycopg.Connection:
        """A connection without our settings."""
        return psycopg.connect(self.url)

    def rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that a question with ``?`` for its values gives."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.replace("?", "%s") if values else statement, values or None).fetchall()

    def forge(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        """Change it as somebody with a database tool would: triggers dropped first."""
        triggers = self.rows("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        with psycopg.connect(self.url) as connection:
            for name, table in triggers:
                connection.execute(f"DROP TRIGGER {name} ON {table}")
            for statement in statements:
                connection.execute(statement.replace("?", "%s") if values else statement, values or None)

    def columns(self, table: str) -> set[str]:
        """The names of a table's columns; none when there is no such table."""
        question = "SELECT column_name FROM information_schema.columns WHERE table_name = ?"
        return {name for (name,) in self.rows(question, (table,))}


Database = SqliteDatabase | PostgresqlDatabase


class PostgresqlServer:
    """A server of our own, reached by a socket in its folder; it can be killed and started again."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.prepared: dict[Callable[[str], object] | None, list[tuple[str, psycopg.Connection]]] = {}
        self._numbers = itertools.count(1)
        # PostgreSQL refuses to run as root, and another user must be able to reach the folder.
        self._user = next(filter(None, map(_user_number, ("postgres", "nobody")))) if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="partnership-pg-"))
        (self.folder / "password").write_text("hemligt", encoding="utf-8")
        if self._user:
            for path in (self.folder, self.folder / "password"):
                os.chown(path, *self._user)
        options = "--no-sync --no-instructions --auth=scram-sha-256 --encoding=UTF8 --locale=C --username=tester"
        if self._start("initdb", "-D", "data", *options.split(), "--pwfile=password").wait(60):
            raise RuntimeError((self.folder / "log").read_text(encoding="utf-8", errors="replace"))
        # The password is asked of everybody but the owner, whose tests open thousands of connections.
        (self.folder / "data" / "pg_hba.conf").write_text("local all tester trust\nlocal all all scram-sha-256\n")
        self.start()

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        as_user = {"user": self._user[0], "group": self._user[1], "extra_groups": []} if self._user else {}
        with open(self.folder / "log", "ab") as log:
            command = [str(self.programs / program), *arguments]
            return subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **as_user)

    def start(self) -> None:
        """Start it and wait until it answers; what it does to keep data safe stays as PostgreSQL sets it."""
        options = ("listen_addresses=", "shared_buffers=16MB", "max_connections=40")
        with_options = [part for option in options for part in ("-c", option)]
        self.process = self._start("postgres", "-D", "data", "-k", str(self.folder), *with_options)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """End the whole server with ``kill -9``, as a machine that stops dead."""
        self.process.kill()
        self.process.wait(60)
        # Its other processes end when they see that it is gone; until then a new one does not start.
        while self.processes():
            time.sleep(0.02)

    def processes(self) -> list[int]:
        """The processes that work in its folder."""
        data = str(self.folder / "data")
        folders = {path: path / "cwd" for path in Path("/proc").iterdir() if path.name.isdigit()}
        return [int(path.name) for path, folder in folders.items() if _link(folder) == data]

    def stop(self) -> None:
        """Stop it and remove all that it held."""
        self.process.send_signal(signal.SIGQUIT)  # at once, whoever is connected
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", *, user: str = "tester", password: str = "hemligt") -> str:
        """The address of a database."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Do something as the owner of the server, outside any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def new_name(self) -> str:
        """A name that no database has had."""
        return f"register_{next(self._numbers)}"


def _user_number(name: str) -> tuple[int, int] | None:
    import pwd

    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return found.pw_uid, found.pw_gid


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _postgresql_programs() -> Path | None:
    """The folder of PostgreSQL's programs, which Debian keeps out of the way; our server needs a socket of POSIX."""
    if os.name == "nt":
        return None
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


@pytest.fixture(scope="session")
def new_postgresql() -> Callable[[], PostgresqlServer]:
    """What starts a server; without PostgreSQL the test is skipped, loudly, and in CI it fails."""
    programs = _postgresql_programs()
    if programs is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("no PostgreSQL on this machine")
    return lambda: PostgresqlServer(programs)


@pytest.fixture(scope="session")
def postgresql(new_postgresql: Callable[[], PostgresqlServer]) -> Iterator[PostgresqlServer]:
    """A PostgreSQL server for all tests that leave it as it is."""
    server = new_postgresql()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Database]:
    """What makes an empty database, of each kind that a register can be in; it is removed when its block ends."""
    if request.param == "sqlite":
        return lambda: SqliteDatabase(tmp_path_factory.mktemp("database"))
    server = request.getfixturevalue("postgresql")
    return lambda: PostgresqlDatabase(server)


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Iterator[Database]:
    """An empty database, of each kind that a register can be in."""
    with new_database() as made:
        yield made


# --- what was not tested --------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested for want of a browser, a database server or Spark."""
    reports = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for missing in ("Chromium", "PostgreSQL", "Spark"):
        skipped = sum(f"no {missing} on this machine" in report for report in reports)
        if skipped:
            terminalreporter.section(f"NOT TESTED WITH {missing.upper()}", sep="!", red=True, bold=True)
            terminalreporter.line(f"{skipped} tests were skipped: there is no {missing} on this machine.")
