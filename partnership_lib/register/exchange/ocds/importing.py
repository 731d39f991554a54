"""A release package back into the register: a release is taken, changes nothing, or is refused with the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from partnership_lib.domain import RECORD_TYPES, Record, RegisterContent, reference_fields
from partnership_lib.errors import InputError
from partnership_lib.files.atomic import write_text
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.json_documents import read_documents
from partnership_lib.register.exchange.context import RefusedError
from partnership_lib.register.exchange.importing import ImportAccount
from partnership_lib.register.exchange.ocds.building import MARK
from partnership_lib.register.exchange.ocds.understanding import RecordKey, Told, label, place, told_records
from partnership_lib.register.exchange.reading import file_hash
from partnership_lib.register.issues import RowIssue
from partnership_lib.register.store import Register
from partnership_lib.units.organisation_number import mask_personal_numbers

_KINDS = {kind.__name__: kind for kind in RECORD_TYPES.values()}


def is_own_package(document: Any) -> bool:
    """Return whether a JSON document is a package that a register like ours has written."""
    return isinstance(document, dict) and MARK in document and isinstance(document.get("releases"), list)


def is_own_file(path: Path) -> bool:
    """Return whether a file is a package that a register like ours has written; one that cannot be read is none."""
    try:
        return is_own_package(run_guarded(read_documents, path)[0])
    except InputError:
        return False


@dataclass
class _Import:
    """The releases of one package on their way."""

    file: str
    language: str
    content: RegisterContent
    told: dict[int, list[Told]] = field(default_factory=dict)
    known: dict[RecordKey, Told] = field(default_factory=dict)
    refused: dict[int, RowIssue] = field(default_factory=dict)

    def refuse(self, number: int, why: RefusedError) -> None:
        self.told.pop(number, None)
        where = label(why.column, self.language)
        self.refused[number] = RowIssue(self.file, number, where, why.found, why.allowed, why.code)


def import_ocds_file(
    path: Path,
    register: Register,
    *,
    actor: str,
    currency: str,
    quarantine_folder: Path,
    language: str,
) -> ImportAccount:
    """Return the account of bringing in a package that `export_ocds` wrote; a row is a release.

    What the register already has is compared with what the release says and never changed: a release that says
    something else is refused, with the field, what it says and what stands.

    Raises
    ------
    InputError
        ``ocds_not_own``, or why the file cannot be read; nothing was saved.
    """
    sha256 = file_hash(path)
    document = run_guarded(read_documents, path)[0]
    if not is_own_package(document):
        raise InputError("ocds_not_own", file=path.name)
    job = _Import(path.name, language, register.load())
    _understand(job, document["releases"], currency)
    _refuse_dangling(job)
    quarantine = _quarantined(job, document, quarantine_folder / f"ocds-{sha256[:12]}.json", language)
    new = {number: [each for each in told if _standing(job, each) is None] for number, told in job.told.items()}
    records = {each.key: each.record() for told in new.values() for each in told}
    if records:
        register.save(records.values(), actor=actor)
    accepted = sum(bool(each) for each in new.values())
    return ImportAccount(
        path.name,
        sha256,
        rows=len(document["releases"]),
        accepted=accepted,
        unchanged=len(new) - accepted,
        quarantined=len(job.refused),
        issues=tuple(job.refused[number] for number in sorted(job.refused)),
        quarantine_file=quarantine,
    )


def _understand(job: _Import, releases: list[Any], currency: str) -> None:
    for number, release in enumerate(releases, start=1):
        try:
            told = told_records(release, currency)
            _agree(job, told)
        except RefusedError as why:
            job.refuse(number, why)
        else:
            job.told[number] = told
            job.known |= {each.key: each for each in told}


def _standing(job: _Import, told: Told) -> Record | None:
    return job.content.find(*told.key)


def _agree(job: _Import, told: list[Told]) -> None:
    """Refuse a release that says something else than the register, or than an earlier release, about a record."""
    own: dict[RecordKey, Told] = {}
    for each in told:
        standing = _standing(job, each)
        earlier = job.known.get(each.key) or own.get(each.key)
        if standing is None and earlier is None:
            each.record()
        for name, value in each.values.items():
            ours = getattr(standing, name) if standing else earlier.values.get(name, value) if earlier else value
            if not _same(value, ours):
                where = place(each.kind, name, each.values)
                raise RefusedError(
                    where, "–" if value is None else value, "ocds_differs", "–" if ours is None else str(ours)[:80]
                )
        own[each.key] = each


def _same(told: Any, ours: Any) -> bool:
    return told == ours or (isinstance(told, str) and isinstance(ours, str) and told == mask_personal_numbers(ours))


def _refuse_dangling(job: _Import) -> None:
    """Refuse releases that point to what neither the register nor a release that is taken has."""
    while True:
        there = {each.key for told in job.told.values() for each in told}
        dangling = {number: why for number, told in job.told.items() if (why := _missing(job, told, there))}
        if not dangling:
            return
        for number, why in dangling.items():
            job.refuse(number, why)


def _missing(job: _Import, told: list[Told], there: set[RecordKey]) -> RefusedError | None:
    for each in told:
        for name, target in reference_fields(each.kind).items():
            value = each.values.get(name)
            kind = _KINDS[target]
            if value is not None and (kind, value) not in there and job.content.find(kind, value) is None:
                where = place(each.kind, name, each.values)
                return RefusedError(where, value, "ocds_reference_unknown")
    return None


def _quarantined(job: _Import, document: dict, path: Path, language: str) -> Path | None:
    """Write the refused releases with their reasons, before anything is saved; corrected, the file can be imported."""
    if not job.refused:
        return None
    kept = []
    for number, release in enumerate(document["releases"], start=1):
        if number in job.refused:
            reason = {"x_reason": job.refused[number].sentence(language)}
            kept.append({**reason, **release} if isinstance(release, dict) else {**reason, "x_release": release})
    path.parent.mkdir(parents=True, exist_ok=True)
    package = {**document, "releases": kept}
    write_text(path, json.dumps(package, ensure_ascii=False, indent=2, default=_number) + "\n")
    return path


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
