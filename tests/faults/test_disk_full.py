"""D4: the disk is full at every door that writes: what stood stays as it was, it is told, and later it works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import full_disk_worker
import pytest
from forked import Forked

import partnership_lib
from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.register.exchange.exporting import export_table
from partnership_lib.register.store import Register

pytestmark = [pytest.mark.faults, pytest.mark.skipif(sys.platform == "win32", reason="disks are filled as on POSIX")]

DISK_BYTES = 12 * 2**20
LEFT_BYTES = 32 * 2**10
HEADER = "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum\n"
LINE = "2120003005,Uppsala kommun,{0},Bolag {0} AB,5560360793,6010,Hyra {0},{0}.00,2026-03-01\n"


class Disk:
    """A small disk where one can be mounted, and a limit on the size of files elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
        self.is_real = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
        self.limit_bytes = 0

    def fill(self) -> None:
        """Leave room for a few small files and no more."""
        if not self.is_real:
            self.limit_bytes = next(self.folder.rglob("register.sqlite")).stat().st_size + LEFT_BYTES
            return
        with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
            while os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize > LEFT_BYTES:
                ballast.write(b"x" * 8_192)

    def empty(self) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink(missing_ok=True)
        self.limit_bytes = 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk with a workspace, on which everything has been done once; beside it a ledger file too large for it."""
    (tmp_path / "disk").mkdir()
    disk = Disk(tmp_path / "disk")
    root = disk.folder / "place"
    root.mkdir()
    (root / "partnership.toml").write_text("[workspace]\nas_of = 2026-09-15\n", encoding="utf-8")
    workspace = partnership_lib.open(root)
    workspace.register.save(records(), actor="system:test")
    (tmp_path / "small.csv").write_text(HEADER + LINE.format(1), encoding="utf-8")
    import_ledger([tmp_path / "small.csv"], workspace.warehouse)
    full_disk_worker.publish(workspace)
    export_table("agreements", workspace.content(), root / "agreements.csv", "sv")
    full_disk_worker.back_up_all(workspace)
    (root / "data" / "cases").mkdir(exist_ok=True)
    (root / "data" / "cases" / "large.yaml").write_text(os.urandom(2**20).hex(), encoding="utf-8")
    workspace.register.save([Organisation(id="O-3", name="Nytt", party=Party.SUPPLIER)], actor="system:test")
    lines = [LINE.format(number) for number in range(60_000)]
    (root.parent / "large.csv").symlink_to(tmp_path / "large.csv")
    (tmp_path / "large.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    yield disk
    if disk.is_real:
        subprocess.run(["umount", "-l", str(disk.folder)], check=True)


def records() -> list[Organisation | Agreement]:
    parties = [
        Organisation(id="O-1", name="Prov", party=Party.BUYER),
        Organisation(id="O-2", name="AB", party=Party.SUPPLIER),
    ]
    agreement = Agreement(
        id="A-1",
        name="Avtal",
        buyer_id="O-1",
        supplier_id="O-2",
        kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.FUNCTIONAL,
        category="72000000",
        start_date=date(2024, 1, 1),
    )
    return [*parties, agreement]


def standing(disk: Disk) -> dict[str, object]:
    """Return all that counts, byte for byte; of the register its content, since a failed run is noted in it."""
    root = disk.folder / "place"
    files = [path for path in root.rglob("*") if path.is_file() and not path.name.startswith("register.")]
    kept = {
        str(path): path.read_bytes()
        for path in files
        if ".staging" not in path.parts and path.name not in ("index.html", ".lock")
    }
    register = next(root.rglob("register.sqlite"))
    return {**kept, "register": Register.open(register).content_hash(), "faults": Register.open(register).verify()}


@pytest.mark.target(name="D4")
@pytest.mark.parametrize("door", ["save", "import_file", "publish", "export", "back_up_all"])
def test_a_full_disk_is_told_leaves_what_stood_and_works_again_with_room(
    door: str, disk: Disk, target: Callable[..., None]
) -> None:
    before = standing(disk)
    disk.fill()
    root = str(disk.folder / "place")
    said, complained = Forked(full_disk_worker.go_through, door, root, str(disk.limit_bytes)).communicate(120)
    disk.empty()
    after = standing(disk)
    changed = sum(after.get(name) != content for name, content in before.items())
    target(doors=1, changed=changed, left_over=len(after) - len(before), disk="mounted" if disk.is_real else "limit")
    assert said.startswith(("disk_full ", "register_disk_full ", "register_input_output ")), said + complained
    assert after == before
    assert Forked(full_disk_worker.go_through, door, root, "0").communicate(120)[0] == "done\n"
    assert standing(disk) != before


@pytest.mark.target(name="D4")
def test_an_answer_or_a_log_that_does_not_fit_is_told_and_changes_nothing(
    disk: Disk, target: Callable[..., None]
) -> None:
    before = standing(disk)
    command = [
        sys.executable,
        "-m",
        "partnership_lib.cli",
        "check",
        "--json",
        "--workspace",
        str(disk.folder / "place"),
    ]
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        unheard = subprocess.run(command, stdout=full, stderr=full, check=False)
    after = standing(disk)
    target(doors=1, changed=sum(after.get(name) != content for name, content in before.items()))
    assert ended.returncode == unheard.returncode == 1
    assert ended.stderr.startswith("Svaret kunde inte skrivas: ") and "Traceback" not in ended.stderr
    assert after == before


@pytest.mark.target(name="D4", control=True)
def test_the_control_a_file_that_is_written_over_on_a_full_disk_is_cut_off(
    disk: Disk, target: Callable[..., None]
) -> None:
    table = disk.folder / "place" / "agreements.csv"
    content = table.read_bytes()
    disk.fill()
    code = "import sys, signal, resource; limit = int(sys.argv[2])\n"
    code += "if limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    code += "open(sys.argv[1], 'w').write('ny' * 2**20)"
    subprocess.run([sys.executable, "-c", code, str(table), str(disk.limit_bytes)], capture_output=True, check=False)
    changed = int(table.read_bytes() != content)
    target(changed=changed)
    assert changed
