"""The record of reliability: the rows that proofs have found, each with its date and what it was run with."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proof_page import page
from proof_targets import TARGETS
from proof_verdict import Row

PACKAGES = (
    "apsw", "duckdb", "hypothesis", "ibis-framework", "nbclient", "nbconvert", "pandas", "papermill", "psycopg",
    "pyarrow", "sqlalchemy", "typst", "voila",
)  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")


def merged(record: dict[str, Any], rows: Iterable[Row], minutes: float) -> dict[str, Any]:
    """Return the record with the rows of a proof in the place of older ones, each with its date and surroundings.

    A row says when it was shown; one that could not be shown today takes the place of one that once was.

    Parameters
    ----------
    minutes : float
        How long the run took that all these rows come from.
    """
    ended, rows = datetime.now(UTC), list(rows)
    took = {"ended": ended.isoformat(timespec="seconds"), "minutes": f"{minutes:.1f}", "proven": str(len(rows))}
    run = took | versions()
    for row in rows:
        record[row["target"]] = {**row, "date": ended.date().isoformat(), "on": run}
    return {target.name: record[target.name] for target in TARGETS if target.name in record}


def versions() -> dict[str, str]:
    """Return what the proof was run with; nothing in it tells one machine from another of its class."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    system = platform.freedesktop_os_release()["PRETTY_NAME"] if Path("/etc/os-release").exists() else platform.system()
    lock = Path(__file__).resolve().parents[2] / "requirements.lock"
    return {
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _version(_postgresql()),
        "Chromium": _version(next(filter(None, map(shutil.which, BROWSERS)), None)),
        "workbench": _commit(lock.parent),
        "lock": hashlib.sha256(lock.read_bytes()).hexdigest()[:12],
        **{package: importlib.metadata.version(package) for package in PACKAGES},
    }


def _postgresql() -> str | None:
    folders = sorted(POSTGRESQL_FOLDER.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return shutil.which("postgres") or (str(folders[-1]) if folders else None)


def _version(program: str | None) -> str:
    """Return what a program says its version is; "none" where there is no such program."""
    if program is None:
        return "none"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+(\.\d+)+", said)
    return number[0] if number else "unknown"


def _commit(repository: Path) -> str:
    command = ["git", "-C", str(repository), "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        commit = ""
    return f"{importlib.metadata.version('partnership-workbench')} {commit}".strip()


def load(file: Path) -> dict[str, Any]:
    """Return the record as it stands; empty where there is none."""
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return record


def save(record: dict[str, Any], file: Path) -> None:
    """Write the record, and beside it the page that shows it."""
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    file.with_suffix(".md").write_text(page(record), encoding="utf-8")
