"""A quick look before a run: what was found to stand on data that have not changed since needs no second thought.

Whether a report is new is decided by the hash of all that it is made from, and that takes reading all of it. This look
compares what tells at once that nothing has changed: the head of the register's trail, the size and time of every file
of data, the code. It may say "perhaps" where the hash says "no", never the other way round.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from partnership_lib.register.hashing import canonical
from partnership_lib.reports.catalogue import KINDS, read_template
from partnership_lib.reports.inputs import code_hash
from partnership_lib.reports.outcome import RunOutcome
from partnership_lib.reports.publish import PublishedReport
from partnership_lib.reports.request import ReportRequest
from partnership_lib.reports.runs import note_seen, published_so_far, seen_runs
from partnership_lib.workspace.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


@dataclass(frozen=True)
class Look:
    """What a quick look has found.

    Attributes
    ----------
    stamp : str
        Of all that reports are made from, when the look was taken.
    standing : Mapping of str to PublishedReport
        By key the scheduled reports that stand as they would be made now.
    without_data : frozenset of str
        The keys of those that would find no data.
    """

    stamp: str
    standing: Mapping[str, PublishedReport] = field(default_factory=dict)
    without_data: frozenset[str] = frozenset()

    def knows(self, request: ReportRequest) -> bool:
        """Return whether the request is answered by what stands, or by there being nothing to tell."""
        return request.on_schedule and (request.key in self.standing or request.key in self.without_data)


def quick_look(workspace: Workspace, requests: Iterable[ReportRequest] = ()) -> Look:
    """Return what earlier runs found of these reports and that cannot have changed since."""
    keys = {request.key for request in requests}
    reports, engine = workspace.reports_folder, workspace.register.engine
    of_data = _stamp(workspace)
    stamp = _with_published(of_data, engine)
    seen = seen_runs(engine, stamp)
    asked = ((key, run) for key, run in seen.items() if key in keys)  # looking into a folder takes its time
    untouched = {key: (state, path) for key, (state, path, mark) in asked if mark == _mark(stamp, reports, path)}
    return Look(
        of_data,
        {key: PublishedReport(reports / path) for key, (state, path) in untouched.items() if path},
        frozenset(key for key, (state, _) in untouched.items() if state == "no_data"),
    )


def remember(workspace: Workspace, look: Look, outcome: RunOutcome) -> None:
    """Note what was found to stand, or to lack data, in a run that began with this look.

    What has changed during the run is not in the stamp, so that the next look sees it.
    """
    reports, engine = workspace.reports_folder, workspace.register.engine
    stamp = _with_published(look.stamp, engine)
    stands = {request.key: report.folder for request, report in (*outcome.published, *outcome.identical)}
    marks = {key: _mark(stamp, reports, folder) for key, folder in stands.items()}
    note_seen(engine, marks | {request.key: _mark(stamp, reports, None) for request in outcome.no_data})


def _mark(stamp: str, reports: Path, path: Path | str | None) -> str:
    """Return what is noted of a report: the stamp, and the names, sizes and times of the files in its folder."""
    if path is None:
        return stamp
    try:
        with os.scandir(reports / path) as entries:
            files = sorted(f"{each.name} {(found := each.stat()).st_size} {found.st_mtime_ns}" for each in entries)
    except OSError:
        return ""
    return f"{stamp} {hashlib.sha256(';'.join(files).encode()).hexdigest()}"


def _with_published(stamp: str, engine: Engine) -> str:
    # A report tells what differs from the one before it, so that what is published is part of what it is made from.
    return hashlib.sha256(f"{stamp} {published_so_far(engine)}".encode()).hexdigest()


def _stamp(workspace: Workspace) -> str:
    of_a_period = [kind for kind in KINDS.values() if kind.of_a_period]
    facts = {
        "code": code_hash(),
        "notebooks": [read_template(kind).sha256 for kind in of_a_period],
        "settings": (workspace.root / SETTINGS_FILE).read_text(encoding="utf-8"),
        "register": list(workspace.register.audit_head()),
        "files": sorted(_files(workspace.root / "data")),
    }
    return hashlib.sha256(canonical(facts).encode("utf-8")).hexdigest()


def _files(folder: Path) -> Iterator[str]:
    """Yield path, size and time of every file of data; the register is known by the head of its trail."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(Path(entry.path))
            elif not entry.name.startswith("register.sqlite"):
                yield f"{entry.path} {_size_and_time(entry)}"


def _size_and_time(entry: os.DirEntry[str]) -> str:
    try:
        found = entry.stat()
    except FileNotFoundError:  # an import is at work: the next look sees something else
        return "gone"
    return f"{found.st_size} {found.st_mtime_ns}"
