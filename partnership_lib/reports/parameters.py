"""Strict parameters: what a notebook declares, and that exactly that is given, before any kernel starts."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from typing import Any

from partnership_lib.errors import ReportError, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PLAIN = (str, int, float, bool, type(None), list, dict)


def declared_parameters(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a notebook declares, with their defaults.

    Parameters
    ----------
    notebook : Mapping
        The notebook as JSON; its cell tagged ``parameters`` holds one ``name = literal`` per line.

    Raises
    ------
    ReportError
        ``parameters_cell_missing`` or ``parameters_cell_not_plain`` with the line.

    Notes
    -----
    Read from the syntax tree: papermill's own inspection overlooks a line whose text holds a second ``=``.
    """
    cells = [cell for cell in notebook["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise ReportError("parameters_cell_missing", found=len(cells))
    source = "".join(cells[0]["source"])
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # all of them are of Python's own parser
        line = getattr(error, "lineno", None) or 1
        raise ReportError("parameters_cell_not_plain", line=line) from error
    return dict(_declaration(statement) for statement in statements)


def _declaration(statement: ast.stmt) -> tuple[str, Any]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            pass
        case _:
            raise ReportError("parameters_cell_not_plain", line=statement.lineno)
    try:
        return name, ast.literal_eval(value)
    except ValueError as error:
        raise ReportError("parameters_cell_not_plain", line=statement.lineno) from error


def checked_parameters(declared: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` in the declared order when it is exactly what is declared, of exactly the declared types.

    Raises
    ------
    UsageError
        ``unknown_parameter``, ``missing_parameter`` or ``mistyped_parameter``.

    Examples
    --------
    >>> checked_parameters({"period": "2026-T2", "runs": 10}, {"runs": 20, "period": "2026-T1"})
    {'period': '2026-T1', 'runs': 20}
    """
    for name in given:
        if name not in declared or not _NAME.fullmatch(name):
            raise UsageError("unknown_parameter", parameter=name, allowed=", ".join(declared))
    for name in declared:
        if name not in given:
            raise UsageError("missing_parameter", parameter=name, allowed=", ".join(declared))
    for name, default in declared.items():
        _check_plain(name, given[name])
        if default is not None and type(given[name]) is not type(default):
            raise _mistyped(name, given[name], type(default).__name__)
    return {name: given[name] for name in declared}


def _check_plain(name: str, value: Any) -> None:
    # papermill writes any other type into the notebook as unescaped text, where it would run as code.
    if type(value) not in _PLAIN:
        raise _mistyped(name, value, ", ".join(kind.__name__ for kind in _PLAIN))
    if isinstance(value, float) and not math.isfinite(value):
        raise _mistyped(name, value, "finite float")
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _mistyped(name, value, "str without lone surrogates")
    if isinstance(value, dict):
        for key, each in value.items():
            if type(key) is not str:
                raise _mistyped(name, key, "str")
            _check_plain(name, key)
            _check_plain(name, each)
    if isinstance(value, list):
        for each in value:
            _check_plain(name, each)


def _mistyped(name: str, value: Any, allowed: str) -> UsageError:
    found = f"{type(value).__name__} {ascii(value)[:60]}"
    return UsageError("mistyped_parameter", parameter=name, found=found, allowed=allowed)
