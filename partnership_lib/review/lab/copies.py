"""A report's notebook as a new copy with its parameters filled in: one's own to change, and never written over."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.errors import StorageError
from partnership_lib.files.atomic import create_text
from partnership_lib.reports.catalogue import find_kind, read_template
from partnership_lib.reports.inputs import given_parameters
from partnership_lib.reports.parameters import checked_parameters, declared_parameters

if TYPE_CHECKING:
    from partnership_lib.reports.request import ReportRequest
    from partnership_lib.workspace import Workspace

COPIES_FOLDER = "notebooks/mine"
"""Where copies are put, in the workspace."""
_LONGEST_PART = 60


def new_copy(workspace: Workspace, request: ReportRequest) -> Path:
    """Return a new notebook: the report's own, with the parameters that the request says.

    Raises
    ------
    StorageError
        ``disk_full`` or ``file_unwritable``.
    """
    template = read_template(find_kind(request.kind))
    notebook = template.notebook
    given = checked_parameters(declared_parameters(notebook), given_parameters(workspace, request))
    translate(notebook, request.language)
    fill_in(notebook, given)
    notebook["metadata"]["partnership"] = {"copy_of": template.name, "sha256": template.sha256}
    written = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    for target in _free_names(workspace.root / COPIES_FOLDER, _stem(request)):
        try:
            create_text(target, written)
        except StorageError as error:
            if error.code == "file_exists":  # somebody took the name since we looked
                continue
            raise
        return target
    raise AssertionError("there is always one more number")


def _stem(request: ReportRequest) -> str:
    """Return a name that says what the copy is about; it begins with the kind, so it is none that Windows keeps."""
    when = request.period.label if request.period is not None else request.meeting
    shared = None if request.audience == "internal" else request.audience
    parts = (request.kind, request.subject, when, shared, request.language)
    return "_".join(_plain(part) for part in parts if part)


def _plain(part: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", ascii_only)[:_LONGEST_PART].strip("-")


def _free_names(folder: Path, stem: str) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"{stem}.ipynb" if number == 1 else f"{stem}_{number}.ipynb" for number in count(1))
    return (folder / name for name in names if not (folder / name).exists())


def translate(notebook: Mapping[str, Any], language: str) -> None:
    """Let a notebook say in another language what it says between its cells and beside its parameters.

    The shipped notebook carries the translations of a cell in the cell's own metadata; a copy speaks one language.
    """
    for cell in notebook["cells"]:
        said = cell["metadata"].pop("translations", {}).get(language)
        if isinstance(said, str):
            cell["source"] = said.splitlines(keepends=True)
        elif said is not None:
            lines = "".join(cell["source"]).splitlines()
            cell["source"] = [f"{_commented(line, said)}\n" for line in lines]


def _commented(line: str, said: Mapping[str, str]) -> str:
    """Return the line of a parameter with the comment that is said of it."""
    declared, _, comment = line.partition("  # ")
    return f"{declared}  # {said.get(declared.partition(' = ')[0], comment)}"


def fill_in(notebook: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Write values into a notebook's parameters cell; the rest of each line, its comment too, stays."""
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            cell["source"] = filled_in("".join(cell["source"]), given).splitlines(keepends=True)


def filled_in(source: str, given: Mapping[str, Any]) -> str:
    """Return the source of a parameters cell with other values.

    Examples
    --------
    >>> print(filled_in('period = "2026-T2"  # month or tertial\\nruns = 10  # how many', {"period": "2026-Q1"}))
    period = "2026-Q1"  # month or tertial
    runs = 10  # how many
    """
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # the syntax tree counts in bytes
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.Assign)
        (name,) = (target.id for target in statement.targets if isinstance(target, ast.Name))
        if name in given:
            at, value = statement.lineno - 1, statement.value
            line = lines[at]
            lines[at] = line[: value.col_offset] + _literal(given[name]).encode() + line[value.end_col_offset :]
    return b"".join(lines).decode()


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
