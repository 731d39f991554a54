from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from partnership_lib import text
from partnership_lib.cli import main
from partnership_lib.doctor import examination, installation, places, registers
from partnership_lib.doctor.observation import Observation
from partnership_lib.doctor.servers import observed, servers
from partnership_lib.domain import IndexValue
from partnership_lib.errors import UsageError
from partnership_lib.files import drives
from partnership_lib.register import migrations
from partnership_lib.register.connect import connect
from partnership_lib.register.store import Register
from partnership_lib.review.launcher import server
from partnership_lib.review.launcher.orders import Orders
from partnership_lib.review.launcher.room_guards import judged_room
from partnership_lib.workspace.place import DATABASE_VARIABLE

on_a_server = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
SEEN: dict[str, list[Observation]] = {}
VALUE = IndexValue(id="I-1", series="AKI", month=date(2026, 1, 1), value=133.0)


@pytest.fixture(autouse=True)
def examined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab's settings, which take a second to read off it, are read once; `review/test_lab.py` looks closer."""
    monkeypatch.setattr(
        examination, "servers", lambda workspace: SEEN[""] if SEEN else SEEN.setdefault("", list(servers(workspace)))
    )


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    assert CliRunner().invoke(main, ["init", str(tmp_path / "w"), "--name", "Kommunen"]).exit_code == 0
    return tmp_path / "w"


def call(workspace: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--workspace", str(workspace), *options])


def answer(workspace: Path) -> dict[str, Any]:
    said = call(workspace, "--json")
    found: dict[str, Any] = json.loads(said.stdout)
    assert said.exit_code == (0 if found["ok"] else 1)
    assert all(set(row) == {"severity", "where", "what", "section", "remedy"} for row in found["findings"])
    for row in found["findings"]:
        # What is wrong has a remedy; what is well needs none.
        assert bool(row["remedy"]) is (row["severity"] != "info"), row
    return found


def codes(url: str) -> dict[str, str]:
    """The severity of everything seen of a register, by its code."""
    return {getattr(seen, "code", None) or seen.error.code: seen.severity for seen in registers.register(url, "sv")}


def test_a_new_workspace_is_well_and_is_told_what_is_in_use(workspace: Path) -> None:
    (workspace / "data" / "register.sqlite").unlink(missing_ok=True)
    found = answer(workspace)
    assert found["ok"] is True
    assert {row["section"] for row in found["findings"]} == {"installation", "workspace", "register", "servers"}
    said = call(workspace)
    assert "Allt som måste vara i ordning är i ordning." in said.output
    assert f"Python {sys.version.split()[0]}" in said.output
    assert not (workspace / "data" / "register.sqlite").exists()  # looked at, not made


def test_where_there_is_no_workspace_the_installation_is_examined_all_the_same(tmp_path: Path) -> None:
    found = answer(tmp_path)
    assert found["ok"] is False
    assert [row["section"] for row in found["findings"] if row["severity"] == "error"] == ["workspace"]
    assert "installation" in {row["section"] for row in found["findings"]}


def test_it_speaks_both_languages(workspace: Path) -> None:
    assert "Everything that must be in order" in call(workspace, "--language", "en").output
    assert "Allt som måste" in call(workspace, "--language", "sv").output


def test_every_remedy_belongs_to_something_that_can_be_seen() -> None:
    remedies = {key.rpartition(".")[2] for key in text.keys("sv") if key.startswith("doctor.remedy.")} - {"refused"}
    assert remedies <= {key.rpartition(".")[2] for key in text.keys("sv") if key.startswith("doctor.what.")}


def test_an_attempt_without_the_right_to_it_is_told_of(workspace: Path) -> None:
    register = Register.open(workspace / "data" / "register.sqlite")
    with pytest.raises(UsageError, match="unknown_actor"):
        register.save([VALUE], actor="P-okänd")
    said = call(workspace, "--language", "en")
    assert said.exit_code == 0
    assert "1 attempt to save something without the right to it stands in the audit trail" in said.output
    assert "by P-okänd: index_values I-1 (unknown_actor)" in said.output


# --- the servers ---------------------------------------------------------------------------------------------------


@pytest.mark.target(name="T22")
@pytest.mark.parametrize("server", ["lab", "room"])
def test_every_protective_setting_is_printed_and_each_one_that_is_dangerous_fails(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, server: str, target: Callable[..., None]
) -> None:
    said = [row for row in answer(workspace)["findings"] if row["section"] == "servers"]
    names = [seen.values["setting"] for seen in SEEN[""] if (seen.where == "JupyterLab") is (server == "lab")]
    assert len(said) == len(SEEN[""]) and len(names) == {"lab": 14, "room": 8}[server]
    failed = 0
    for name in names:
        row = {"name": name, "seen": "yes", "safe": False}
        monkeypatch.setattr(examination, "servers", lambda _, row=row: observed(json.dumps({server: [row]}), ""))
        found = answer(workspace)
        failed += not found["ok"]
        assert text.word("server_setting", name, "sv") in str(found["findings"])
    target(settings=len(names), failed=failed)
    assert failed == len(names)


ROOM_DANGERS = {
    "address": ("Voila", {"ip": "0.0.0.0"}),
    "remote_names": ("Voila", {"tornado_settings": {"allow_remote_access": True, "headers": {}}}),
    "login": ("Voila", {"token": ""}),
    "policy": ("Voila", {"tornado_settings": {"allow_remote_access": False, "headers": {}}}),
    "templates": ("VoilaConfiguration", {"allow_template_override": "YES"}),
    "files": ("VoilaConfiguration", {"file_allowlist": [".*"]}),
    "most_kernels": ("FewKernels", {"most_kernels": 1_000}),
    "idle_kernels": ("FewKernels", {"cull_idle_timeout": 0}),
}


@pytest.mark.target(name="T22")
@pytest.mark.parametrize("name", ROOM_DANGERS)
def test_a_room_with_one_setting_turned_dangerous_is_seen(
    name: str, monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]
) -> None:
    assert all(row["safe"] for row in judged_room())
    section, change = ROOM_DANGERS[name]
    stock = server.settings

    def loosened(orders: Orders) -> Any:
        config = stock(orders)
        config[section].update(change)
        return config

    monkeypatch.setattr(server, "settings", loosened)
    unsafe = {row["name"] for row in judged_room() if not row["safe"]}
    target(dangers=1, missed=int(name not in unsafe))
    assert name in unsafe


