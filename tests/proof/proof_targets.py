"""What is promised: each target with the counts that its proof has to reach and what must not have happened once.

The names are those of the fault matrix (D) and of the list of security targets (T). A test belongs to a target by its
mark, `@pytest.mark.target(name="D1")`; the test that sees the fault happen where the protection is off is marked
`@pytest.mark.target(name="D1", control=True)`. Both say what they found by the fixture `target`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """One promise: in words, the least counts that prove it, and what must be found nought times."""

    name: str
    wanted: str
    at_least: Mapping[str, int] = field(default_factory=dict)
    nought: tuple[str, ...] = ()
    only_when_named: bool = False


TARGETS = (
    Target(
        "D1",
        "kill -9 of four writers: no acknowledged save lost, none doubled, nothing corrupt",
        {"kills": 1_000},
        ("lost", "dup", "corrupt"),
    ),
    Target(
        "D2",
        "power cut: no acknowledged save lost, none doubled, nothing corrupt",
        {"cuts": 1_000},
        ("lost", "dup", "corrupt"),
    ),
    Target(
        "D3",
        "a call of the system fails: told as NOT SAVED, nothing acknowledged lost, nothing corrupt",
        {"faults": 1_000},
        ("lost", "corrupt", "untold"),
    ),
    Target(
        "D4",
        "disk full while saving, importing, publishing, backing up, logging: what stood is byte for byte as it was",
        {"doors": 6},
        ("changed",),
    ),
    Target(
        "D5",
        "runs killed: no half report ever in sight, all published exactly once afterwards",
        {"kills": 300, "real_kills": 30},
        ("half", "missing", "dup", "made_again"),
    ),
    Target(
        "D6",
        "two runs, or two imports of one file, at once: one of each comes of it",
        {"meetings": 20},
        ("dup", "missing"),
    ),
    Target(
        "D7", "a notebook that misbehaves: failed with its reason, nothing published", {"cases": 12}, ("published",)
    ),
    Target(
        "D8",
        "four reviewers, a thousand saves each on one activity: none overwritten in silence",
        {"saves": 4_000},
        ("lost", "dup", "untold"),
    ),
    Target(
        "D9",
        "the register does what its model does, step by step",
        {"runs": 300, "steps": 12_000},
        ("differences",),
    ),
    Target(
        "D10",
        "a long writer or an idle reader during a meeting: saves stay quick, or say why not",
        {"saves": 1_000},
        ("unsaid",),
    ),
    Target(
        "D11",
        "mutated files for every reader, texts for every parser: only our own errors escape, no row or öre is lost",
        {"files": 340_000, "readers": 34, "texts": 10_000, "guided": 1_000_000},
        ("escaped",),
    ),
    Target(
        "D12",
        "PostgreSQL killed, cut off, failed over to read-only: no acknowledged save lost, none doubled",
        {"kills": 30, "cuts": 30},
        ("lost", "dup"),
    ),
    Target(
        "D13",
        "backup, restore, move and upgrade killed half-way: all or nothing; a damaged backup refused by name",
        {"backup_kills": 50, "restore_kills": 50, "move_kills": 100, "upgrade_kills": 100, "damaged_bytes": 1_000},
        ("half", "differing", "wrong"),
    ),
    Target(
        "D14",
        "every day of 2015-2035 in one month, quarter, tertial and year; no report twice, none missed",
        {"days": 7_670},
        ("wrong", "missing", "dup"),
    ),
    Target(
        "D15",
        "the same report on another day, in another folder, locale, hash seed, number of workers: the same bytes",
        {"reports": 5},
        ("differing",),
    ),
    Target(
        "D16",
        "a million rows and a hostile file under a memory limit: the parent goes on and says why",
        {"hostile": 1, "rows": 1_000_000},
        ("unsaid", "lost"),
    ),
    Target(
        "T12",
        "hostile files are refused in 5 processor seconds and a gibibyte, a million legal rows pass",
        {"hostile": 20, "legal_rows": 1_000_000},
        ("taken", "too_slow", "too_large", "lost"),
    ),
    Target(
        "T13",
        "payloads in every sink: no script runs, nothing is asked of another host",
        {"payloads": 30},
        ("scripts", "requests"),
    ),
    Target("T14", "PDF: nothing fetched, no byte of a secret file in it", nought=("calls",)),
    Target(
        "T15", "XLSX and CSV: no formulas, no links; amounts are numbers and come back exactly", nought=("changed",)
    ),
    Target(
        "T16",
        "parameters come back with their type; unknown ones are refused before anything runs",
        {"values": 10_000, "refused": 10_000},
        ("changed", "let_through"),
    ),
    Target("T17", "hostile names: every file inside its folder, all distinct", {"names": 1_000}, ("outside", "equal")),
    Target(
        "T18",
        "personal numbers: nought times in anything that leaves the protected store; internal fields in nothing shared",
        nought=("numbers", "internal_found"),
    ),
    Target("T19", "secrets: nought times in outputs, logs, tracebacks and arguments", nought=("secrets",)),
    Target(
        "T20",
        "without a login nothing opens; rights are checked where it is saved; refusals are kept",
        {"refusals": 9, "messages": 8},
        ("holes", "saved", "unnoted"),
    ),
    Target(
        "T21",
        "locked, hashed packages without known flaws; nothing dangerous in the source, nothing asked of other hosts",
        {"floors": 18, "audited": 100},
        ("below", "banned", "foreign", "flaws"),
    ),
    Target(
        "T22",
        "servers are closed unless somebody opens them; the doctor tells",
        {"settings": 13, "dangers": 8},
        ("holes", "unforced", "missed"),
    ),
    Target(
        "T23", "templates are as shipped; notebooks that come in are never run", {"tampered": 9, "brought": 2}, ("run",)
    ),
    Target(
        "audit",
        "the trail of changes altered by hand: found every time, the first bad entry named",
        {"mutations": 1_000},
        ("missed", "misnamed"),
    ),
    Target(
        "soak",
        "hours of meetings, imports and reports on one workspace: nothing lost, memory and handles level",
        {"saves": 1_000},
        ("lost", "unverified"),
        only_when_named=True,
    ),
)
BY_NAME = {target.name: target for target in TARGETS}
