"""Python, the packages, and what the PDF files need of the system."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from partnership_lib.doctor.observation import Observation

DISTRIBUTION = "partnership-workbench"
SECTION = "installation"


def installation() -> Iterator[Observation]:
    """Yield what is seen of the program and what it stands on."""
    yield from python()
    yield from packages(metadata.requires(DISTRIBUTION) or [])
    yield from pdf()


def python() -> Iterator[Observation]:
    """Yield the Python that runs, and whether it is one that the program was made for."""
    found, allowed = platform.python_version(), metadata.metadata(DISTRIBUTION)["Requires-Python"]
    fits = SpecifierSet(allowed).contains(found, prereleases=True)
    severity, code = ("info", "python") if fits else ("error", "python_outside")
    values = {"found": found, "allowed": allowed, "version": metadata.version(DISTRIBUTION)}
    yield Observation(severity, SECTION, sys.executable, code, values)


def packages(requirements: list[str]) -> Iterator[Observation]:
    """Yield every package that is missing or of a version that the program was not made for."""
    wrong = 0
    wanted = [Requirement(line) for line in requirements]
    needed = [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    for each in needed:
        found = _version(each.name)
        values = {"package": each.name, "found": found or "–", "allowed": str(each.specifier) or "–"}
        if found is None:
            yield Observation("error", SECTION, each.name, "package_missing", values)
        elif not each.specifier.contains(found, prereleases=True):
            yield Observation("warning", SECTION, each.name, "package_outside", values)
        else:
            continue
        wrong += 1
    if not wrong:
        yield Observation("info", SECTION, DISTRIBUTION, "packages", {"count": len(needed)})


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def pdf() -> Iterator[Observation]:
    """Yield whether the PDF files can be made."""
    try:
        import typst  # noqa: F401 - whether it can be loaded is the question
    except ImportError as error:
        reason = " ".join(str(error).split())[:200]
        yield Observation("error", SECTION, "typst", "pdf_library", {"reason": reason})
        return
    yield Observation("info", SECTION, "typst", "pdf", {"version": metadata.version("typst")})
