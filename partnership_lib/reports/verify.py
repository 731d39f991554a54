"""Proof that a report is what was published and the register what was saved: every hash is computed anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.errors import PartnershipError, UsageError
from partnership_lib.register.connect import place
from partnership_lib.reports.inputs import ReportInput, gather_input
from partnership_lib.reports.manifest import MANIFEST, Manifest, output_names, read_manifest
from partnership_lib.reports.names import safe_name
from partnership_lib.reports.publish import PUBLISHED, all_published, published_versions, versions_in
from partnership_lib.reports.request import request_of

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

Finding = dict[str, Any]


def verify_report(workspace: Workspace, report: str | Path) -> list[Finding]:
    """Return what is found about a published report; severity ``error`` where it is not what was published.

    Parameters
    ----------
    report : str or Path
        A published folder, a file in it, or a key such as ``follow_up/A-001/2026-T2/internal/sv`` (its newest version).

    Raises
    ------
    UsageError
        ``unknown_report`` when there is no such report.
    """
    folder = find_folder(workspace, report)
    findings = _verify_folder(folder, workspace.language)
    try:
        manifest = read_manifest(folder)
    except PartnershipError:
        return findings  # they say it
    return findings + _audit_chain(workspace, manifest) + _inputs_today(workspace, manifest)


def verify_everything(workspace: Workspace) -> list[Finding]:
    """Return what is found about the register and about every version of every published report.

    Severity ``error`` where a hash does not hold; one ``info`` tells how many reports and files were computed anew.
    """
    findings = verify_register(workspace)
    root, language = workspace.reports_folder / PUBLISHED, workspace.language
    folders = sorted(folder for folder in root.glob("*/*") if folder.is_dir())
    for folder in folders:
        where = folder.relative_to(root).as_posix()
        findings += [{**each, "where": f"{where}/{each['where']}"} for each in _verify_folder(folder, language)]
    values = {"reports": len(folders), "files": sum(len(output_names(folder)) for folder in folders)}
    return [*findings, _said("info", PUBLISHED, "reports_computed", "outputs", values, language)]


def _verify_folder(folder: Path, language: str) -> list[Finding]:
    """Return what in a published folder is not what its manifest says."""
    try:
        manifest = read_manifest(folder)
    except PartnershipError as error:
        return [_finding("error", MANIFEST, text.describe(error, language), "manifest", language)]
    codes = [*_altered_files(folder, manifest), *_unlisted_files(folder, manifest)]
    return [_said("error", name, code, "outputs", values, language) for name, code, values in codes]


def verify_register(workspace: Workspace) -> list[Finding]:
    """Return what is found about the register: its trail, every signed activity list and every frozen document.

    Severity ``error`` where the trail is broken, where a record says something else than the trail, or where a list or
    a document no longer says what was signed or frozen.
    """
    register = workspace.register
    problems = register.verify(language=workspace.language)
    findings = _of_register(problems, workspace.language)
    if not problems:
        (seq, head), where = register.audit_head(), place(register.engine)
        values = {"entries": seq, "head": head[:16], "lists": register.signed_lists()}
        values["documents"] = register.frozen_documents()
        findings.append(_said("info", where, "register_holds", "audit", values, workspace.language))
        if erased := register.erasures():
            findings.append(_said("info", where, "register_erasures", "audit", {"n": erased}, workspace.language))
    return findings


def find_folder(workspace: Workspace, report: str | Path) -> Path:
    """Return the folder that a path or a key names."""
    path = Path(report)
    for candidate in (path, workspace.root / path, workspace.reports_folder / PUBLISHED / path):
        folder = candidate if candidate.is_dir() else candidate.parent
        if candidate.exists() and (folder / MANIFEST).is_file():
            return folder.resolve()
        if candidate.is_dir() and (versions := versions_in(candidate)):
            return versions[-1].folder.resolve()
    slug = safe_name(str(report))
    if versions := published_versions(workspace.reports_folder, slug):
        return versions[-1].folder.resolve()
    keys = sorted({str(each.manifest.body["key"]) for each in all_published(workspace.reports_folder)})
    raise UsageError("unknown_report", found=str(report), allowed=", ".join(keys[:5]) or "–")


def _altered_files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, facts in manifest.body["outputs"].items():
        file = folder / name
        if not file.is_file():
            yield name, "file_gone", {}
        elif (found := hashlib.sha256(file.read_bytes()).hexdigest()) != facts["sha256"]:
            yield name, "file_altered", {"found": found[:16], "allowed": facts["sha256"][:16]}


def _unlisted_files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name in output_names(folder):
        if name not in manifest.body["outputs"]:
            yield name, "file_unlisted", {}


def _audit_chain(workspace: Workspace, manifest: Manifest) -> list[Finding]:
    """Return what is wrong in the register's audit chain, the head that the report was printed with included."""
    head = manifest.body["audit_head"]
    return _of_register(workspace.register.verify((head["seq"], head["hash"]), workspace.language), workspace.language)


def _of_register(problems: list[Finding], language: str) -> list[Finding]:
    remedy = text.sentence("verify.remedy.audit", {}, language)
    return [{"section": "audit", "remedy": remedy, **problem} for problem in problems]


def _inputs_today(workspace: Workspace, manifest: Manifest) -> list[Finding]:
    body = manifest.body
    moved = moved_inputs(body, gather_input(workspace, request_of(body["key"])))
    code = "input_same" if not moved else "input_moved"
    names = [text.word("report_input", name, workspace.language) for name in moved]
    return [_said("info", body["key"], code, "inputs", {"moved": names}, workspace.language)]


def moved_inputs(body: Mapping[str, Any], today: ReportInput) -> list[str]:
    """Return the names of what a report was made from and that is another today, given its manifest's body."""
    now = {
        **{name: facts["sha256"] for name, facts in today.fingerprint.items()},
        "template": today.template.sha256,
        "code": today.code_sha256,
    }
    then = {
        **{name: facts["sha256"] for name, facts in body["inputs"].items()},
        "template": body["template"]["sha256"],
        "code": body["code"]["sha256"],
    }
    return [name for name in (*then, *(now.keys() - then.keys())) if now.get(name) != then.get(name)]


def _said(severity: str, where: str, code: str, section: str, values: dict[str, Any], language: str) -> Finding:
    what = text.sentence(f"verify.{code}", {"where": where, **values}, language)
    return _finding(severity, where, what, section, language)


def _finding(severity: str, where: str, what: str, section: str, language: str) -> Finding:
    remedy = text.sentence(f"verify.remedy.{section}", {}, language)
    return {"severity": severity, "where": where, "what": what, "section": section, "remedy": remedy}
