"""A municipality whose every text is a payload, brought in through the doors that real data comes by."""

from __future__ import annotations

import csv
import io
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import ActivityListItem, FrozenDocument, Organisation, Record, RegisterContent, SignOff
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.domain.record import internal_fields
from partnership_lib.register.records import read_records
from partnership_lib.register.values import columns_of, table_name
from partnership_lib.workspace import Workspace, open_workspace

PERSONAL_NUMBERS = (
    *("811218-9876", "8112189876", "19811218-9876", "198112189876", "811218+9876", "811218 9876", "19811218 9876"),
    *("811218\u00a09876", "811218\u20139876", "811218 - 9876", "SE811218987601", "811278-9873", "8112789873"),
)
"""One invented person's number in every way that it is written, and a co-ordination number."""
INTERNAL_MARK = "INTERN-KANARIE"
SOLE_TRADER = "L-004"

CODES = {
    *("category", "report_rhythm", "domain", "volume_driver", "driver", "series", "start_time", "measure"),
    *("document", "sha256", "list_hash", "figure_code", "period_kind", "period", "organisation_number"),
    *("alias_key", "supplier_key", "successor_rule", "id", "email"),
}
"""Texts that are codes: a report looks things up by them, and free text does not come there."""


STATES = {"cancelled_reason"}
"""Texts that mean something by being there: where there is none, none is put."""


def free_texts(kind: type[Record]) -> list[str]:
    """Return the names of the fields of a record that hold whatever somebody has written."""
    if kind is FrozenDocument:
        return []
    return [c.name for c in columns_of(kind) if c.kind is str and not c.references and c.name not in CODES]


def rewritten(content: RegisterContent, text_of: Callable[[type[Record], str, str], str]) -> list[Record]:
    """Return all records, every free text replaced by `text_of(kind, field, text)`, and the lists signed anew."""

    def written(record: Record) -> Record:
        names = [name for name in free_texts(type(record)) if name not in STATES or getattr(record, name)]
        return replace(
            record, version=0, **{name: text_of(type(record), name, getattr(record, name)) for name in names}
        )

    return _signed_anew(map(written, content))


def _signed_anew(records: Iterable[Record]) -> list[Record]:
    """A signature stands for the hash of the list: after a rewriting it is that of the list as it is now."""
    content = RegisterContent.of(records)
    versions = {version.id: version for version in content.activity_list_versions}
    items: dict[str, list[ActivityListItem]] = {}
    for item in content.activity_list_items:
        items.setdefault(item.list_version_id, []).append(item)
    return [
        replace(record, list_hash=list_hash(versions[record.list_version_id], items[record.list_version_id]))
        if isinstance(record, SignOff)
        else record
        for record in content
    ]


def dealer(texts: Iterable[str]) -> Callable[[type[Record], str, str], str]:
    """Return what deals the texts to each field of each kind in turn, so that every field gets as many as it can."""
    listed = list(texts)
    hands: dict[tuple[type[Record], str], Iterator[str]] = {}

    def deal(kind: type[Record], name: str, _: str) -> str:
        if (
            kind,
            name,
        ) not in hands:  # each field begins elsewhere in the list: small tables get others than large ones
            start = len(hands) * 7 % len(listed)
            hands[kind, name] = cycle(listed[start:] + listed[:start])
        return next(hands[kind, name])

    return deal


def marked(deal: Callable[[type[Record], str, str], str]) -> Callable[[type[Record], str, str], str]:
    """Return what deals the same texts, each with a personal number, and a mark where only the municipality may see."""
    numbers = cycle(PERSONAL_NUMBERS)

    def dealt(kind: type[Record], name: str, old: str) -> str:
        mark = f" {INTERNAL_MARK}-{table_name(kind)}-{name}" if name in internal_fields(kind) else ""
        return f"{deal(kind, name, old)}{mark} {next(numbers)}"

    return dealt


def municipality(root: Path, texts: Iterable[str]) -> Workspace:
    """Return the demo municipality with every text replaced by those given in turn, each with a personal number."""
    listed = list(texts)
    build_demo_workspace(root)
    (root / "data" / "register.sqlite").unlink()
    content, issues = read_records(root / "data" / "demo" / "register")
    assert issues == []
    workspace = open_workspace(root)
    records = [_as_a_sole_trader(record) for record in rewritten(content, marked(dealer(listed)))]
    workspace.register.save(records, actor="system:test")
    return workspace


def _as_a_sole_trader(record: Record) -> Record:
    """One supplier is somebody whose organisation number is a personal number."""
    if isinstance(record, Organisation) and record.id == SOLE_TRADER:
        return replace(record, organisation_number="8112189876")
    return record


LEDGER_TEXTS = ("leverantor", "konto_text", "forvaltning", "fakturanummer", "grund", "avtal")


def hostile_ledger(workspace: Workspace, texts: Iterable[str], file: Path) -> Path:
    """Return a ledger file for the door: the demo's last year, some of its lines with payloads in every text."""
    source = sorted((workspace.root / "data" / "demo" / "ledger").glob("*.csv"))[-1]
    rows = list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))))
    listed = list(texts)
    for number, row in enumerate(rows[: 12 * len(listed)]):
        row["verifikationsnummer"] = f"9{number:06}"
        row["leverantor_id"] = PERSONAL_NUMBERS[number % 4] if number % 5 == 0 else ""
        for place, name in enumerate(LEDGER_TEXTS):
            row[name] = f"{listed[(number + place) % len(listed)]} {PERSONAL_NUMBERS[number % 12]}"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows[: 12 * len(listed)])
    file.write_text(stream.getvalue(), encoding="utf-8", newline="")
    return file


def command(name: str, **values: Any) -> dict[str, Any]:
    """Return a message as the page of the review room sends it."""
    return {"type": "command", "id": str(uuid.uuid4()), "name": name, "values": values}


def copied(root: Path, to: Path) -> Workspace:
    """Return a copy of a workspace, to be spoiled."""
    shutil.copytree(root, to)
    return open_workspace(to)
