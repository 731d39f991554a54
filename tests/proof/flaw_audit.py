"""Known flaws in the locked packages, asked of a database of flaws; not having asked is never taken for an answer.

pip-audit says "No known vulnerabilities found" and ends with 0 when it has skipped every package. Here an audit is
clean only when every package of the lock was looked up.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Audit:
    """What came of it.

    Attributes
    ----------
    locked, audited : int
        How many packages the lock has here, and how many were looked up.
    flaws : tuple of str
        Package, version and name of each known flaw.
    reason : str
        Why packages were not looked up.
    """

    locked: int
    audited: int
    flaws: tuple[str, ...]
    reason: str

    @property
    def is_complete(self) -> bool:
        """Whether every package was looked up."""
        return 0 < self.locked == self.audited and not self.reason

    @property
    def is_clean(self) -> bool:
        """Whether every package was looked up and none has a known flaw."""
        return self.is_complete and not self.flaws

    def __str__(self) -> str:
        if not self.is_complete:
            return f"NOT AUDITED: {self.audited} of {self.locked} packages looked up ({self.reason or 'some skipped'})"
        return f"{self.audited} packages audited, known flaws: {', '.join(self.flaws) or 'none'}"


def audit(lock: Path, cache: Path, osv_url: str = "") -> Audit:
    """Return the audit of a lock file.

    Parameters
    ----------
    osv_url : str
        Another database of flaws than the public one.
    """
    options = ["--strict", "--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    service = ["--vulnerability-service=osv", *([f"--osv-url={osv_url}"] if osv_url else [])]
    command = [sys.executable, "-m", "pip_audit", *options, *service, f"--cache-dir={cache}", "-r", str(lock)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=1_200)
    try:
        found = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (ended.stderr.strip().splitlines() or ["no answer"])[-1]
        return Audit(_locked_here(lock), 0, (), last[:200])
    looked_up = [each for each in found if "skip_reason" not in each]
    skipped = next((each["skip_reason"] for each in found if "skip_reason" in each), "")
    flaws = [f"{each['name']} {each['version']} {flaw['id']}" for each in looked_up for flaw in each["vulns"]]
    return Audit(_locked_here(lock), len(looked_up), tuple(sorted(flaws)), skipped)


def _locked_here(lock: Path) -> int:
    from packaging.requirements import Requirement

    lines = re.findall(r"^[A-Za-z0-9].*$", lock.read_text(encoding="utf-8"), re.M)
    entries = [Requirement(line.removesuffix("\\").strip()) for line in lines]
    return len({each.name for each in entries if each.marker is None or each.marker.evaluate({"extra": ""})})
