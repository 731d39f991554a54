"""The Containerfile is read line by line: it cannot be built without a container engine, but it can be wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

INSTRUCTIONS = {"FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "ENTRYPOINT", "CMD"}
PLAIN_TEXT = {"README.md", "pyproject.toml", "setup.py", "requirements.lock"}


def _instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def _copied(instructions: list[tuple[str, str]]) -> list[str]:
    """What is copied out of the checkout; what comes from another stage is not."""
    lines = [rest.split() for word, rest in instructions if word == "COPY" and not rest.startswith("--from=")]
    return [source for line in lines for source in line[:-1]]


def _apt_packages(instructions: list[tuple[str, str]]) -> set[str]:
    commands = [each for word, rest in instructions if word == "RUN" for each in rest.split("&&")]
    installed = [command.split()[2:] for command in commands if command.split()[:2] == ["apt-get", "install"]]
    return {package for words in installed for package in words if not package.startswith("-")}


def _faults(text: str, repository: Path) -> list[str]:
    instructions = _instructions(text)
    faults = [f"{word} is no instruction that is used here" for word, _ in instructions if word not in INSTRUCTIONS]
    faults += [
        f"{source} is not in the checkout" for source in _copied(instructions) if not (repository / source).exists()
    ]
    pips = [
        c for word, rest in instructions if word == "RUN" for c in rest.split("&&") if " install " in c and "/pip" in c
    ]
    faults += [f"without hashes: {c}" for c in pips if "--require-hashes" not in c and "--no-index" not in c]
    last_stage = instructions[max(place for place, (word, _) in enumerate(instructions) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    if not users or users[-1] in ("0", "root"):
        faults.append("runs as root")
    return faults


@pytest.fixture(scope="module")
def containerfile(repository: Path) -> str:
    return (repository / "Containerfile").read_text(encoding="utf-8")


def test_the_containerfile_is_without_the_faults_that_can_be_seen(repository: Path, containerfile: str) -> None:
    assert not _faults(containerfile, repository)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("COPY notebooks ", "COPY notebook ", "notebook is not in the checkout"),
        ("--require-hashes ", "", "without hashes"),
        ("USER 10001\n", "", "runs as root"),
        ("USER 10001\n", "USER root\n", "runs as root"),
        ("WORKDIR", "WORKDIRECTORY", "is no instruction"),
    ],
)
def test_a_fault_in_it_is_seen(repository: Path, containerfile: str, before: str, after: str, fault: str) -> None:
    assert any(fault in found for found in _faults(containerfile.replace(before, after), repository))


def test_everything_that_the_wheel_is_built_of_is_copied(repository: Path, containerfile: str) -> None:
    travelling = re.findall(r'"partnership_lib\.\w+": "([^"]+)"', (repository / "setup.py").read_text(encoding="utf-8"))
    assert travelling
    assert {*travelling, "partnership_lib", *PLAIN_TEXT} == set(_copied(_instructions(containerfile)))


def test_it_starts_a_command_that_the_project_has(repository: Path, containerfile: str) -> None:
    scripts = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    ((_, entry),) = [each for each in _instructions(containerfile) if each[0] == "ENTRYPOINT"]
    assert set(json.loads(entry)) <= set(scripts)


def test_the_reports_need_nothing_of_the_system_there_as_in_a_checkout(repository: Path, containerfile: str) -> None:
    starter = (repository / "run.py").read_text(encoding="utf-8")
    needs = re.search(r'"report": \("[^"]+", (\(.*?\)), report\)', starter)
    assert needs is not None
    assert needs[1] == "()"
    assert not {
        package for package in _apt_packages(_instructions(containerfile)) if package.startswith(("lib", "fonts"))
    }


def test_debian_knows_every_package_that_it_names(containerfile: str) -> None:
    if shutil.which("apt-cache") is None:
        pytest.skip("no apt-cache on this machine")
    packages = _apt_packages(_instructions(containerfile))
    shown = subprocess.run(["apt-cache", "show", *packages], capture_output=True, text=True, check=False).stdout
    unknown = packages - set(re.findall(r"^Package: (\S+)$", shown, re.M))
    assert not unknown, f"Debian has no package {', '.join(sorted(unknown))}"
