"""Names from outside become names of files: all inside their folder, all of their own, on every system."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from payloads import payloads

from partnership_lib.reports.names import safe_name

RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(10)), *(f"LPT{n}" for n in range(10))}
AWKWARD = [
    *(
        "",
        ".",
        "..",
        "/",
        "\\",
        "~",
        "-",
        "-rf",
        "_",
        " ",
        "\t",
        "CON",
        "con",
        "con.txt",
        "AUX ",
        "NUL.",
        "COM1",
        "LPT9.x",
    ),
    *(
        "../x",
        "../../etc/passwd",
        "..\\..\\x",
        "/etc/passwd",
        "C:\\Windows\\x",
        "\\\\server\\share",
        "file:///x",
        "a/b",
    ),
    *("x.", "x..", "x ", "x. ", "x\x00.html", "x\x00", "a\nb", "a\rb", "å" * 300, "x" * 300, "😀" * 80, "\u202egpj.x"),
    *("A-001", "a-001", "Å", unicodedata.normalize("NFD", "Å"), "é", unicodedata.normalize("NFD", "é"), "ﬁ", "fi", "ß"),
    *("SS", "ss", "I", "ı", "{pm}", "{0.__class__}", "%s", "%2e%2e%2f", "$HOME", "`id`", "$(id)", ";id", "|id", "a:b"),
    *("a*b", "a?b", 'a"b', "a<b", "a>b", "\ud800", "\ufeffx", "x\u200b", "x", "Ⅳ", "IV", "١٢", "12", "１２"),
]


def hostile(count: int) -> list[str]:
    """Return so many different names: the awkward ones, the payloads, and what comes of putting them together."""
    choice = random.Random(17)
    parts = [*AWKWARD, *payloads().values()]
    names = dict.fromkeys(parts)
    while len(names) < count:
        names["".join(choice.choices(parts, k=choice.randint(2, 4)))] = None
    return list(names)[: max(count, len(parts))]


def outside(folder: Path, names: list[str]) -> list[str]:
    """Return the names that do not become a file in `folder` itself that every system can have."""
    found = []
    for name in names:
        plain = name.partition(".")[0].upper()
        plain_file = "\x00" not in name and name.isprintable()  # half a character pair is not
        inside = plain_file and (folder / name).resolve().parent == folder.resolve()
        fits = 0 < len(name.encode("utf-8", "surrogatepass")) <= 255
        windows = plain not in RESERVED and not name.endswith((".", " ")) and not set(name) & set('<>:"/\\|?*')
        shown = name.isascii() and name.isprintable() and not name.startswith("-")
        if not (inside and fits and windows and shown):
            found.append(name)
    return found


@pytest.mark.target(name="T17")
def test_every_hostile_name_becomes_a_file_of_its_own_inside_the_folder(
    tmp_path: Path, rounds: Callable[[int, int], int], target: Any
) -> None:
    names = hostile(rounds(200, 1_000))
    made = [safe_name(name) for name in names]
    for name in made:
        (tmp_path / f"{name}.html").write_text("x", encoding="utf-8")
    equal = len(names) - len({unicodedata.normalize("NFC", name).casefold() for name in made})
    target(names=len(names), outside=len(outside(tmp_path, made)), equal=equal)
    assert outside(tmp_path, made) == []
    assert equal == 0
    assert len(list(tmp_path.iterdir())) == len(names)


@pytest.mark.target(name="T17", control=True)
def test_the_control_the_names_as_they_are_leave_the_folder_and_fall_together(tmp_path: Path, target: Any) -> None:
    names = hostile(200)
    folded = {unicodedata.normalize("NFKC", name).casefold().rstrip(". ") for name in names}
    target(outside=len(outside(tmp_path, names)), equal=len(names) - len(folded))
    assert outside(tmp_path, names)
    assert len(folded) < len(names)
