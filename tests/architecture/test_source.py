"""What the source must not contain, and how long a function may be."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LONGEST_FUNCTION = 40
TEST_ROOMS = {
    *(
        "unit",
        "docs",
        "reference",
        "golden",
        "properties",
        "faults",
        "security",
        "browser",
        "notebooks",
        "architecture",
        "proof",
    )
}
# Put together from pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/~-])/(?:{})/\w".format("|".join(("wo" + "rk", "ro" + "ot", "tm" + "p", "ho" + "me")))
)
REGISTRY_HOSTS = re.compile(
    "|".join((r"py" + r"pi\.org", r"python" + r"hosted\.org", r"npm" + r"js\.org", r"debian" + r"\.org/"))
)


def _python_files(repository: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (repository / folder).rglob("*.py") if "__pycache__" not in path.parts)
    yield from (repository / "run.py", repository / "setup.py")


def _tracked_files(repository: Path) -> list[Path]:
    if not (repository / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=True)
    return [repository / name for name in listed.stdout.split("\0") if name and (repository / name).is_file()]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


# --- how long -------------------------------------------------------------------------------------------------------


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its decorators and its docstring."""
    first = function.body[0]
    described = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = first.end_lineno - first.lineno + 1 if described else 0
    return function.end_lineno - function.lineno + 1 - docstring


def _long_functions(source: str) -> list[str]:
    functions = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [f"{f.name} ({_lines_of_code(f)} lines)" for f in functions if _lines_of_code(f) > LONGEST_FUNCTION]


def test_no_function_is_longer_than_a_page(repository: Path) -> None:
    found = {
        str(f.relative_to(repository)): _long_functions(_text(f)) for f in _python_files(repository, "partnership_lib")
    }
    assert not {file: functions for file, functions in found.items() if functions}


def test_a_function_longer_than_a_page_is_seen_but_its_docstring_is_free() -> None:
    body = "    x = 1\n" * LONGEST_FUNCTION
    assert _long_functions(f"def long():\n{body}") == ["long (41 lines)"]
    assert (
        _long_functions('def described():\n    """A.\n\n    B.\n    """\n' + "    x = 1\n" * (LONGEST_FUNCTION - 1))
        == []
    )


# --- what is refused ------------------------------------------------------------------------------------------------


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _owner(node: ast.expr) -> str:
    return _name(node.value) if isinstance(node, ast.Attribute) else ""


def _is_dangerous_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name, owner = _name(node.func), _owner(node.func)
    by_name = name in {"read_pickle", "getoutput", "getstatusoutput"} or (
        isinstance(node.func, ast.Name) and name in {"eval", "exec"}
    )
    on_object = isinstance(node.func, ast.Attribute) and (name == "query" or (name == "eval" and owner != "self"))
    in_shell = any(word.arg == "shell" and getattr(word.value, "value", False) is True for word in node.keywords)
    of_system = owner == "os" and (name in {"system", "popen"} or name.startswith(("spawn", "posix_spawn")))
    return by_name or on_object or in_shell or of_system or (owner == "yaml" and name in {"load", "load_all"})


