"""Amounts, hours, dates and addresses that only the municipality may see: in nothing that the supplier gets.

The internal texts have marks (`hostile`); here every other internal field whose values can be told from all others has
an unmistakable one, by introspection: a new field comes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from artefacts import said_by, said_in
from click.testing import CliRunner

from partnership_lib import text
from partnership_lib.cli import main
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.domain import RECORD_TYPES, FrozenDocument, Record
from partnership_lib.domain.record import internal_fields, reference_fields
from partnership_lib.register.records import read_records
from partnership_lib.register.values import table_name
from partnership_lib.reports import one_request, run_reports
from partnership_lib.text.formatting import format_day
from partnership_lib.workspace import Workspace, open_workspace

pytestmark = pytest.mark.slow

TOLD_BY_NOBODY_ELSE = ("int | None", "float", "float | None", "date", "date | None")
SMALL = {"agreement_share", "preparation_months", "probability", "consequence", "number"}
"""Shares, months and grades: their few values stand everywhere."""
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u202f.,](?=\d)")


def canaries() -> dict[tuple[str, str], Any]:
    """Return an unmistakable value for each internal field, by table and field."""
    found: dict[tuple[str, str], Any] = {}
    numbers = count(1)
    for kind in RECORD_TYPES.values():
        types = {each.name: str(each.type) for each in fields(kind)}
        for name in internal_fields(kind) if kind is not FrozenDocument else ():
            if name in SMALL or name in reference_fields(kind):
                continue
            number = next(numbers)
            if name == "email":
                found[table_name(kind), name] = f"kanarie-{number}@intern.example"
            elif types[name] in TOLD_BY_NOBODY_ELSE:
                found[table_name(kind), name] = _value(types[name], number)
    return found


def _value(kind: str, number: int) -> Any:
    if kind.startswith("date"):
        return date(1997, 1, 1) + timedelta(days=13 * number)
    amount = 917_331 + 7_919 * number
    return amount * 100 if kind.startswith("int") else float(amount)


CANARIES = canaries()


def ways_of_writing(value: Any) -> Iterator[str]:
    """Yield a pattern for each way in which a value can be written, digits put together."""
    if isinstance(value, str):
        yield re.escape(value)
    elif isinstance(value, date):
        yield from (f"{value:%Y-%m-%d}", f"{value:%Y%m%d}", f"{value:%d}/{value.month}[ /-]{value.year}")
        for language in text.LANGUAGES:
            yield re.escape(format_day(value, language))
        yield rf"<v>{(value - date(1899, 12, 30)).days}(?:\.0)?</v>"
    else:
        digits = str(int(value) // 100 if isinstance(value, int) else int(value))
        yield rf"(?<!\d){digits}(?:00?)?(?!\d)"


def seen_in(said: str) -> set[tuple[str, str]]:
    """Return which internal fields can be read out of a text."""
    together = BETWEEN_DIGITS.sub("", said)
    return {
        field
        for field, value in CANARIES.items()
        if any(re.search(way, each) for way in ways_of_writing(value) for each in (said, together))
    }


def test_the_control_every_value_is_found_however_it_is_written() -> None:
    for field, value in CANARIES.items():
        written = f"{value:,}".replace(",", "\u00a0") if isinstance(value, (int, float)) else str(value)
        assert field in seen_in(f"<td>{written}</td>"), field
    assert len(CANARIES) >= 15
    assert seen_in("2026-09-15 1 234 567,00 kr") == set()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo municipality with the canaries in every record."""
    root = tmp_path_factory.mktemp("intern") / "kommun"
    build_demo_workspace(root)
    (root / "data" / "register.sqlite").unlink()
    content, _ = read_records(root / "data" / "demo" / "register")
    opened = open_workspace(root)
    opened.register.save(list(map(_with_canaries, content)), actor="system:test")
    return opened


def _with_canaries(record: Record) -> Record:
    table = table_name(type(record))
    return replace(record, version=0, **{name: value for (kind, name), value in CANARIES.items() if kind == table})


REPORTS = [("follow_up", {"period": "2026-T2"}), ("agenda", {}), ("minutes", {})]
EXPORTS = [("agreements", ".xlsx"), ("agreements", ".csv"), ("activities", ".xlsx"), ("calendar", ".ics")]


def artefacts(workspace: Workspace, audience: str, folder: Path) -> dict[str, str]:
    """Return what every report and export for an audience says, by its name."""
    wanted = [one_request(workspace, kind, agreement="A-001", audience=audience, **more) for kind, more in REPORTS]
    outcome = run_reports(workspace, wanted)
    assert outcome.failed == []
    said = {f"{request.key}/{name}": content for request, report in outcome.published
            for name, content in said_in(report.folder).items()}  # fmt: skip
    for kind, suffix in (*EXPORTS, ("ocds", ".json")):
        file = folder / f"{kind}-{audience}{suffix}"
        options = ["export", kind, "--agreement", "A-001", "--audience", audience, "-o", str(file)]
        done = CliRunner().invoke(main, [*options, "--workspace", str(workspace.root)])
        assert done.exit_code == 0, done.output
        said[file.name] = said_by(file)
    return said


@pytest.mark.target(name="T18")
def test_no_internal_amount_hour_date_or_address_is_in_any_shared_artefact(
    workspace: Workspace, tmp_path: Path, target: Callable[..., None]
) -> None:
    shared = {name: seen_in(said) for name, said in artefacts(workspace, "shared", tmp_path).items()}
    found = {name: fields_seen for name, fields_seen in shared.items() if fields_seen}
    target(shared_artefacts=len(shared), internal_values=len(CANARIES), internal_found=len(found))
    assert {Path(name).suffix for name in shared} >= {".html", ".pdf", ".xlsx", ".csv", ".ics", ".json"}
    assert found == {}


@pytest.mark.target(name="T18", control=True)
def test_the_control_the_internal_artefacts_have_them(
    workspace: Workspace, tmp_path: Path, target: Callable[..., None]
) -> None:
    seen = set().union(*map(seen_in, artefacts(workspace, "internal", tmp_path).values()))
    target(internal_seen=len(seen))
    assert seen >= {
        ("agreement_parts", "annual_value_ore"), ("needs", "annual_value_ore"), ("people", "email"),
        ("agreements", "procurement_started_date"), ("agreements", "replacement_started_date"),
    }  # fmt: skip