def test_a_server_that_cannot_be_examined_is_a_fault_with_its_reason() -> None:
    assert [(seen.code, seen.values) for seen in observed("", "Traceback\nValueError: x\n")] == [
        ("server_not_examined", {"reason": "ValueError: x"})
    ]


# --- the installation -----------------------------------------------------------------------------------------------


def test_a_missing_package_and_one_of_another_version_are_named() -> None:
    seen = list(installation.packages(["no-such-package>=1", "click<1", "click>=8", "psycopg>=99; extra == 'x'"]))
    assert [(each.severity, each.code, each.where) for each in seen] == [
        ("error", "package_missing", "no-such-package"),
        ("warning", "package_outside", "click"),
    ]
    assert seen[1].values["allowed"] == "<1"


def test_a_python_outside_the_range_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each.severity for each in installation.python()] == ["info"]
    monkeypatch.setattr(installation.platform, "python_version", lambda: "3.9.1")
    assert [(each.severity, each.code) for each in installation.python()] == [("error", "python_outside")]


def test_without_the_typesetter_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each.severity for each in installation.pdf()] == ["info"]
    monkeypatch.setitem(sys.modules, "typst", None)
    assert [(each.severity, each.code) for each in installation.pdf()] == [("error", "pdf_library")]


def test_a_folder_that_is_missing_or_closed_is_named(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace / "reports").rmdir()

    def closed(folder: Path) -> list[str]:
        raise PermissionError(13, "Permission denied", str(folder))

    found = {row["where"]: row["severity"] for row in answer(workspace)["findings"]}
    assert found[str(workspace / "reports")] == "warning"
    monkeypatch.setattr(places.os, "listdir", closed)
    faults = list(places._faults(workspace / "data"))
    assert [(each.severity, each.code, each.values["reason"]) for each in faults] == [
        ("error", "folder_closed", "Permission denied")
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert [each.code for each in places._faults(tmp_path)] == ["folder_closed"]


@pytest.mark.parametrize(
    ("free", "severity", "code"),
    [(10**8, "error", "room_gone"), (10**9, "warning", "room_little"), (10**10, "info", "room")],
)
def test_the_room_on_the_disk_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, severity: str, code: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    seen = places.room(tmp_path)
    assert (seen.severity, seen.code) == (severity, code)
    assert f"{free / 10**9:.1f}".replace(".", ",")[:3] in seen.row("sv")["what"]


# --- the register ---------------------------------------------------------------------------------------------------


def test_a_register_that_holds_is_told_so(database: Any) -> None:
    Register.open(database.url).save([VALUE], actor="system:test")
    seen = codes(database.url)
    assert seen["register_holds"] == "info"
    assert set(seen.values()) <= {"info", "warning"}
    assert seen[database.kind] == "info"


def test_a_register_changed_behind_the_programs_back_is_an_error(database: Any) -> None:
    many = [replace(VALUE, id=f"I-{number}") for number in range(registers.TOLD + 2)]
    Register.open(database.url).save(many, actor="system:test")
    database.forge("UPDATE index_values SET value = 134 WHERE id = 'I-1'")
    seen = [each.row("sv") for each in registers.register(database.url, "sv") if each.severity == "error"]
    assert [row["where"] for row in seen] == ["index_values I-1"]
    assert seen[0]["what"].startswith("Posten I-1 (")
    database.forge("UPDATE index_values SET value = 134")
    seen = [each.row("sv") for each in registers.register(database.url, "sv") if each.severity == "error"]
    assert len(seen) == registers.TOLD + 1
    assert seen[-1]["what"] == "Ytterligare 2 poster eller uppgifter stämmer inte."


def test_an_older_a_newer_and_an_empty_database_are_told_and_left_as_they_are(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(database.url)["register_not_made"] == "info"
    migrations.migrate(connect(database.url))
    monkeypatch.setattr(registers, "VERSION", migrations.VERSION + 1)
    assert codes(database.url)["register_older"] == "info"
    monkeypatch.setattr(registers, "VERSION", 0)
    assert codes(database.url)["register_newer"] == "error"
    assert database.rows("SELECT version FROM schema_version") == [(migrations.VERSION,)]


def test_a_register_on_a_network_drive_is_an_error(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = workspace / "mountinfo"
    mounts.write_text(f"36 25 0:31 / {workspace} rw shared:1 - cifs //server/share rw\n", encoding="utf-8")
    monkeypatch.setattr(drives, "MOUNTS", mounts)
    (row,) = [row for row in answer(workspace)["findings"] if row["severity"] == "error"]
    assert row["section"] == "register"
    assert "nätverksenhet (cifs)" in row["what"]


def test_a_server_that_does_not_answer_is_an_error_without_its_password(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://anna:hemligt@127.0.0.1:1/register")
    said = call(workspace)
    assert said.exit_code == 1
    assert "databasservern svarar inte (postgresql://anna@127.0.0.1:1/register" in said.output
    assert "hemligt" not in said.output + call(workspace, "--json").output


@on_a_server
def test_a_servers_version_and_settings_are_told(database: Any) -> None:
    Register.open(database.url)
    rows = {
        seen.code: seen.row("en")["what"] for seen in registers.register(database.url, "en") if hasattr(seen, "code")
    }
    assert (
        "fsync on, full_page_writes on, synchronous_commit on, isolation read committed" in rows["postgresql_settings"]
    )
    ((version,),) = database.rows("SHOW server_version")
    assert version in rows["postgresql"]


@on_a_server
def test_what_a_server_can_be_faulted_for_is_told(database: Any) -> None:
    Register.open(database.url)
    server = database.server
    server.execute("CREATE ROLE clara LOGIN PASSWORD 'hemligt'; GRANT pg_read_all_data TO clara")
    clara = server.url(database.name, user="clara")
    assert "postgresql_superuser" in codes(database.url)
    assert "postgresql_superuser" not in codes(clara)
    assert "postgresql_read_only" not in codes(clara)
    server.execute(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    server.execute(f"ALTER DATABASE {database.name} SET synchronous_commit = off")
    seen = codes(clara)
    assert (seen["postgresql_read_only"], seen["postgresql_hasty"]) == ("error", "info")


@pytest.mark.parametrize(
    ("address", "encrypted", "told"),
    [
        ("10.0.0.7", False, True),
        ("10.0.0.7", True, False),
        ("127.0.0.1", False, False),
        ("::1", False, False),
        (None, False, False),
    ],
)
def test_an_open_line_over_a_network_is_warned_of(address: str | None, encrypted: bool, told: bool) -> None:
    seen = {
        "number": 150_000, "read_only": False, "superuser": "off", "encrypted": encrypted, "address": address,
        "synchronous_commit": "on", "data_checksums": "on",
    }  # fmt: skip
    assert ("postgresql_open_line" in [code for _, code, holds in registers._judged(seen) if holds]) is told
    assert "postgresql_old" in [code for _, code, holds in registers._judged({**seen, "number": 140_021}) if holds]
