"""Published means: a whole folder with its manifest, renamed into place. A file's existence proves nothing."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from partnership_lib.errors import ReportError
from partnership_lib.files.atomic import move_folder, sync_tree, write_text
from partnership_lib.register.connect import transaction
from partnership_lib.reports.manifest import MANIFEST, Manifest, read_manifest
from partnership_lib.reports.runs import Claim, finish

PUBLISHED = "published"
STAGING = ".staging"


@dataclass(frozen=True)
class PublishedReport:
    """One version of a report, in its folder."""

    folder: Path
    read: Manifest | None = None

    @cached_property
    def manifest(self) -> Manifest:
        """Return what the report is and stands on, read when it is first asked for."""
        return self.read or read_manifest(self.folder)

    @property
    def version(self) -> int:
        """Return the number of the version."""
        return int(self.manifest.body["version"])

    @property
    def html(self) -> Path:
        """Return the report as HTML."""
        return self.folder / "report.html"


def published_versions(reports_folder: Path, slug: str) -> list[PublishedReport]:
    """Return the versions of a report that stand whole in their folders, oldest first."""
    return versions_in(reports_folder / PUBLISHED / slug)


def versions_in(folder: Path) -> list[PublishedReport]:
    """Return the versions that stand whole in the folder of a report, oldest first."""
    return sorted(_whole(folder), key=lambda each: (each.version, each.folder.name))


def all_published(reports_folder: Path) -> list[PublishedReport]:
    """Return every published version of every report."""
    root = reports_folder / PUBLISHED
    slugs = sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    return [each for slug in slugs for each in published_versions(reports_folder, slug)]


def _whole(parent: Path) -> Iterator[PublishedReport]:
    for folder in parent.iterdir() if parent.is_dir() else ():
        try:
            manifest = read_manifest(folder)
        except ReportError:
            continue  # not a published report, whatever it looks like; `verify` says why
        if all(_has_size(folder / name, facts["size"]) for name, facts in manifest.body["outputs"].items()):
            yield PublishedReport(folder, manifest)


def _has_size(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


@contextmanager
def staging_folder(reports_folder: Path, slug: str, claim: Claim) -> Iterator[Path]:
    """Yield a folder of this claim's own, on the file system of the published ones; removed at the end.

    What dead claims of the same report left behind is removed first: the claim says that nobody lives in it.
    """
    root = reports_folder / STAGING
    for left_over in root.glob(f"{slug}_*"):
        shutil.rmtree(left_over, ignore_errors=True)
    folder = root / f"{slug}_{claim.token}_{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(
    engine: Engine, claim: Claim, bundle: Path, manifest: Manifest, reports_folder: Path, slug: str
) -> PublishedReport:
    """Return the report after its bundle was moved to where readers look, whole or not at all.

    Parameters
    ----------
    bundle : Path
        The staged folder with every output; the manifest is written into it last.

    Raises
    ------
    ReportError
        ``report_claim_lost`` when another run has taken over; nothing is published then.
    """
    write_text(bundle / MANIFEST, manifest.as_text())
    sync_tree(bundle)  # before the lock is taken, so that it is held for a moment only
    number, digest = manifest.body["version"], claim.input_hash[:8]
    target = reports_folder / PUBLISHED / slug / f"{number}-{digest}"
    with transaction(engine) as connection:
        # The claim is checked and the folder renamed under one write lock: a run that slept past its lease finds its
        # claim gone; one killed between rename and commit leaves a whole report that the next run recognises.
        finish(connection, claim, "published", path=target.relative_to(reports_folder).as_posix())
        if target.exists():
            _set_aside(target, reports_folder)
        move_folder(bundle, target)
    return PublishedReport(target, manifest)


def _set_aside(target: Path, reports_folder: Path) -> None:
    # Only a damaged folder can stand here (a whole one is recognised before the run): keep it, out of the way.
    aside = reports_folder / "damaged" / f"{target.parent.name}_{target.name}_{uuid.uuid4().hex[:8]}"
    aside.parent.mkdir(parents=True, exist_ok=True)
    os.rename(target, aside)


def run_facts(started: float) -> dict[str, str | float]:
    """Return what the manifest says about the run itself: when it ended, and how long it took."""
    return {
        "finished_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration_seconds": round(time.monotonic() - started, 1),
    }