def _is_put_together(node: ast.expr) -> bool:
    """Whether a text is put together where it stands: an f-string, a sum, a percent sign, `format` or `join`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "format_map", "join"}
    return isinstance(node, ast.JoinedStr | ast.BinOp)


def _shows_text_raw(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    sink = _name(node.func) in {"HTML", "HTMLMath", "Markdown", "Markup", "Javascript"}
    given = [*node.args[:1], *(each.value for each in node.keywords if each.arg in {"value", "data"})]
    unescaped = {each.arg for each in node.keywords if getattr(each.value, "value", None) is False} & {"escape"}
    linked = {each.arg for each in node.keywords if getattr(each.value, "value", None) is True} & {"render_links"}
    return (sink and any(map(_is_put_together, given))) or bool(unescaped or linked)


def _uses_styler(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "style" and _name(node.value) not in {"matplotlib", "plt"}


BANNED: dict[str, Callable[[ast.AST], bool]] = {
    "text from outside could run as a program or read any file": _is_dangerous_call,
    "HTML and Markdown put together from text escape nothing: use display's safe tables": _shows_text_raw,
    "pandas' Styler escapes nothing: use display's safe tables": _uses_styler,
}


def _code_of(notebook: Path) -> str:
    cells = json.loads(_text(notebook))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def _banned(source: str) -> list[str]:
    nodes = list(ast.walk(ast.parse(source)))
    return [f"line {node.lineno}: {why}" for why, is_banned in BANNED.items() for node in nodes if is_banned(node)]


@pytest.mark.target(name="T21")
def test_nothing_in_the_library_or_in_a_notebook_is_on_the_ban_list(
    repository: Path, target: Callable[..., None]
) -> None:
    found = {str(f.relative_to(repository)): _banned(_text(f)) for f in _python_files(repository, "partnership_lib")}
    found |= {notebook.name: _banned(_code_of(notebook)) for notebook in (repository / "notebooks").glob("*.ipynb")}
    target(files=len(found), banned=sum(map(len, found.values())))
    assert not {file: lines for file, lines in found.items() if lines}


@pytest.mark.parametrize(
    "line",
    [
        "eval(text)",
        "frame.query(text)",
        "frame.eval(text)",
        "pd.read_pickle(path)",
        "yaml.load(text)",
        "subprocess.run(command, shell=True)",
        "HTML(f'<b>{name}</b>')",
        "Markdown(f'**{name}**')",
        "widgets.HTML(value=f'<b>{name}</b>')",
        "HTML('<b>' + name + '</b>')",
        "HTML('<b>{}</b>'.format(name))",
        "Markdown('**%s**' % name)",
        "Markup(' '.join(names))",
        "frame.to_html(escape=False)",
        "frame.to_html(render_links=True)",
        "exec(text)",
        "yaml.load_all(text)",
        "os.system(command)",
        "os.popen(command)",
        "subprocess.getoutput(command)",
        "frame.style.format(precision=2)",
    ],
)
@pytest.mark.target(name="T21", control=True)
def test_what_is_on_the_ban_list_is_seen(line: str, target: Callable[..., None]) -> None:
    target(bans_seen=len(_banned(line)))
    assert len(_banned(line)) == 1


def test_the_ban_list_leaves_the_harmless_ones_alone() -> None:
    assert (
        _banned("yaml.safe_load(text)\nplt.style.context(sheet)\nsubprocess.run(command, shell=False)\nHTML(safe)")
        == []
    )


def test_no_tracked_file_names_a_path_of_one_machine_or_a_registry(repository: Path) -> None:
    found = [
        f"{file.relative_to(repository)}: {match.group()}"
        for file in _tracked_files(repository)
        for pattern in (MACHINE_PATHS, REGISTRY_HOSTS)
        for match in pattern.finditer(_text(file))
    ]
    assert not found


def test_a_path_of_one_machine_is_seen() -> None:
    assert MACHINE_PATHS.search("open('/" + "home/anna/x.csv')")
    assert MACHINE_PATHS.search("see https://example.org/" + "home/anna") is None


# --- what must be there ---------------------------------------------------------------------------------------------


def test_every_room_is_a_package(repository: Path) -> None:
    folders = {file.parent for file in (repository / "partnership_lib").rglob("*.py")}
    assert not [str(folder) for folder in folders if not (folder / "__init__.py").is_file()], "add an __init__.py"


def test_the_tests_mirror_the_house(repository: Path) -> None:
    tests = repository / "tests"
    rooms = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    assert rooms <= TEST_ROOMS
    units = {path.relative_to(tests / "unit").parts[0] for path in (tests / "unit").rglob("test_*.py")}
    house = {path.stem for path in (repository / "partnership_lib").iterdir()} | {"run"}
    assert {unit.removeprefix("test_").removesuffix(".py") for unit in units} <= house


def test_no_test_is_switched_off(repository: Path) -> None:
    switched_off = re.compile(r"pytest\.mark\.(?:skip\b|xfail)|@unittest\.skip\b")
    files = [file for file in (repository / "tests").rglob("test_*.py") if file != Path(__file__)]
    assert not [str(file.relative_to(repository)) for file in files if switched_off.search(_text(file))]


def test_ruff_finds_nothing(repository: Path) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--no-cache", "."]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_mypy_finds_nothing(repository: Path) -> None:
    command = [sys.executable, "-m", "mypy"]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
