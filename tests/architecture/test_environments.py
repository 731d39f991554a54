"""pyproject.toml, requirements.lock and environment.yml say the same."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

# Versions below these have known holes that can reach us: the first safe version, and where the hole is told of.
SAFE_FROM = {
    "nbconvert": ("7.17.1", "CVE-2025-53000, CVE-2026-39377, CVE-2026-39378"),
    "jupyter-server": (
        "2.21.0",
        "CVE-2026-44727 (script to kernel), CVE-2026-35397, -40110, -40934, -86049, CVE-2025-61669",
    ),
    "weasyprint": ("68.0", "CVE-2025-68616 (redirects), GHSA-35jj-wx47-4w8r (attachments)"),
    "voila": ("0.5.6", "GHSA-2q59-h24c-w6fg (files of the machine)"),
    "jupyterlab": ("4.4.8", "CVE-2025-59842"),
    "jupyter-core": ("5.8.1", "CVE-2025-30167 (settings of others on Windows)"),
    "jinja2": ("3.1.6", "CVE-2025-27516 (out of the sandbox)"),
    "tornado": ("6.5", "CVE-2025-47287"),
    "pyarrow": ("14.0.1", "CVE-2023-47248 (code in a Parquet file)"),
    "fonttools": ("4.60.2", "CVE-2025-66034"),
    "pillow": ("11.3.0", "CVE-2025-48379"),
    "brotli": ("1.2.0", "CVE-2025-6176"),
    "urllib3": ("2.6.0", "CVE-2025-66418, CVE-2025-66471"),
    "requests": ("2.32.4", "CVE-2024-47081"),
    "h11": ("0.16.0", "CVE-2025-43859"),
    "idna": ("3.7", "CVE-2024-3651"),
    "certifi": ("2024.7.4", "CVE-2024-39689"),
    "setuptools": ("78.1.1", "CVE-2025-47273"),
}
# Not let in: one shows outside text unescaped before its pull request 881, the other has an SQLite that can lose data.
NOT_USED = ("great-tables", "pysqlite3-binary")
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


def _too_old(locked: list[Requirement], safe_from: dict[str, tuple[str, str]]) -> list[str]:
    versions = [(canonicalize_name(each.name), Version(str(each.specifier).removeprefix("=="))) for each in locked]
    return [
        f"{name} {version}: {safe_from[name][1]}"
        for name, version in versions
        if name in safe_from and version < Version(safe_from[name][0])
    ]


@pytest.mark.target(name="T21")
def test_no_locked_package_is_older_than_its_last_known_hole(
    locked: list[Requirement], target: Callable[..., None]
) -> None:
    names = {canonicalize_name(each.name) for each in locked}
    old = _too_old(locked, SAFE_FROM)
    target(floors=len(SAFE_FROM), below=len(old))
    assert set(SAFE_FROM) <= names, "a floor for a package that is not locked guards nothing: take it out"
    assert not old
    assert not names & set(NOT_USED)


@pytest.mark.target(name="T21", control=True)
def test_the_control_a_package_below_its_floor_is_seen(locked: list[Requirement], target: Callable[..., None]) -> None:
    raised = {name: ("9999", source) for name, (_, source) in SAFE_FROM.items()}
    below = {each.split()[0] for each in _too_old(locked, raised)}
    target(below=len(below))
    assert below == set(SAFE_FROM)


def test_a_fresh_install_without_the_lock_gets_no_known_hole_either(project: dict[str, Any]) -> None:
    declared = {canonicalize_name(Requirement(line).name): Requirement(line) for line in project["dependencies"]}
    for name, (safe, source) in SAFE_FROM.items():
        if name in declared:
            oldest = [Version(each.version) for each in declared[name].specifier if each.operator == ">="]
            assert oldest and oldest[0] >= Version(safe), f"pyproject.toml lets {name} below {safe} in: {source}"


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
