"""Every reader of files that the workbench has: clean seeds, and what a command does with such a file.

A reader that the workbench runs in its guarded child is run as the child runs it. What the guard would only report as
"the reader failed" therefore counts as an escape here: a file that is wrong deserves its own sentence.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from partnership_lib.errors import InputError
from tests.faults.fuzz import ledger_truth, seeds
from tests.faults.fuzz.shelf import TODAY, Shelf, small_content


@dataclass(frozen=True)
class FileReader:
    """A reader of files.

    Attributes
    ----------
    seeds : callable
        Gives its clean files.
    read : callable
        Reads a file as the workbench does, and checks what can be known of the result without the reader.
    guarded : bool
        Whether the workbench reads in a child process that may die.
    most_seconds : int
        Of processor time, for one file.
    """

    seeds: Callable[[], seeds.Seeds]
    read: Callable[[Path], object]
    guarded: bool = False
    most_seconds: int = 60


# --- ledgers --------------------------------------------------------------------------------------------------------


def _ledger(path: Path, profile: Any = None, waiting: Any = None) -> None:
    from partnership_lib.files.sources import find_sources
    from partnership_lib.ledger.dialects import find_profile
    from partnership_lib.ledger.reading import NOTHING_WAITS, read_ledger_file

    profile = profile or find_profile()
    staging = path.parent / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    for source in find_sources(path, profile.members, profile.members_excluded):
        reading = read_ledger_file(source, profile, staging, frozenset(), waiting or NOTHING_WAITS)
        ledger_truth.check_account(reading, staging)
        if (
            source.member is None
            and not source.is_gzip
            and reading.separator in (";", ",", "\t", "|")
            and waiting is None
        ):
            content = path.read_bytes()
            if not content.startswith(b"PK"):
                ledger_truth.check_lines(content, reading, staging)


def _proposal(path: Path) -> None:
    from partnership_lib.files.profiles import LedgerProfile
    from partnership_lib.files.sources import find_sources
    from partnership_lib.ledger.proposing.proposal import propose_profile

    known = LedgerProfile("any", {}, ())
    proposal = propose_profile(find_sources(path, known.members, known.members_excluded)[0])
    if proposal.is_complete:
        proposal.profile()


def _corrections(path: Path) -> None:
    from partnership_lib.ledger.corrections import waiting_files

    warehouse = seeds.waiting_warehouse()
    _ledger(path, waiting=waiting_files(warehouse.files(), warehouse.root))


def _profile(path: Path) -> None:
    """A profile that is taken must also read, or refuse, a clean ledger."""
    from partnership_lib.files.profiles import read_profile

    profile = read_profile(path)
    ledger = path.parent / "ledger.csv"
    if not ledger.exists():
        ledger.write_bytes(seeds.ledgers_of_text()["comma.csv"])
    _ledger(ledger, profile, waiting={})


def _warehouse_manifest(path: Path) -> None:
    from partnership_lib.ledger.manifest import read_manifest

    read_manifest(path)


def _quarantine(path: Path) -> None:
    from partnership_lib.files.quarantine import read_quarantine

    read_quarantine(path)


# --- the register ---------------------------------------------------------------------------------------------------


def _table(kind: str, path: Path) -> None:
    from partnership_lib.register.exchange import import_table

    account = import_table(kind, path, Shelf(), actor="P-admin", today=TODAY)  # type: ignore[arg-type]
    assert account.rows == account.accepted + account.unchanged + account.quarantined


def _answers(path: Path) -> None:
    from partnership_lib.register.exchange.answers import import_answers

    account = import_answers(path, Shelf(), actor="P-admin", language="sv", today=TODAY)  # type: ignore[arg-type]
    if account is not None:
        json.dumps(account.as_json(), default=str).encode()


def _calendar(path: Path) -> None:
    from partnership_lib.register.exchange.calendar import import_calendar

    account = import_calendar(path, Shelf(), actor="P-admin", as_of=TODAY)  # type: ignore[arg-type]
    assert account.events == len(account.changed) + account.unchanged + len(account.conflicts) + account.unknown
    json.dumps(account.as_json("sv"), default=str).encode()


def _own_package(path: Path) -> None:
    from partnership_lib.register.exchange.ocds import import_ocds_file

    account = import_ocds_file(
        path, Shelf(), actor="P-admin", currency="SEK", quarantine_folder=path.parent, language="sv"  # type: ignore[arg-type]
    )  # fmt: skip
    assert account.rows == account.accepted + account.unchanged + account.quarantined


def _records(path: Path) -> None:
    """One file of a register's folder, the others clean."""
    from partnership_lib import text
    from partnership_lib.register.records import read_records

    folder = path.parent / "records"
    folder.mkdir(exist_ok=True)
    for name, content in _record_folder().items():
        (folder / name).write_bytes(path.read_bytes() if name == path.name else content)
    content, issues = read_records(folder)
    Shelf().save(content)
    for issue in issues:
        text.describe(issue.as_error(), "sv").encode()


