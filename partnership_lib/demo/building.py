"""Fills a workspace with the invented municipality, through the same doors that real data comes in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from partnership_lib.errors import ConflictError, InputError, UsageError
from partnership_lib.files.atomic import write_text
from partnership_lib.workspace import Workspace, create_workspace, open_workspace
from partnership_lib.workspace.case_files import place_cases
from partnership_lib.workspace.outcome_rules import OUTCOME_FILE

DEMO_AS_OF = date(2026, 9, 15)
DEMO_NAME = "Lindvalla kommun"
DEMO_OFFICE_HOURS_PER_YEAR = 3600
DEMO_CASES = ("skoladministration.yaml", "hantverk.yaml")


@dataclass(frozen=True)
class DemoBuilt:
    """What the workspace holds now, and whether anything had to be added."""

    records: int
    lines: int
    changed: bool


def build_demo_workspace(root: Path) -> DemoBuilt:
    """Return what the demo workspace at `root` holds; doing it twice adds nothing.

    Raises
    ------
    InputError
        ``demo_damaged`` when the files in ``data/demo`` cannot be read whole.
    UsageError
        ``demo_register_differs`` when the register was built from other demo files.
    """
    create_workspace(root, name=DEMO_NAME, as_of=DEMO_AS_OF, office_hours_per_year=DEMO_OFFICE_HOURS_PER_YEAR)
    place_cases(root, DEMO_CASES)
    _place_outcome_rules(root)
    workspace = open_workspace(root)
    source = root / "data" / "demo"
    if not (source / "register").is_dir():
        from partnership_lib.demo import make_demo

        make_demo(source)
    records, added = _fill_register(workspace, source / "register")
    lines, imported = _fill_warehouse(workspace, source / "ledger")
    return DemoBuilt(records, lines, added or imported)


def _place_outcome_rules(root: Path) -> None:
    """Put the rules of evaluation where the municipality has none of its own."""
    file = root / "data" / OUTCOME_FILE
    if not file.exists():
        shipped = resources.files("partnership_lib.demo").joinpath("data", "small", OUTCOME_FILE)
        write_text(file, shipped.read_text("utf-8"))


def _fill_register(workspace: Workspace, folder: Path) -> tuple[int, bool]:
    from partnership_lib.register.records import read_records
    from partnership_lib.register.store import content_hash

    content, issues = read_records(folder)
    if issues:
        raise InputError("demo_damaged", folder=str(folder), found=str(issues[0]))
    try:
        saved = workspace.register.save(list(content), actor="system:demo", save_id=f"demo:{content_hash(content)}")
    except ConflictError as error:
        raise UsageError("demo_register_differs", register=workspace.register_url) from error
    return len(content), not saved.repeated


def _fill_warehouse(workspace: Workspace, folder: Path) -> tuple[int, bool]:
    from partnership_lib.ledger.importing import import_ledger

    accounts = import_ledger(sorted(folder.glob("*.csv")), workspace.warehouse, currency=workspace.currency)
    return workspace.warehouse.totals()["lines"], not all(account.already_imported for account in accounts)
