"""Every frame that an analyst can ask the demo for, by its name in the data dictionary."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd

import partnership_lib as plib
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.domain import RECORD_TYPES
from partnership_lib.findings import Analysis
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.material.ledger import BOUNDED, BY

Frames = Iterator[tuple[str, pd.DataFrame]]


@cache
def quick_comparison(root: Path) -> Comparison:
    """Return the comparison of the demo's case, computed once and with little effort: its columns are asked for."""
    return plib.open(root).compare("skoladministration", quick=True)


REPORTS: dict[str, Callable[[Workspace], Analysis]] = {
    "follow_up": lambda ws: ws.follow_up("A-001", "2026-T2"),
    "agenda": lambda ws: ws.agenda("A-001"),
    "minutes": lambda ws: ws.minutes("A-001"),
    "portfolio": lambda ws: ws.portfolio("2026-T2"),
    "spend": lambda ws: ws.spend("2026-T2"),
    "outcome": lambda ws: ws.outcome("A-001", "2026-T2"),
    "outcome_programme": lambda ws: ws.outcome_programme("2026-T2"),
    "comparison": lambda ws: ws.comparison(quick_comparison(ws.root)),
    "consolidation": lambda ws: ws.consolidation(),
}


def report_frames(ws: Workspace, kind: str) -> Frames:
    """Yield the tables and the charts' frames of a report."""
    for section in REPORTS[kind](ws).sections:
        for name, frame in section.tables.items():
            yield f"{kind}.{section.code}.{name}", frame
        for chart in section.charts:
            yield f"{kind}.{section.code}.chart.{chart.code}", chart.frame


def material_frames(ws: Workspace) -> Frames:
    """Yield the frames of the register, the ledger, the cases and the workspace itself."""
    for name in RECORD_TYPES:
        yield f"records.{name}", getattr(ws.records, name).frame
    yield "records.counts", ws.records.counts
    yield "agreement.spend", ws.agreement("A-001").spend
    yield "ledger.lines", ws.ledger("2026-08").frame
    yield "ledger.quarantine", ws.ledger.quarantine
    yield "ledger.files", ws.ledger.files
    for name in (*BY, *BOUNDED):
        yield f"ledger.by.{name}", ws.ledger(2025).by(name)
    yield "cases", ws.cases.frame
    yield "assumptions", ws.assumptions
    yield "check", ws.check()
    yield "numbers", ws.minutes("A-001").numbers()
    yield "dictionary", plib.dictionary(ws.needs.frame)


def comparison_frames(ws: Workspace) -> Frames:
    """Yield the frames of a comparison before it is put into words."""
    comparison = quick_comparison(ws.root)
    for field in dataclasses.fields(comparison):
        frame = getattr(comparison, field.name)
        if isinstance(frame, pd.DataFrame):
            yield f"compare.{field.name}", frame
