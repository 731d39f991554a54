"""Writes ``docs/third-party.md`` from what is installed: ``python docs/make_third_party.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).with_name("third-party.md")
PROJECT = "partnership-workbench"
EXTRAS = ("", "postgres")
UNKNOWN = "?"
CHOSEN = {"pyphen": "MPL 1.1 (chosen of GPL 2+, LGPL 2+ and MPL 1.1, which its authors offer)"}
"""The licence that we take a package under, where its authors offer several."""

_HEAD = """# What the workbench is built on

Every package that is installed with the workbench and its extra `postgres`, with the licence that its authors state.
Versions are those of `requirements.lock` on Linux and Python 3.11; on other systems a few more come in. Their full
licence texts are in each package's `.dist-info` folder, and JupyterLab's and Voilà's scripts list theirs in
`third-party-licenses.json` beside them.

The repository itself holds no code, font, picture or script of others. The reports' font (DejaVu Sans) comes with
matplotlib.

This page is made by `python docs/make_third_party.py`; a test fails when it is not current. With the hashes in
`requirements.lock` it is the bill of materials. `python3 run.py proof T21` asks the OSV database for known flaws in
all of it.

| package | version | licence |
|---|---|---|
"""


@dataclass(frozen=True)
class Package:
    """A package as it is installed."""

    name: str
    version: str
    licence: str


def packages() -> list[Package]:
    """Return every package that the workbench needs when it runs, directly or through another, by name."""
    found: dict[str, Package] = {}
    waiting = [(PROJECT, EXTRAS)]
    while waiting:
        name, extras = waiting.pop()
        for each in _needed(name, extras):
            key = canonicalize_name(each.name)
            if key in found:
                continue
            try:
                installed = metadata.distribution(each.name)
            except metadata.PackageNotFoundError:
                continue  # left out on purpose, see overrides.txt
            found[key] = Package(key, installed.version, CHOSEN.get(key) or licence(installed.metadata))
            waiting.append((each.name, ("", *each.extras)))
    return [found[name] for name in sorted(found)]


def _needed(name: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for line in metadata.requires(name) or []:
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            yield wanted


def licence(said: metadata.PackageMetadata) -> str:
    """Return the licence that a package states, in one line."""
    if expression := said.get("License-Expression"):
        return str(expression)
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License")]
    named = [line for line in classified if line != "OSI Approved"]
    first = next(iter((said.get("License") or "").strip().splitlines()), "")
    return ", ".join(named) or re.sub(r"\s+", " ", first)[:60] or UNKNOWN


def page() -> str:
    """Return the whole page."""
    return _HEAD + "".join(f"| {each.name} | {each.version} | {each.licence} |\n" for each in packages())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
