"""Proof that a published report is what was published."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from partnership_lib import text
from partnership_lib.domain import Organisation
from partnership_lib.errors import UsageError
from partnership_lib.reports import choose_requests, run_reports, verify_everything, verify_register, verify_report
from partnership_lib.reports.manifest import MANIFEST
from partnership_lib.workspace import Workspace

KEY = "follow_up/A-1/2026-T2/internal/sv"


@pytest.fixture
def folder(workspace: Workspace, write_bundle: Callable[..., Path]) -> Path:
    return run_reports(workspace, choose_requests(workspace)[1:2], make_bundle=write_bundle).published[0][1].folder


def _errors(workspace: Workspace, folder: Path) -> list[str]:
    return [finding["where"] for finding in verify_report(workspace, folder) if finding["severity"] == "error"]


def test_an_untouched_report_has_no_errors_and_its_input_still_stands(workspace: Workspace, folder: Path) -> None:
    findings = verify_report(workspace, folder)
    assert [finding["severity"] for finding in findings] == ["info"]
    assert set(findings[0]) == {"severity", "where", "what", "section", "remedy"}


def test_a_report_is_found_by_folder_file_and_key(workspace: Workspace, folder: Path) -> None:
    named = [folder, folder / "report.html", folder.parent, KEY, folder.relative_to(workspace.root)]
    for name in named:
        assert _errors(workspace, name) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "data.xlsx", "findings.json", "data/activities.csv"])
def test_one_changed_byte_in_any_file_is_found(workspace: Workspace, folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[0] ^= 1
    (folder / name).write_bytes(content)
    assert _errors(workspace, folder) == [name]


def test_a_missing_and_an_added_file_are_found(workspace: Workspace, folder: Path) -> None:
    (folder / "report.pdf").unlink()
    (folder / "data" / "extra.csv").write_text("x", encoding="utf-8")
    assert sorted(_errors(workspace, folder)) == ["data/extra.csv", "report.pdf"]


def test_a_manifest_that_was_changed_along_with_a_file_is_found(workspace: Workspace, folder: Path) -> None:
    (folder / "report.html").write_text("forged", encoding="utf-8")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["body"]["outputs"]["report.html"] = {"sha256": "0" * 64, "size": 6}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert _errors(workspace, folder) == [MANIFEST]


def test_moved_data_are_told_but_are_no_error(workspace: Workspace, folder: Path) -> None:
    supplier = workspace.content().find(Organisation, "O-2")
    assert supplier is not None
    workspace.register.save([replace(supplier, name="Nytt AB")], actor="system:test")
    findings = verify_report(workspace, folder)
    assert [finding["severity"] for finding in findings] == ["info"]
    assert text.word("report_input", "register", "sv") in findings[0]["what"]


def test_a_register_whose_trail_no_longer_holds_the_printed_head_is_an_error(
    workspace: Workspace, folder: Path
) -> None:
    with workspace.register.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        connection.exec_driver_sql("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    findings = verify_report(workspace, folder)
    assert {finding["section"] for finding in findings if finding["severity"] == "error"} == {"audit"}


def test_an_unknown_report_is_refused(workspace: Workspace, folder: Path) -> None:
    with pytest.raises(UsageError) as refused:
        verify_report(workspace, "follow_up/A-1/2026-T1/internal/sv")
    assert (refused.value.code, refused.value.values["allowed"]) == ("unknown_report", KEY)


def test_without_a_report_the_register_is_verified(workspace: Workspace) -> None:
    (finding,) = verify_register(workspace)
    assert (finding["severity"], finding["section"]) == ("info", "audit")
    with sqlite3.connect(workspace.root / "data" / "register.sqlite") as connection:
        connection.execute("UPDATE agreements SET name = 'Något annat'")
    found = verify_register(workspace)
    assert {each["severity"] for each in found} == {"error"}
    assert all(each["remedy"] for each in found)


def test_everything_that_was_published_is_computed_anew_and_what_was_altered_is_named(
    workspace: Workspace, write_bundle: Callable[..., Path]
) -> None:
    published = run_reports(workspace, choose_requests(workspace), make_bundle=write_bundle).published
    findings = verify_everything(workspace)
    assert {finding["severity"] for finding in findings} == {"info"}
    assert "3 rapporter med 15 filer" in findings[-1]["what"]
    folder = published[2][1].folder
    (folder / "data" / "activities.csv").write_text("a,b\n1,3\n", encoding="utf-8")
    (published[0][1].folder / "MANIFEST.json").write_text("{", encoding="utf-8")
    wrong = [finding["where"] for finding in verify_everything(workspace) if finding["severity"] == "error"]
    assert [where.rpartition("/")[2] for where in wrong] == ["activities.csv", "MANIFEST.json"]
    assert folder.name in wrong[0]
