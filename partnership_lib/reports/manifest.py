"""MANIFEST.json: what a published report was made from, and the hash of everything in its folder."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import partnership_lib
from partnership_lib.errors import ReportError
from partnership_lib.register.hashing import canonical
from partnership_lib.reports.inputs import ReportInput
from partnership_lib.reports.request import ReportRequest

MANIFEST = "MANIFEST.json"
_FORMAT = 1
_WORDS = ("key", "kind", "audience", "language", "as_of", "input_hash", "data_hash", "python")
_LONGEST_NAME = 200
_MAPPINGS = ("parameters", "inputs", "audit_head", "template", "code", "libraries", "outputs")
_LIBRARIES = (
    "babel duckdb ibis-framework ipykernel jinja2 matplotlib nbclient nbconvert numba numpy pandas papermill pikepdf "
    "pyarrow scipy sqlalchemy typst xlsxwriter"
).split()


@dataclass(frozen=True)
class Manifest:
    """What MANIFEST.json says.

    Attributes
    ----------
    body : Mapping
        What the report is and stands on; the same input gives the same body, byte for byte.
    run : Mapping
        When it was made and how long it took; outside the hash.
    """

    body: Mapping[str, Any]
    run: Mapping[str, Any]

    @property
    def body_sha256(self) -> str:
        """Return the SHA-256 of the body as canonical JSON."""
        return hashlib.sha256(canonical(dict(self.body)).encode("utf-8")).hexdigest()

    def as_text(self) -> str:
        """Return the file's content."""
        whole = {"format": _FORMAT, "body": self.body, "body_sha256": self.body_sha256, "run": self.run}
        return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def describe_report(
    request: ReportRequest,
    report_input: ReportInput,
    *,
    version_number: int,
    supersedes: str | None,
    audit_head: tuple[int, str],
    outputs: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest's body for a report with these outputs (see `describe_outputs`)."""
    period = request.period
    return {
        "key": request.key,
        "kind": request.kind,
        "agreement": request.agreement,
        "case": request.case,
        "meeting": request.meeting,
        "period": period and {"label": period.label, "start": str(period.start), "end": str(period.end)},
        "audience": request.audience,
        "language": request.language,
        "as_of": report_input.as_of.isoformat(),
        "version": version_number,
        "supersedes": supersedes,
        "parameters": dict(report_input.parameters),
        "inputs": dict(report_input.fingerprint),
        "input_hash": report_input.input_hash,
        "data_hash": report_input.data_hash,
        "previous": report_input.previous and dict(report_input.previous),
        "audit_head": {"seq": audit_head[0], "hash": audit_head[1]},
        "template": {"name": report_input.template.name, "sha256": report_input.template.sha256},
        "code": {"version": partnership_lib.__version__, "sha256": report_input.code_sha256},
        "python": platform.python_version(),
        "libraries": library_versions(),
        "seed": report_input.seed,
        "assumptions": [dict(assumption) for assumption in report_input.assumptions],
        "outputs": dict(outputs),
    }


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that the reports are made with."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def describe_outputs(folder: Path) -> dict[str, dict[str, Any]]:
    """Return SHA-256 and size of every file in a report's folder, the manifest left out."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in ((name, (folder / name).read_bytes()) for name in output_names(folder))
    }


def output_names(folder: Path) -> list[str]:
    """Return the names of the files in a report's folder, the manifest left out."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in files if name != MANIFEST)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest in a published folder.

    Raises
    ------
    ReportError
        ``manifest_unreadable``, also where the body has not what every body has, or ``manifest_altered`` when it is
        not the one that was hashed.
    """
    file = folder / MANIFEST
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        manifest = Manifest(stored["body"], stored["run"])
        altered = stored["body_sha256"] != manifest.body_sha256
        _check_shape(manifest.body)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReportError("manifest_unreadable", file=str(file), reason=str(error)) from error
    if altered:
        raise ReportError("manifest_altered", file=str(file))
    return manifest


def _check_shape(body: Mapping[str, Any]) -> None:
    """Raise `KeyError` or `TypeError` where a body lacks what is asked of every report, whoever has hashed it."""
    for names, kind in ((_WORDS, str), (_MAPPINGS, dict), (("assumptions",), list), (("version",), int)):
        for name in names:
            _check(body[name], kind, name)
    for file, facts in body["outputs"].items():
        if len(file) > _LONGEST_NAME or Path(file).is_absolute() or ".." in Path(file).parts:
            raise TypeError(f"outputs: {file[:40]}")  # no file in the report's folder has such a name
        _check(facts["size"], int, file)
        _check(facts["sha256"], str, file)
    for name, facts in (*body["inputs"].items(), ("template", body["template"]), ("code", body["code"])):
        _check(facts["sha256"], str, name)
    _check(body["audit_head"]["seq"], int, "seq")
    _check(body["audit_head"]["hash"], str, "hash")


def _check(value: Any, kind: type, name: str) -> None:
    if type(value) is not kind:
        raise TypeError(f"{name}: {type(value).__name__}")