_record_folder = cache(seeds.record_folders)


def _suppliers(path: Path) -> None:
    from partnership_lib.workspace import supplier_table

    workspace: Any = type("Workspace", (), {"content": small_content, "register": Shelf(), "as_of": TODAY})
    supplier_table.accept_suppliers(workspace, path, "P-admin")


# --- notices --------------------------------------------------------------------------------------------------------


def _market(source: str, path: Path) -> None:
    from partnership_lib.register.exchange.notices import import_market

    market = path.parent / "data" / "market.csv"
    market.parent.mkdir(exist_ok=True)
    market.unlink(missing_ok=True)
    account = import_market(source, [path], market)
    assert account.lots >= account.new
    json.dumps(account.as_json(), default=str).encode()
    _market_table(market)
    for refused in account.refused:
        raise refused


def _market_table(path: Path) -> None:
    from partnership_lib.register.exchange.notices import competition, read_market
    from partnership_lib.workspace.market import market_bidder_counts

    competition(read_market(path))
    if path.parent.name == "data":
        market_bidder_counts(path.parent.parent)


# --- settings, cases, rules -----------------------------------------------------------------------------------------


def _settings(path: Path) -> None:
    from partnership_lib.workspace.settings import read_settings

    read_settings(path)


@cache
def _defaults() -> Any:
    from partnership_lib.workspace.case_files import default_assumptions

    return default_assumptions(Path("/nowhere"))


def _text(path: Path) -> str:
    from partnership_lib.workspace.case_files import read_file

    return read_file(path)


def _case(path: Path) -> None:
    from partnership_lib.decision.cases.reading import read_case

    read_case(_text(path), path.name, _defaults(), lambda *_: (seeds.cases()["case.yaml"].decode(), "case.yaml"))


def _assumptions(path: Path) -> None:
    from partnership_lib.decision.cases.defaults import read_assumptions

    read_assumptions({path.name: _text(path)}, _defaults())


def _bidders(path: Path) -> None:
    from partnership_lib.decision.uncertainty.bidders import parse_bidder_counts

    counts = parse_bidder_counts(_text(path))
    assert all(abs(sum(weights) - 1) < 1e-9 for weights in counts.values())


def _rules(path: Path) -> None:
    from partnership_lib.consolidation.planning.reading import read_rules
    from partnership_lib.workspace.consolidations import _read

    read_rules(_read(path), path.name)


def _outcome_rules(path: Path) -> None:
    from partnership_lib.workspace.outcome_rules import outcome_rules

    root = path.parent / "workspace"
    (root / "data").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, root / "data" / "outcome.yaml")
    outcome_rules(root)


def _problem(path: Path) -> None:
    from partnership_lib.consolidation.problems.reading import read_problem
    from partnership_lib.workspace.consolidations import _read

    read_problem(_read(path), path.name)


