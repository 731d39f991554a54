"""pyproject.toml, requirements.lock and environment.yml say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

# Versions below these have known holes that reach us (reports rendered from outside text, a server on the desk).
SAFE_FROM = {"nbconvert": "7.17.1", "jupyter-server": "2.21.0", "weasyprint": "68.0"}
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
SUPPORTED_PYTHONS = ("3.11.0", "3.11.7", "3.12.0", "3.13.0", "3.14.0")
PLATFORMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def locked(repository: Path) -> list[Requirement]:
    text = (repository / "requirements.lock").read_text(encoding="utf-8")
    return [Requirement(line.removesuffix("\\").strip()) for line in re.findall(r"^[A-Za-z0-9].*$", text, re.M)]


@pytest.fixture(scope="module")
def conda(repository: Path) -> dict[str, str]:
    """The ranges of environment.yml by package, whether conda or pip brings them."""
    entries = yaml.safe_load((repository / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    ranges = {}
    for entry in entries:
        for line in entry["pip"] if isinstance(entry, dict) else [entry]:
            if not line.startswith("-e") and line != "pip":
                name, wanted = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?\s*(\S+)", line).groups()
                ranges[CONDA_NAMES.get(name, canonicalize_name(name))] = wanted
    return ranges


def _ranges(requirements: list[str]) -> dict[str, str]:
    return {
        canonicalize_name(Requirement(line).name): line[re.search("[<>=]", line).start() :] for line in requirements
    }


def _machine(python: str, platform: str) -> dict[str, str]:
    system, os_name = PLATFORMS[platform]
    return {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": platform,
        "platform_machine": "x86_64",
        "platform_system": system,
        "os_name": os_name,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": "",
    }


def _version_on(locked: list[Requirement], name: str, here: dict[str, str]) -> list[Version]:
    found = [entry for entry in locked if canonicalize_name(entry.name) == canonicalize_name(name)]
    return [Version(str(e.specifier).removeprefix("==")) for e in found if not e.marker or e.marker.evaluate(here)]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", SUPPORTED_PYTHONS)
def test_the_lock_has_one_version_of_each_declared_package_on_every_supported_python_and_platform(
    project: dict[str, Any], locked: list[Requirement], python: str, platform: str
) -> None:
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *extras["dev"], *extras["postgres"]]:
        wanted, here = Requirement(line), _machine(python, platform)
        if wanted.marker and not wanted.marker.evaluate(here):
            continue
        versions = _version_on(locked, wanted.name, here)
        assert len(versions) == 1, f"requirements.lock: {wanted.name} on Python {python}, {platform}: {versions}"
        assert versions[0] in wanted.specifier, f"requirements.lock has {wanted.name} {versions[0]}, pyproject {line}"


def test_the_lock_holds_hashes_and_no_address(repository: Path) -> None:
    text = (repository / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("name", SAFE_FROM)
def test_no_locked_package_is_older_than_its_last_known_hole(locked: list[Requirement], name: str) -> None:
    versions = [Version(str(entry.specifier).removeprefix("==")) for entry in locked if entry.name == name]
    assert versions and min(versions) >= Version(SAFE_FROM[name])


def test_a_fresh_install_without_the_lock_gets_no_known_hole_either(project: dict[str, Any]) -> None:
    declared = {Requirement(line).name: Requirement(line).specifier for line in project["dependencies"]}
    for name, safe in SAFE_FROM.items():
        assert Version(safe) in declared[name]
        assert not declared[name].contains(f"{int(safe.split('.')[0]) - 1}.99"), f"pyproject.toml lets an old {name} in"


def test_environment_yml_names_the_packages_and_ranges_of_pyproject(
    project: dict[str, Any], conda: dict[str, str]
) -> None:
    wanted = _ranges(project["dependencies"])
    wanted["nbval"] = _ranges(project["optional-dependencies"]["dev"])["nbval"]
    wanted["python"] = project["requires-python"]
    assert conda == wanted


def test_every_conda_range_is_well_formed_and_holds_the_locked_version(
    conda: dict[str, str], locked: list[Requirement]
) -> None:
    for name, wanted in conda.items():
        rattler.MatchSpec(f"{name} {wanted}", strict=True)
        for entry in locked:
            if entry.name == name:
                version = str(entry.specifier).removeprefix("==")
                assert rattler.VersionSpec(wanted).matches(rattler.Version(version)), f"{name} {version}: {wanted}"


def test_the_conda_check_refuses_a_malformed_range() -> None:
    with pytest.raises(Exception, match=r"(?i)version|pars|invalid"):
        rattler.MatchSpec("pandas >=3.0,<<4", strict=True)


def test_the_starter_and_pyproject_name_the_same_pythons(repository: Path, project: dict[str, Any]) -> None:
    starter = (repository / "run.py").read_text(encoding="utf-8")
    oldest, newest = re.search(r"OLDEST, NEWEST = \(3, (\d+)\), \(3, (\d+)\)", starter).groups()
    assert project["requires-python"] == f">=3.{oldest},<3.{int(newest) + 1}"
