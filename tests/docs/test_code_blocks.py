"""What stands in the code blocks of the documentation works: run on a copy of the demo, or read by the program."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Callable
from pathlib import Path

import code_blocks
import first_hour
import pytest
from click.testing import CliRunner
from code_blocks import Block

from partnership_lib.cli import main
from partnership_lib.consolidation.problems.reading import read_problem
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.errors import PartnershipError
from partnership_lib.files.profiles import read_profile
from partnership_lib.workspace import open_workspace, read_settings
from partnership_lib.workspace.consolidations import rules_of
from partnership_lib.workspace.outcome_rules import outcome_rules

RUN = {("shell", ()), ("shell", ("fresh",)), ("python", ())}
RUN_SLOWLY = {("shell", ("slow",)), ("shell", ("fresh", "slow")), ("python", ("slow",))}


def pages_with(languages: set[str], kinds: set[tuple[str, tuple[str, ...]]] | None = None) -> list[Path]:
    """The pages that have such a block."""
    return [
        page
        for page in code_blocks.pages()
        if any(
            block.language in languages and (kinds is None or (block.language, block.marks) in kinds)
            for block in code_blocks.blocks(page)
        )
    ]


def name(page: Path) -> str:
    """A page's name in the list of tests."""
    return page.relative_to(code_blocks.REPOSITORY).as_posix()


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace as it is built."""
    folder = tmp_path_factory.mktemp("docs") / "demo"
    build_demo_workspace(folder)
    return folder


@pytest.fixture
def demo(built_demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace, for a page to change."""
    return Path(shutil.copytree(built_demo, tmp_path / "demo"))


# --- what is run ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages_with({"shell", "python"}, RUN), ids=name)
def test_the_blocks_of_a_page_do_what_they_say(page: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(page, RUN, demo, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", pages_with({"shell", "python"}, RUN_SLOWLY), ids=name)
def test_the_slow_blocks_of_a_page_do_what_they_say(page: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_page(page, RUN | RUN_SLOWLY, demo, monkeypatch)


def run_page(page: Path, kinds: set[tuple[str, tuple[str, ...]]], demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the blocks of a page in their order, all in one workspace."""
    fresh = demo.parent / "fresh"
    first_hour.make_files(fresh / "egna")
    names: dict[str, object] = {}
    for block in code_blocks.blocks(page):
        if (block.language, block.marks) in kinds:
            is_fresh = "fresh" in block.marks
            monkeypatch.chdir(fresh if is_fresh else demo)
            if block.language == "shell":
                run_shell(block, monkeypatch)
            else:
                run_python(block, names)
            fresh = Path.cwd() if is_fresh else fresh


def run_shell(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the lines of a block; each ends with the code that it says, 0 unless it says another."""
    for line in code_blocks.shell_lines(block):
        if line.words[0] == "cd":
            monkeypatch.chdir(line.words[1])
            continue
        said = CliRunner().invoke(main, list(line.words[1:]))
        assert said.exit_code == line.ends_with, f"{block.where}: {' '.join(line.words)}\n{said.output}"


def run_python(block: Block, names: dict[str, object]) -> None:
    """Run a block: as doctests where it has any, else as it stands."""
    if ">>>" not in block.text:
        exec(compile(block.text, block.where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.text, names, block.where, str(block.page), block.line)
    said: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert result.failed == 0, "".join(said)


# --- what is read ---------------------------------------------------------------------------------------------------


def reads_settings(text: str, demo: Path) -> None:
    file = demo / "partnership.toml"
    file.write_text(text, encoding="utf-8")
    read_settings(file)


def reads_profile(text: str, demo: Path) -> None:
    (demo / "profile.toml").write_text(text, encoding="utf-8")
    read_profile(demo / "profile.toml")


def reads_scenario(text: str, demo: Path) -> None:
    (demo / "data" / "cases" / "as_written.yaml").write_text(text, encoding="utf-8")
    open_workspace(demo).case("as_written.yaml")


def reads_assumptions(text: str, demo: Path) -> None:
    reads_scenario("based_on: skoladministration.yaml\nname: As written\n" + text, demo)


def reads_rules(text: str, demo: Path) -> None:
    (demo / "data" / "consolidation.yaml").write_text(text, encoding="utf-8")
    rules_of(open_workspace(demo))


def reads_outcome(text: str, demo: Path) -> None:
    (demo / "data" / "outcome.yaml").write_text(text, encoding="utf-8")
    outcome_rules(demo)


READERS: dict[tuple[str, tuple[str, ...]], Callable[[str, Path], None]] = {
    ("toml", ("settings",)): reads_settings,
    ("toml", ("profile",)): reads_profile,
    ("yaml", ("scenario",)): reads_scenario,
    ("yaml", ("assumptions",)): reads_assumptions,
    ("yaml", ("rules",)): reads_rules,
    ("yaml", ("outcome",)): reads_outcome,
    ("json", ("problem",)): lambda text, _: read_problem(text, "problem.json") and None,
}
READ = [
    block
    for page in code_blocks.pages()
    for block in code_blocks.blocks(page)
    if (block.language, block.marks) in READERS
]


@pytest.mark.parametrize("block", READ, ids=lambda block: block.where)
def test_a_file_that_is_shown_is_one_that_the_program_takes(block: Block, demo: Path) -> None:
    READERS[block.language, block.marks](block.text, demo)


# --- the tests themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["partnership meetings A-999\n", "partnership check  # ends with 1\n"])
def test_a_command_that_ends_otherwise_than_the_page_says_is_seen(
    text: str, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    with pytest.raises(AssertionError, match=r"README.md:1"):
        run_shell(Block(code_blocks.REPOSITORY / "README.md", 1, "shell", (), text), monkeypatch)


def test_a_number_that_is_not_what_the_page_says_is_seen() -> None:
    block = Block(code_blocks.REPOSITORY / "README.md", 1, "python", (), ">>> 1 + 1\n3\n")
    with pytest.raises(AssertionError, match="Expected"):
        run_python(block, {})


@pytest.mark.parametrize(("language", "mark"), [(kind[0], kind[1][0]) for kind in READERS])
def test_a_file_with_a_key_that_does_not_exist_is_seen(language: str, mark: str, demo: Path) -> None:
    wrong = {"toml": "wishes = 1\n", "yaml": "wishes: 1\n", "json": '{"wishes": 1}'}[language]
    with pytest.raises(PartnershipError):
        READERS[language, (mark,)](wrong, demo)
