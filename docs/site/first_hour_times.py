"""Measures how long the program takes in each step of the first hour, and writes it into the pages.

``python docs/site/first_hour_times.py`` runs what the pages say, command by command in a process of its own, in a
folder that is thrown away. Nothing on the pages about the program's time is estimated; what a person needs for reading
and filling in is not measured, and not told in numbers.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import code_blocks
import first_hour

PAGES = {
    "en": code_blocks.REPOSITORY / "docs" / "first-hour.md",
    "sv": code_blocks.REPOSITORY / "docs" / "forsta-timmen.md",
}
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
_HEADING = re.compile(r"^## (\d+\. .+)$", re.MULTILINE)
_ROW = re.compile(r"^\| (\d+)\. .+? \| (\d+) \| (\d+) \|$", re.MULTILINE)
_GIB = 2**30
WORDS = {
    "en": {
        "head": "| step | seconds to wait | of which the processor works |\n|---|---|---|",
        "sum": "all steps",
        "about": "Measured {day} on a machine with {cores} processor cores and {memory} GB of memory ({system}, Python "
        "{python}){busy}: every command of the page, one after the other, each started anew.",
        "busy": ", which had other work to do meanwhile",
    },
    "sv": {
        "head": "| steg | sekunder att vänta | varav processorn arbetar |\n|---|---|---|",
        "sum": "alla steg",
        "about": "Mätt {day} på en dator med {cores} processorkärnor och {memory} GB minne ({system}, Python {python})"
        "{busy}: varje kommando på sidan, ett i taget, startat på nytt.",
        "busy": ", som samtidigt hade annat arbete",
    },
}


@dataclass(frozen=True)
class Step:
    """A numbered step of the page: its commands, and how long they took."""

    number: int
    waited_seconds: float
    processor_seconds: float


def titles(page: Path) -> list[str]:
    """Return the headings of the numbered steps."""
    return _HEADING.findall(page.read_text(encoding="utf-8"))


def commands(page: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the number of a step and the words of a command, in the order of the page."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for block in code_blocks.blocks(page):
        if block.language == "shell":
            headings = [found for line in lines[: block.line] if (found := _HEADING.match(line))]
            for line in code_blocks.shell_lines(block):
                yield int(headings[-1][1].partition(".")[0]), line.words


def measure(page: Path, folder: Path) -> list[Step]:
    """Return how long each step takes, run from the beginning in an empty folder."""
    first_hour.make_files(folder / "egna")
    at, taken = folder, dict.fromkeys(range(1, len(titles(page)) + 1), (0.0, 0.0))
    for number, words in commands(page):
        if words[0] == "cd":
            at = at / words[1]
            continue
        waited, worked = _timed([sys.executable, "-m", "partnership_lib.cli", *words[1:]], at)
        taken[number] = (taken[number][0] + waited, taken[number][1] + worked)
    return [Step(number, *seconds) for number, seconds in taken.items()]


def _timed(command: Sequence[str], at: Path) -> tuple[float, float]:
    """Return how long a command was waited for, and how long processors worked for it [s]."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=at, check=True, capture_output=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""})
    waited, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return waited, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def told(page: Path) -> list[Step]:
    """Return what a page says that its steps take."""
    rows = _ROW.findall(page.read_text(encoding="utf-8"))
    return [Step(int(number), float(waited), float(worked)) for number, waited, worked in rows]


def write(page: Path, language: str, steps: Sequence[Step]) -> None:
    """Write the table of a page anew, between its marks."""
    words, names = WORDS[language], titles(page)
    rows = [
        f"| {name} | {_whole(step.waited_seconds)} | {_whole(step.processor_seconds)} |"
        for name, step in zip(names, steps, strict=True)
    ]
    waited, worked = sum(each.waited_seconds for each in steps), sum(each.processor_seconds for each in steps)
    last = f"| {words['sum']} | {_whole(waited)} | {_whole(worked)} |"
    table = "\n".join([_about(words), "", words["head"], *rows, last])
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _whole(seconds: float) -> int:
    return max(1, round(seconds))


def _about(words: dict[str, str]) -> str:
    cores = os.cpu_count() or 1
    return words["about"].format(
        day=date.today().isoformat(),
        cores=cores,
        memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB),
        system=f"{platform.system()} {platform.machine()}",
        python=".".join(platform.python_version_tuple()[:2]),
        busy=words["busy"] if os.getloadavg()[0] > cores else "",
    )


def main() -> None:
    """Measure once and write both pages; they say the same commands."""
    with tempfile.TemporaryDirectory() as folder:
        steps = measure(PAGES["sv"], Path(folder))
    for language, page in PAGES.items():
        write(page, language, steps)


if __name__ == "__main__":
    main()
