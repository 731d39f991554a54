"""The pages of the reference that are read out of the program: commands, errors, settings, API."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import click

from partnership_lib import text
from partnership_lib.cli import main
from partnership_lib.workspace import settings

# What may be imported by others, room by room; the rest of the program may change without a word.
PUBLIC_FACES = {
    "partnership_lib.workspace": "Opening a workspace and asking it",
    "partnership_lib.findings": "Findings: number, table and sentence together",
    "partnership_lib.units.period": "Periods",
    "partnership_lib.units.money": "Money",
    "partnership_lib.units.organisation_number": "Organisation numbers",
    "partnership_lib.domain": "The field's records",
    "partnership_lib.register.store": "The register",
    "partnership_lib.ledger.warehouse": "The ledger",
    "partnership_lib.reports": "Making and checking reports",
    "partnership_lib.errors": "Errors",
}


def write_all(folder: Path) -> None:
    """Write every page that is made; one that says the same is left alone, so that it is not read anew."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"commands": commands(), "errors": errors(), "settings": settings_page(), "python": python()}
    for name, lines in pages.items():
        content, file = "\n".join(lines) + "\n", folder / f"{name}.md"
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            file.write_text(content, encoding="utf-8")


def command_tree(
    group: click.Command = main, path: tuple[str, ...] = ("partnership",)
) -> Iterator[tuple[str, click.Command]]:
    """Return every command with its full name, groups left out."""
    if isinstance(group, click.Group):
        for name, child in sorted(group.commands.items()):
            yield from command_tree(child, (*path, name))
    else:
        yield " ".join(path), group


def commands() -> Iterator[str]:
    """Return the page of the commands, read from the command line itself."""
    yield "# Commands"
    yield (
        "\nEvery command takes `--workspace DIR`, `--language sv|en`, `--json` (the answer for programs on the "
        "standard output) and `--help`. It ends with 0 when it is done, 1 when the work failed, 2 when the call was "
        "wrong."
    )
    for name, command in command_tree():
        context = click.Context(command, info_name=name)
        yield f"\n## {name}\n"
        yield "\n\n".join(part.strip() for part in (command.help or "").split("\n\n"))
        usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS] ", "").replace("[OPTIONS]", "")
        yield f"\n```text\n{name} {usage}".rstrip() + "\n```"
        yield from _options(command, context)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    common = {"workspace", "language", "as_json"}
    options = [each for each in command.params if isinstance(each, click.Option) and each.name not in common]
    records = [record for each in options if (record := each.get_help_record(context))]
    if records:
        yield "\n| option | meaning |\n|---|---|"
        for option, meaning in records:
            yield f"| `{_cell(option)}` | {_cell(meaning)} |"


def _cell(value: str) -> str:
    return " ".join(value.replace("|", "\\|").split())


def errors() -> Iterator[str]:
    """Return the page of the error codes, each with its sentence in both languages."""
    yield "# Errors"
    yield (
        '\nAn error is a code with values. `--json` answers `{"error": {"code", "values"}}`; people read the '
        "sentence, in which the values stand in braces. The code stays the same from version to version; the sentence "
        "may not."
    )
    initial = ""
    for key in sorted(key for key in text.keys("sv") if key.startswith("error.")):
        code = key.removeprefix("error.")
        if code[0] != initial:
            initial = code[0]
            yield f"\n## {initial.upper()}\n"
        yield f"`{code}`\n: {_sentence(key, 'en')}\n\n  *{_sentence(key, 'sv')}*\n"


def _sentence(key: str, language: str) -> str:
    plain = text.template(key, language)
    for sign in "\\*_`<$[#":
        plain = plain.replace(sign, f"\\{sign}")
    return " ".join(plain.split())


def settings_page() -> Iterator[str]:
    """Return the page of ``partnership.toml``: every key with its kind and default."""
    defaults = settings.Settings()
    yield "# Settings"
    yield "\n`partnership.toml` makes a folder a workspace. What is left out has its default.\n"
    for table, keys in settings.ALLOWED.items():
        yield f"\n## [{table}]\n\n| key | kind | default | meaning |\n|---|---|---|---|"
        for key, kind in keys.items():
            default = getattr(defaults, key)
            told = "" if default in (None, "", (), {}) else f"`{default}`"
            yield f"| `{key}` | {KINDS[kind]} | {told} | {MEANINGS[key]} |"
    yield "\n## A new workspace's file\n\n```toml settings"
    hours = "office_hours_per_year = 1600"
    yield settings.NEW_SETTINGS.format(name="Lindvalla kommun", as_of="", office_hours=hours).strip()
    yield "```"
    yield "\n## Environment variables\n\n| variable | meaning |\n|---|---|"
    for name, meaning in VARIABLES.items():
        yield f"| `{name}` | {meaning} |"


def python() -> Iterator[str]:
    """Return the page of the public faces, written out by autodoc."""
    yield "# Python"
    yield (
        "\nWhat notebooks and programs of your own may rely on; the way in is `import partnership_lib as plib` and "
        "`plib.open()`."
    )
    for module, title in PUBLIC_FACES.items():
        yield f"\n## {title}\n\n```{{eval-rst}}\n.. currentmodule:: {module}\n"
        if not hasattr(import_module(module), "__all__"):
            yield f".. automodule:: {module}"
        faces = {name: getattr(import_module(module), name) for name in getattr(import_module(module), "__all__", ())}
        for name, face in faces.items():
            if callable(face):  # constants have no docstring of their own
                yield f".. auto{'class' if isinstance(face, type) else 'function'}:: {module}.{name}"
        yield "```"


KINDS = {str: "text", int: "whole number", dict: "table", list: "list of tables", date: "date"}
_WORDS = tomllib.loads((Path(__file__).parent / "settings.toml").read_text(encoding="utf-8"))
MEANINGS: dict[str, str] = _WORDS["settings"]
VARIABLES: dict[str, str] = _WORDS["environment"]
