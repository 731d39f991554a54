"""Run by strace: does one thing of the program's again and again, in forks of which one call of the system fails.

``python system_call_worker.py DOOR FOLDER CALL NUMBERS`` forks once for each of the numbers. strace makes call number
`FAILING` of each process fail; a fork first spends so many harmless calls that the wanted one has this number. So all
is loaded once, and whatever number a fault has, only what the program does can meet it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib import text
from partnership_lib.domain import IndexValue
from partnership_lib.errors import PartnershipError
from partnership_lib.files import guarded, guarded_child
from partnership_lib.files.atomic import storage_errors
from partnership_lib.ledger import importing
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register import sqlite
from partnership_lib.register.connect import connect
from partnership_lib.register.store import Register
from partnership_lib.reports.manifest import Manifest, describe_outputs
from partnership_lib.reports.publish import publish, staging_folder
from partnership_lib.reports.runs import claim

SAVES = 12
FAILING = 1_000
INPUT_HASH = hashlib.sha256(b"input").hexdigest()
FAILING_TO_OPEN = 8_000  # to load it all, thousands of files are opened


def save(folder: Path) -> None:
    """Save one record after the other and tell what was said about each."""
    for number in range(SAVES):
        value = IndexValue(id=f"I-{number}", series="x" * 5_000, month=date(2026, 1, 1), value=1.0)

        def saved(value: IndexValue = value) -> object:
            register = Register(connect(folder / "register.db"))
            return register.save([value], actor="system:worker", save_id=value.id)

        tell(value.id, saved)


def save_with_the_log(folder: Path) -> None:
    """Save as on an SQLite whose write-ahead log is safe."""
    sqlite.WAL_IS_SAFE_FROM = (3, 7, 0)
    save(folder)


def publish_a_report(folder: Path) -> None:
    """Publish a report of two files, as a run of reports does."""

    def published() -> None:
        engine = connect(folder / "register.db")
        taken = claim(engine, "key", INPUT_HASH, lease_seconds=600)
        with storage_errors(folder), staging_folder(folder, "slug", taken) as bundle:
            for name in ("report.html", "findings.json"):
                (bundle / name).write_text(name * 1_000, encoding="utf-8")
            publish(engine, taken, bundle, Manifest(body_of(describe_outputs(bundle)), {}), folder, "slug")

    tell("report", published)


def body_of(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a manifest with all that every report's has."""
    words = {name: name for name in ("kind", "audience", "language", "as_of", "data_hash", "python")}
    made_from = {"template": {"sha256": INPUT_HASH}, "code": {"sha256": INPUT_HASH}, "inputs": {}, "libraries": {}}
    trail = {"audit_head": {"seq": 1, "hash": INPUT_HASH}, "parameters": {}, "assumptions": []}
    facts = {"key": "key", "version": 1, "input_hash": INPUT_HASH, "outputs": outputs}
    return {**words, **made_from, **trail, **facts}


def import_a_ledger(folder: Path) -> None:
    """Import a file of ten lines; it is read in this process, so that its calls are counted here."""
    importing.run_guarded = guarded_here
    tell("ledger", lambda: importing.import_ledger([folder / "new.csv"], Warehouse(folder / "warehouse")))


def guarded_here(function: Callable[..., object], *values: object, file: str = "", **_: object) -> object:
    """Do what the guarded child is asked to do, and say what went wrong as the guard does."""
    try:
        return function(*values)
    except OSError as error:
        raise guarded._as_error(guarded_child._failure(error), file, 2 * guarded.GIBIBYTE) from error


def tell(name: str, do: Callable[[], object]) -> None:
    """Do something and say in one word how it went, then its name, and how the sentence of a refusal begins."""
    try:
        done = do()
        say("settled" if getattr(done, "repeated", False) else "done", name)
    except PartnershipError as error:
        say("refused", name, text.describe(error, "sv").partition(":")[0])
    except BaseException:  # noqa: BLE001 - whatever it is, it is not one of ours and is told as such
        say("untold", name, traceback.format_exc(limit=-1).splitlines()[-1])


def say(*words: str) -> None:
    """Say something by a call that is never made to fail."""
    os.writev(1, [" ".join(words).encode() + b"\n"])


def write_over_itself(folder: Path) -> None:
    """Write a list of everything over itself, as a careless program does: the control that must leave it broken."""
    for number in range(SAVES):
        with suppress(OSError), (folder / "all.json").open("w", encoding="utf-8") as file:
            file.write(json.dumps(list(range(number * 5_000))))
            file.flush()
        say("done", f"I-{number}")


def failing(call: str) -> int:
    """Return the number of the call that strace makes fail."""
    return FAILING_TO_OPEN if call == "openat" else FAILING


def spend(call: str, times: int) -> None:
    """Make harmless calls of a kind: they count for strace and do nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    harmless: dict[str, Callable[[], object]] = {
        "pwrite64": lambda: os.pwrite(nothing, b"", 0),
        "write": lambda: os.write(nothing, b""),
        "fdatasync": lambda: os.fdatasync(nothing),
        "fsync": lambda: os.fsync(nothing),
        "ftruncate": lambda: os.ftruncate(nothing, 0),
        "openat": lambda: os.open("/no/such/folder", os.O_RDONLY),
        "unlink": lambda: os.unlink("/no/such/file"),
        "rename": lambda: os.rename("/no/such/file", "/no/such/name"),
    }
    for _ in range(times):
        with suppress(OSError):
            harmless[call]()


def main(door: str, folder: Path, call: str, numbers: list[int]) -> None:
    """Try the door once so that all is loaded, then in a fork for each number."""
    do = globals()[door]
    do(folder / "warm")
    for number in numbers:
        child = os.fork()
        if child == 0:
            said = os.open(folder / str(number) / "said", os.O_WRONLY | os.O_CREAT)
            os.dup2(said, 1)
            spend(call, failing(call) - number - (call == "openat"))  # one that opens opens what it spends on
            do(folder / str(number))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say("ended", str(number), str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], [int(number) for number in sys.argv[4].split(",")])
