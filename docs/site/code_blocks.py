"""The code blocks of the documentation: found, and each known by its marks as run, parsed or read.

A block opens with its language and then its marks: ```` ```shell slow ````. The marks decide what the tests do with it:

==============  ====================================================================================================
``shell``       every ``partnership`` line is run on a copy of the demo workspace, the blocks of a page in their order
``slow``        ... but only among the slow tests; every day its lines are parsed
``fresh``       ... in a folder that holds only `egna`, Ekvik's own files; a `cd` holds for the rest of the page
``server``      starts something that stays: parsed
``synopsis``    a form with ``[...]``, ``a|b`` and NAMES to fill in: its commands and options exist
``elsewhere``   belongs to another tool or machine; its ``partnership`` lines are parsed
``python``      run in the workspace, ``>>>`` lines as doctests
``settings``    (toml) ``partnership.toml``; ``profile`` (toml) of a ledger
``scenario``    (yaml) based on a case; ``assumptions`` (yaml) of a case; ``rules`` (yaml) of a consolidation;
                ``outcome`` (yaml) rules of the evaluation; ``problem`` (json) of the optimiser
``text``        what a program printed
==============  ====================================================================================================

A line that ends with a code other than 0 says so in its comment: ``# ... ends with 1``.
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from partnership_lib.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
HOW_RUN = {
    "shell": {(), ("slow",), ("fresh",), ("fresh", "slow"), ("server",), ("synopsis",), ("elsewhere",)},
    "python": {(), ("slow",), ("elsewhere",)},
    "toml": {("settings",), ("profile",)},
    "yaml": {("scenario",), ("assumptions",), ("rules",), ("outcome",), ("elsewhere",)},
    "json": {("problem",)},
    "sql": {("elsewhere",)},
    "text": {()},
}
_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^`]*)$")
_ENDS_WITH = re.compile(r"ends with (\d)")


@dataclass(frozen=True)
class Block:
    """A code block: where it stands, its language and marks, its lines."""

    page: Path
    line: int
    language: str
    marks: tuple[str, ...]
    text: str

    @property
    def where(self) -> str:
        """Return the page and the line, as an editor takes them."""
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    @property
    def is_known(self) -> bool:
        """Return whether the tests know what to do with it."""
        return self.marks in HOW_RUN.get(self.language, ())


def pages() -> list[Path]:
    """Return the pages that people wrote: all of ``docs`` but what is made from the program, and the README."""
    written = [page for page in sorted((REPOSITORY / "docs").rglob("*.md")) if "made" not in page.parts]
    return [REPOSITORY / "README.md", *written]


def blocks(page: Path) -> Iterator[Block]:
    """Return the code blocks of a page; directives of the site (``{toctree}``) are none."""
    opened: tuple[int, re.Match[str]] | None = None
    held: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened, held = (number, fence), []
        elif opened and fence and fence["fence"] == opened[1]["fence"] and not fence["info"]:
            language, *marks = opened[1]["info"].split() or [""]
            if not language.startswith("{"):
                yield Block(page, opened[0], language, tuple(sorted(marks)), "\n".join(held) + "\n")
            opened = None
        elif opened:
            held.append(line.removeprefix(opened[1]["indent"]))


@dataclass(frozen=True)
class Line:
    """A command of a shell block: its words, and the code that it ends with."""

    words: tuple[str, ...]
    ends_with: int


def shell_lines(block: Block) -> Iterator[Line]:
    """Return the commands of a shell block, those joined by ``&&`` one by one."""
    for line in re.sub(r"\\\n\s*", " ", block.text).splitlines():
        ends_with = _ENDS_WITH.search(line.partition("#")[2])
        words = shlex.split(line, comments=True)
        for is_joint, part in itertools.groupby(words, lambda word: word == "&&"):
            if not is_joint:
                yield Line(tuple(part), int(ends_with[1]) if ends_with else 0)


def parse(words: tuple[str, ...]) -> None:
    """Raise click's error when a command, an option or a choice does not exist, or an argument is missing."""
    command, rest = _resolved(words[1:])
    command.make_context(" ".join(words), list(rest))


def _resolved(words: tuple[str, ...]) -> tuple[click.Command, tuple[str, ...]]:
    command: click.Command = main
    while isinstance(command, click.Group):
        if not words or words[0] not in command.commands:
            raise click.UsageError(f"there is no command {' '.join(words) or command.name!r}")
        command, words = command.commands[words[0]], words[1:]
    return command, words


def synopsis_mistakes(line: str) -> list[str]:
    """Return what a form of a command names that does not exist: commands, options, choices.

    Examples
    --------
    >>> synopsis_mistakes("partnership import agreements|wishes FILE [--actor P]")
    ["there is no command 'wishes'"]
    >>> synopsis_mistakes("partnership run [--due | --overdue]")
    ['run has no option --overdue']
    """
    words = re.sub(r"[\[\]()]|\.\.\.", " ", re.sub(r"#.*", "", line)).replace(" | ", " ").split()
    alternatives = [word.split("|") if "|" in word and not word.startswith("-") else [word] for word in words[1:4]]
    mistakes: list[str] = []
    for start in itertools.product(*alternatives):
        try:
            command, _ = _resolved(start)
        except click.UsageError as error:
            mistakes.append(error.message.replace(" ".join(start), start[1] if len(start) > 1 else start[0], 1))
            continue
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        asked = {name for word in words for name in word.split("|") if re.match(r"--?[a-z]", name)}
        mistakes += [f"{command.name} has no option {name}" for name in sorted(asked - known - {"--help"})]
        mistakes += _wrong_choices(command, start)
    return sorted(set(mistakes))


def _wrong_choices(command: click.Command, words: tuple[str, ...]) -> list[str]:
    first = next((each for each in command.params if isinstance(each, click.Argument)), None)
    if first is None or not isinstance(first.type, click.Choice):
        return []
    after = words[words.index(command.name or "") + 1 :]
    unknown = [word for word in after[:1] if word.islower() and word not in first.type.choices]
    return [f"{command.name} knows no {word}" for word in unknown]
