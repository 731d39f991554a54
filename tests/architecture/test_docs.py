"""The documentation: every page is in the contents, every block is run or parsed, every picture is made by a script."""

from __future__ import annotations

import re
from pathlib import Path

import click
import code_blocks
import pytest
import reference_pages
from code_blocks import Block

BLOCKS = [block for page in code_blocks.pages() for block in code_blocks.blocks(page)]


def test_every_block_says_how_it_is_tried() -> None:
    unknown = [f"{block.where}: {block.language} {' '.join(block.marks)}" for block in BLOCKS if not block.is_known]
    assert not unknown, "no test knows what to do with these blocks; their marks stand in docs/site/code_blocks.py"


def test_a_block_without_a_mark_or_with_an_unknown_one_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```\npartnership check\n```\n\n```toml\na = 1\n```\n\n```shell\npartnership check\n```\n")
    assert [block.is_known for block in code_blocks.blocks(page)] == [False, False, True]


def test_every_command_in_a_block_exists_with_its_options() -> None:
    assert not [mistake for block in BLOCKS for mistake in _mistakes(block)]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("shell", "partnership chekc\n"),
        ("shell", "partnership run --overdue\n"),
        ("shell", "partnership template wishes -o wishes.xlsx\n"),
        ("shell", "partnership compare\npartnership report\n"),
        ("synopsis", "partnership import wishes|agreements FILE\n"),
        ("synopsis", "partnership template agreements|wishes -o FILE\n"),
        ("synopsis", "partnership run [--due | --overdue]\n"),
    ],
)
def test_a_command_or_an_option_that_does_not_exist_is_seen(form: str, text: str) -> None:
    marks = ("synopsis",) if form == "synopsis" else ()
    assert _mistakes(Block(code_blocks.REPOSITORY / "README.md", 1, "shell", marks, text))


def _mistakes(block: Block) -> list[str]:
    """What a shell block asks for that the command line does not have."""
    if block.language != "shell":
        return []
    if block.marks == ("synopsis",):
        lines = [line for line in block.text.splitlines() if line.startswith("partnership ")]
        return [f"{block.where}: {each}" for line in lines for each in code_blocks.synopsis_mistakes(line)]
    mistakes = []
    for line in code_blocks.shell_lines(block):
        if line.words[0] == "partnership":
            try:
                code_blocks.parse(line.words)
            except click.ClickException as error:
                mistakes.append(f"{block.where}: {' '.join(line.words)}: {error.format_message()}")
            except click.exceptions.Exit:  # --help
                continue
        elif line.words[0] != "cd" and block.marks != ("elsewhere",):
            mistakes.append(f"{block.where}: {line.words[0]} is run by no test; mark the block `elsewhere`")
    return mistakes


def test_every_page_stands_in_the_contents(repository: Path) -> None:
    docs = repository / "docs"
    listed = {
        (page.parent / entry).with_suffix(".md").resolve()
        for page in docs.rglob("*.md")
        for contents in re.findall(r"```{toctree}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for entry in contents.split("\n")
        if entry and not entry.startswith(":")
    }
    written = {page for page in code_blocks.pages() if page.is_relative_to(docs)} - {docs / "index.md"}
    assert not sorted(str(page) for page in written - listed), "name these in a toctree, such as that of docs/index.md"
    gone = {page for page in listed - written if "made" not in page.parts}
    assert not sorted(str(page) for page in gone), "these stand in a toctree and are not there"


def test_every_picture_of_the_docs_is_made_by_a_script_and_shown(repository: Path) -> None:
    scripts = (repository / "docs" / "site" / name for name in ("pictures.py", "look.py"))
    made = "".join(script.read_text(encoding="utf-8") for script in scripts)
    shown = "\n".join(page.read_text(encoding="utf-8") for page in code_blocks.pages())
    for picture in sorted((repository / "docs" / "images").iterdir()):
        assert f'"{picture.name}"' in made, f"{picture.name}: let docs/site/pictures.py make it"
        assert picture.name in shown, f"{picture.name} is shown on no page"


def test_the_reference_explains_every_setting_and_every_variable(repository: Path) -> None:
    assert {key for keys in reference_pages.settings.ALLOWED.values() for key in keys} == set(reference_pages.MEANINGS)
    source = "\n".join(file.read_text(encoding="utf-8") for file in (repository / "partnership_lib").rglob("*.py"))
    named = set(re.findall(r'"(PARTNERSHIP_[A-Z_]+|JUPYTERHUB_[A-Z]+)"', source)) - {"PARTNERSHIP_"}
    inner = {"PARTNERSHIP_KERNEL_PID_FILE"}  # said by a run to its own kernel
    assert named - inner <= set(reference_pages.VARIABLES)


def test_every_error_code_stands_in_the_reference_in_both_languages() -> None:
    page = "\n".join(reference_pages.errors())
    assert "`unknown_agreement`" in page
    assert page.count("\n: ") == sum(key.startswith("error.") for key in reference_pages.text.keys("en"))


ROOMS_WITH_METHODS = (
    "analysis/follow_up",
    "analysis/portfolio",
    "analysis/spend",
    "decision/components",
    "decision/measures",
)
WITHOUT_A_NUMBER = {
    "__init__", "answer_json", "comparison", "compiled", "context", "quantity", "report",  # hold, hand on, put in order
    "overrun", "bidders", "stop_loss", "change_sources", "compound_volume",  # told with what they serve, as are these
    "quick", "reference_checks", "expected",
}  # fmt: skip


@pytest.mark.parametrize("room", ROOMS_WITH_METHODS)
def test_every_number_has_its_place_among_the_methods(repository: Path, room: str) -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (repository / "docs" / "methods").glob("*.md"))
    modules = {file.stem for file in (repository / "partnership_lib" / room).glob("*.py")} - WITHOUT_A_NUMBER
    told = set(re.findall(r"`(?:\w+/)*(\w+)\.py`", pages))
    told |= {heading.lower().replace(" ", "_") for heading in re.findall(r"^## (.+)$", pages, re.MULTILINE)}
    assert not sorted(modules - told), "give these a place in docs/methods"