def _capability(path: Path) -> None:
    from partnership_lib.consolidation.planning.capability import capability_of, merged_capability
    from partnership_lib.workspace.consolidations import _read

    written = _read(path)
    table, new, known = merged_capability("", written, path.name)
    assert (new and not known) or not table.strip().partition("\n")[2]
    capability_of(table, path.name)


def _panel(path: Path) -> None:
    from partnership_lib.analysis.outcome.panel_text import panel_from_text
    from partnership_lib.cli.outcome_panel import _content

    columns = {"unit": "unit", "period": "period", "value": "value", "treated": "A", "start": "2025-Q3"}
    panel = panel_from_text(_content(path), path.name, **columns)
    assert panel.pre_periods and panel.post_periods


# --- reports --------------------------------------------------------------------------------------------------------


def _report_manifest(path: Path) -> None:
    """Read as it is, and once more with a hash that fits what it says: whoever changes a file can do that too."""
    from partnership_lib.register.hashing import canonical
    from partnership_lib.reports.differences import causes_of
    from partnership_lib.reports.manifest import Manifest, read_manifest
    from partnership_lib.reports.publish import published_versions
    from partnership_lib.reports.request import request_of
    from partnership_lib.reports.verify import _verify_folder

    folder = path.parent / "published" / "report" / "1-00000000"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "numbers.csv").write_bytes(b"abc")
    shutil.copyfile(path, folder / "MANIFEST.json")
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        stored = json.loads(path.read_text(encoding="utf-8"))
        canonical(stored["body"])
        (folder / "MANIFEST.json").write_text(Manifest(stored["body"], stored["run"]).as_text(), encoding="utf-8")
    published_versions(path.parent, "report")
    _verify_folder(folder, "sv")
    manifest = read_manifest(folder)
    request_of(manifest.body["key"])
    causes_of(manifest.body, manifest.body)


def _numbers(path: Path) -> None:
    from partnership_lib.reports.numbers import read_numbers

    read_numbers(path)


def _notebook(path: Path) -> None:
    from partnership_lib.reports.parameters import checked_parameters, declared_parameters

    try:
        notebook = json.loads(path.read_bytes())
        cells = notebook["cells"]
        assert all(isinstance(each.get("metadata", {}), dict) and "source" in each for each in cells)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
        raise InputError("json_unreadable", file=path.name, line=1, column=1, reason="") from None
    declared = declared_parameters(notebook)
    checked_parameters(declared, dict(declared))


READERS: dict[str, FileReader] = {
    "ledger text": FileReader(seeds.ledgers_of_text, _ledger, guarded=True),
    "ledger JSON": FileReader(seeds.ledgers_of_json, _ledger, guarded=True),
    "ledger workbook": FileReader(seeds.ledgers_in_workbooks, _ledger, guarded=True),
    "ledger archive": FileReader(seeds.ledgers_in_archives, _ledger, guarded=True),
    "ledger corrections": FileReader(seeds.corrections, _corrections, guarded=True),
    "ledger proposal": FileReader(lambda: seeds.ledgers_of_text() | seeds.ledgers_of_json(), _proposal, guarded=True),
    "ledger profile": FileReader(seeds.profiles, _profile),
    "warehouse manifest": FileReader(seeds.warehouse_manifests, _warehouse_manifest),
    "quarantine": FileReader(seeds.quarantines, _quarantine),
    "agreements": FileReader(partial(seeds.tables, "agreements"), partial(_table, "agreements"), guarded=True),
    "activities": FileReader(partial(seeds.tables, "activities"), partial(_table, "activities"), guarded=True),
    "needs": FileReader(partial(seeds.tables, "needs"), partial(_table, "needs"), guarded=True),
    "answers": FileReader(seeds.answers, _answers, guarded=True),
    "suppliers": FileReader(seeds.suppliers, _suppliers, guarded=True),
    "calendar": FileReader(seeds.calendars, _calendar, guarded=True),
    "register folder": FileReader(seeds.record_folders, _records),
    "OCDS own": FileReader(seeds.own_packages, _own_package, guarded=True),
    "OCDS market": FileReader(seeds.foreign_packages, partial(_market, "ocds"), guarded=True),
    "eForms": FileReader(seeds.notices, partial(_market, "eforms"), guarded=True),
    "open tables": FileReader(seeds.open_tables, partial(_market, "open_table"), guarded=True),
    "market table": FileReader(seeds.market_tables, _market_table),
    "settings": FileReader(seeds.settings, _settings),
    "case": FileReader(seeds.cases, _case),
    "scenario": FileReader(seeds.scenarios, _case),
    "assumptions": FileReader(seeds.assumptions, _assumptions),
    "bidders": FileReader(seeds.bidder_tables, _bidders),
    "consolidation rules": FileReader(seeds.rules, _rules),
    "consolidation problem": FileReader(seeds.problems, _problem),
    "outcome rules": FileReader(seeds.outcome_rules, _outcome_rules),
    "capability": FileReader(seeds.capabilities, _capability),
    "panel": FileReader(seeds.panels, _panel),
    "report manifest": FileReader(seeds.report_manifests, _report_manifest),
    "report numbers": FileReader(seeds.number_tables, _numbers),
    "notebook": FileReader(seeds.notebooks, _notebook),
}


