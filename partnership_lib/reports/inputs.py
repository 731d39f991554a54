"""What a report is made from, as one hash: whether anything is new is decided before anything is run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import partnership_lib
from partnership_lib.register.hashing import canonical
from partnership_lib.reports.catalogue import Template, find_kind, read_template
from partnership_lib.reports.parameters import checked_parameters, declared_parameters
from partnership_lib.reports.sources import case_file, gather_facts

if TYPE_CHECKING:
    from partnership_lib.reports.request import ReportRequest
    from partnership_lib.workspace import Workspace

_PLACE_AND_DAY = ("workspace", "as_of")
_CODE_SUFFIXES = (".py", ".toml", ".j2", ".css", ".json", ".typ")
_NO_PART_IN_REPORTS = ("cli", "review", "demo", "doctor", "safekeeping")


@dataclass(frozen=True)
class ReportInput:
    """Everything that decides what a report says.

    Attributes
    ----------
    fingerprint : Mapping
        Hashes, records, lines and öre of the register and the ledger, or the hash and counts of the case.
    parameters : Mapping
        What is given to the notebook; the workspace is always ``.``, so no machine's path is in it.

    assumptions : tuple of Mapping
        What the report rests on that somebody assumed; none in a shared one.
    seed : int or None
        Seed of its random numbers, where it draws any.
    previous : Mapping or None
        The report on the period before, that this one begins by telling the differences to (see `previous.named`).

    Notes
    -----
    Versions of libraries are not in the hashes (the manifest names them): a new version of a library does not make
    every report of every closed period new.
    """

    fingerprint: Mapping[str, Any]
    template: Template
    code_sha256: str
    parameters: Mapping[str, Any]
    as_of: date
    assumptions: tuple[Mapping[str, Any], ...] = ()
    seed: int | None = None
    previous: Mapping[str, Any] | None = None

    @property
    def data_hash(self) -> str:
        """Return the SHA-256 of data, notebook, code and parameters, whatever the as-of date and the report before."""
        return _sha256(self._without_day())

    @property
    def input_hash(self) -> str:
        """Return the SHA-256 of everything, the as-of date and the report before it too."""
        of_the_run = {"as_of": self.as_of.isoformat(), "previous": self.previous and dict(self.previous)}
        return _sha256(self._without_day() | of_the_run)

    def _without_day(self) -> dict[str, Any]:
        return {
            "fingerprint": dict(self.fingerprint),
            "template": self.template.sha256,
            "code": self.code_sha256,
            "parameters": {name: value for name, value in self.parameters.items() if name not in _PLACE_AND_DAY},
        }


def gather_input(workspace: Workspace, request: ReportRequest) -> ReportInput:
    """Return what the requested report would be made from now.

    Raises
    ------
    UsageError
        When the notebook's parameters are not those of its kind.
    """
    kind = find_kind(request.kind)
    template = read_template(kind)
    facts = gather_facts(workspace, request, kind.inputs)
    return ReportInput(
        fingerprint=facts.fingerprint,
        template=template,
        code_sha256=code_hash(),
        parameters=checked_parameters(declared_parameters(template.notebook), given_parameters(workspace, request)),
        as_of=workspace.as_of,
        assumptions=facts.assumptions,
        seed=facts.seed,
    )


def given_parameters(workspace: Workspace, request: ReportRequest) -> dict[str, Any]:
    """Return what a request says to the notebook of its kind, parameter by parameter."""
    said = {
        "workspace": ".",
        "agreement": request.agreement,
        "case": "" if request.case is None else case_file(request.case),
        "meeting": request.meeting,
        "period": request.period and request.period.label,
        "audience": request.audience,
        "language": request.language,
        "as_of": workspace.as_of.isoformat(),
    }
    return {name: said.get(name, kind()) for name, kind in find_kind(request.kind).parameters.items()}


def code_hash() -> str:
    """Return the SHA-256 of what the workbench makes reports with: modules, sentences, templates."""
    return _hash_of(tuple(sorted(_code_files(Path(partnership_lib.__file__).parent))))


def _code_files(root: Path) -> Iterator[tuple[str, str, int, int]]:
    """Yield name inside of `root`, path, size and time of change of every file that takes part in reports."""
    for folder, folders, names in os.walk(root):
        inside = Path(folder).relative_to(root)
        left_out = _NO_PART_IN_REPORTS if folder == str(root) else ()
        folders[:] = [name for name in folders if name not in (*left_out, "__pycache__")]
        for name in names:
            if name.endswith(_CODE_SUFFIXES):
                path = os.path.join(folder, name)
                found = os.stat(path)
                yield (inside / name).as_posix(), path, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=1)  # asked before and after every report: read again only when a file has another size or time
def _hash_of(code_files: tuple[tuple[str, str, int, int], ...]) -> str:
    digest = hashlib.sha256(partnership_lib.__version__.encode())
    for name, path, _, _ in code_files:
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()
