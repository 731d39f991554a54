"""One palette: no colour is written anywhere but in it, and whatever stands on something can be read there."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from partnership_lib.palette import DARK, LIGHT, resolved, variables
from tests.unit.display.test_colours import contrast

ROOT = Path(__file__).resolve().parents[2]
PALETTE = ROOT / "partnership_lib" / "palette.py"
SHEETS = sorted((ROOT / "partnership_lib").rglob("*.css"))
WRITTEN = re.compile(r"(?<!&)#(?:[0-9a-fA-F]{3,4}){1,2}\b|\b(?:rgba?|hsla?|oklch)\(")
TEXTS, GROUNDS = ("ink", "muted", "accent", "good", "attention", "bad"), ("paper", "band", "trough")
SOFT = {"accent-soft": "accent", "good-soft": "good", "attention-soft": "attention", "teal-soft": "teal-deep"}
SIGNS = ("edge", "teal", "ochre", "slate", "focus", "accent", "good", "attention", "bad")
STRONG = ("accent", "teal", "teal-deep", "bad")
THEMES = {"light": LIGHT, "dark": DARK}
RULE = re.compile(r"\{([^{}]*)\}")


def sources() -> list[Path]:
    """What is looked through: code, style sheets, templates and notebooks of the program and of its documentation."""
    kinds = {".py", ".css", ".js", ".html", ".j2", ".typ", ".ipynb"}
    found = [file for place in ("partnership_lib", "docs", "notebooks") for file in (ROOT / place).rglob("*.*")]
    return [file for file in found if file.suffix in kinds and file != PALETTE and "made" not in file.parts]


def colours_in(text: str) -> set[str]:
    """The colours that are written in a text."""
    return {found[0] for found in WRITTEN.finditer(text)}


def declared(rule: str, name: str) -> str | None:
    """The palette's name for a property of a rule, None where it is said otherwise or not at all."""
    found = re.search(rf"(?:^|[;\s]){name}: var\(--([a-z-]+)\)", rule)
    return found[1] if found and found[1] in LIGHT else None


def test_no_colour_is_written_outside_of_the_palette() -> None:
    found = {file.relative_to(ROOT).as_posix(): colours_in(file.read_text(encoding="utf-8")) for file in sources()}
    assert {name: colours for name, colours in found.items() if colours} == {}


@pytest.mark.parametrize("text", ["a { color: #fff }", "b = '#1c2733'", "c { background: rgb(1 2 3 / 4%) }", "#FFF1C2"])
def test_the_control_a_colour_that_is_written_is_found(text: str) -> None:
    assert colours_in(text)


def test_every_variable_of_a_style_sheet_is_in_the_palette() -> None:
    known = set(re.findall(r"--([a-z-]+):", variables(":root")))
    pages = [*SHEETS, *(ROOT / "partnership_lib/review/launcher/template").iterdir()]
    used = {name for file in pages for name in re.findall(r"var\(--([a-z-]+)", file.read_text(encoding="utf-8"))}
    assert used - known == set()
    assert set(LIGHT) - used <= {
        "slate",
        "ochre-light",
    }  # of figures only; all others are used


def test_light_and_dark_have_the_same_names() -> None:
    assert list(LIGHT) == list(DARK)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_every_ground(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [*product(TEXTS, GROUNDS), *product(("ink", "muted"), SOFT), *((text, soft) for soft, text in SOFT.items())]
    assert [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_on_a_strong_colour_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [*product(("on-accent",), STRONG), ("on-lamp", "lamp")]
    assert [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_sign_line_and_edge_stands_out(theme: str) -> None:
    colours = THEMES[theme]
    pairs = product(SIGNS, ("paper", "band"))
    assert [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < 3.0] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_a_rule_writes_on_its_own_ground_can_be_read(sheet: Path, theme: str) -> None:
    colours, low = THEMES[theme], []
    for rule in RULE.findall(sheet.read_text(encoding="utf-8")):
        text, ground = declared(rule, "color"), declared(rule, "background")
        if text and ground and contrast(colours[text], colours[ground]) < 4.5:
            low.append((text, ground))
    assert low == []


def test_the_control_a_rule_that_cannot_be_read_is_seen() -> None:
    rule = "color: var(--ochre); background: var(--ochre-light);"
    assert contrast(LIGHT[declared(rule, "color") or ""], LIGHT[declared(rule, "background") or ""]) < 4.5


def test_a_page_without_a_sheet_gets_its_colours_written_out() -> None:
    assert resolved("color: var(--ink)") == f"color: {LIGHT['ink']}"