# --- controls -------------------------------------------------------------------------------------------------------


def _careless(path: Path) -> object:
    """Asks for what need not be there."""
    return {b"n": 1}[path.read_bytes()[-2:-1]]


def _losing(path: Path) -> None:
    """Reads a ledger without one of its lines, and checks the account against the whole."""
    from partnership_lib.files.sources import Source
    from partnership_lib.ledger.dialects import find_profile
    from partnership_lib.ledger.reading import read_ledger_file

    content = path.read_bytes()
    short, staging = path.with_suffix(".short.csv"), path.parent / "staging"
    short.write_bytes(b"\n".join(line for number, line in enumerate(content.split(b"\n")) if number != 3))
    shutil.rmtree(staging, ignore_errors=True)
    reading = read_ledger_file(Source(short, size=1), find_profile(), staging, frozenset())
    ledger_truth.check_lines(content, reading, staging)


def _for_ever() -> None:
    while True:
        pass


def _harmful(seed: Callable[[], seeds.Seeds], harm: Callable[[Path], object]) -> Callable[[Path], None]:
    """Return a reader that reads clean files well, and no others."""

    def read(path: Path) -> None:
        if path.read_bytes() not in seed().values():
            harm(path)

    return read


def _control(harm: Callable[[Path], object], seed: Callable[[], seeds.Seeds] = seeds.capabilities, **more: Any) -> Any:
    return FileReader(seed, _harmful(seed, harm), **more)


CONTROLS: dict[str, FileReader] = {
    "control careless": _control(_careless, guarded=True),
    "control losing": _control(_losing, seeds.ledgers_of_text),
    "control dying": _control(lambda _: os.kill(os.getpid(), 9)),
    "control dying in the guard": _control(lambda _: os.kill(os.getpid(), 9), guarded=True),
    "control hungry": _control(lambda _: bytearray(2**32)),
    "control endless": _control(lambda _: _for_ever(), most_seconds=1),
}
"""Readers with faults, which must be found: the same way of trying them, seen to fail."""

ALL = tuple(READERS)
READERS |= CONTROLS


def unguard() -> None:
    """Read in this process from now on, which is a guarded child itself; results are pickled as between the two."""
    import pickle

    def run(function: Callable[..., Any], *args: Any, **_: Any) -> Any:
        return pickle.loads(pickle.dumps(function(*args)))

    for module in list(sys.modules.values()):
        if getattr(module, "run_guarded", None) is not None and module.__name__.startswith("partnership_lib"):
            module.run_guarded = run  # type: ignore[attr-defined]
