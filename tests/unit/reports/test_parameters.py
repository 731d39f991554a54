"""Strict parameters: exactly what is declared, of exactly the declared types, before any kernel starts (T16)."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from partnership_lib.errors import ReportError, UsageError
from partnership_lib.reports.catalogue import KINDS
from partnership_lib.reports.parameters import checked_parameters, declared_parameters
from partnership_lib.text import describe

DECLARED = {"period": "2026-T2", "runs": 10, "share": 0.5, "strict": True, "names": ["a"]}


def _notebook(source: str, tags: tuple[str, ...] = ("parameters",)) -> dict[str, Any]:
    return {
        "cells": [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source.splitlines(keepends=True)}]
    }


def test_declared_parameters_are_read_with_their_defaults() -> None:
    source = 'period: str = "2026-T2"  # a = sign in a comment\nshare = -0.5  # [0-1]\nlimit: "str | None" = None\n'
    assert declared_parameters(_notebook(source)) == {"period": "2026-T2", "share": -0.5, "limit": None}


@pytest.mark.parametrize(
    "source", ["x = f()", "import os", "x = y = 1", "x.y = 1", "x: int", "if True:\n    x = 1", "x ="]
)
def test_a_parameters_cell_with_anything_but_plain_values_is_refused(source: str) -> None:
    with pytest.raises(ReportError, match="parameters_cell_not_plain"):
        declared_parameters(_notebook(source))


def test_a_notebook_without_one_parameters_cell_is_refused() -> None:
    with pytest.raises(ReportError, match="parameters_cell_missing"):
        declared_parameters(_notebook("x = 1", tags=()))


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown_parameter"):
        checked_parameters(DECLARED, DECLARED | {"perod": "2026-T2"})


def test_a_parameter_name_that_holds_code_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown_parameter"):
        checked_parameters(DECLARED, DECLARED | {'x=1;open("INJECTED","w");y': 1})


def test_a_missing_parameter_is_refused() -> None:
    with pytest.raises(UsageError, match="missing_parameter"):
        checked_parameters(DECLARED, {"period": "2026-T2"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("runs", True), ("runs", 1.0), ("runs", "10"), ("strict", 1), ("share", 1), ("period", None),
        ("period", 202609), ("share", float("nan")), ("share", float("inf")), ("period", "\ud800"),
        ("names", ("a",)), ("names", [("a",)]),
        ("names", [{"k": Decimal(1)}]), ("names", [{1: "x"}]), ("names", [date(2026, 1, 1)]), ("period", Path("x")),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match="mistyped_parameter"):
        checked_parameters(DECLARED, DECLARED | {name: value})


@pytest.mark.target(name="T16", control=True)
def test_papermill_itself_would_run_code_hidden_in_a_tuple(target: Callable[..., None]) -> None:
    # The control: why a tuple must never reach it.
    hidden = PythonTranslator.translate(('Bolag "+str(6*7)+" AB',))
    target(run_as_code=int(not isinstance(ast.parse(hidden, mode="eval").body, ast.Constant)))
    assert not isinstance(ast.parse(hidden, mode="eval").body, ast.Constant)


_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.target(name="T16")
def test_what_is_let_through_reaches_the_notebook_with_value_and_type(
    rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    passed, changed = 0, []

    @settings(max_examples=rounds(50, 10_000), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_PLAIN)
    def every_value(value: Any) -> None:
        nonlocal passed
        passed += 1
        cell = PythonTranslator.codify(checked_parameters({"it": None}, {"it": value}))
        arrived = ast.literal_eval(cell.partition(" = ")[2].strip())
        if _typed(arrived) != _typed(value):
            changed.append(value)

    every_value()
    target(values=passed, changed=len(changed))
    assert not changed


_OTHERS = st.one_of(
    st.tuples(st.text()), st.decimals(), st.dates(), st.binary(), st.sets(st.integers()), st.complex_numbers(),
    st.sampled_from([math.nan, math.inf, "\ud800", Path("x"), object, range(2)]),
    st.sampled_from([np.int64(1), np.bool_(False), {1: "x"}]),
)  # fmt: skip
_HIDDEN = st.one_of(_OTHERS, _OTHERS.map(lambda other: [other]), _OTHERS.map(lambda other: {"a": ["x", other]}))


@pytest.mark.target(name="T16")
def test_what_is_none_of_its_plain_types_or_names_is_refused_before_anything_runs(
    rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    refused, through = 0, []

    @settings(max_examples=rounds(50, 5_000), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_HIDDEN, st.text(min_size=1).filter(lambda name: name != "it"))
    def everything_else(value: Any, name: str) -> None:
        nonlocal refused
        for given_values in ({"it": value}, {"it": 1, name: 1}):
            try:
                through.append(checked_parameters({"it": None}, given_values))
            except UsageError as error:
                describe(error, "sv").encode()
                refused += 1

    everything_else()
    target(refused=refused, let_through=len(through))
    assert not through


def _typed(value: Any) -> Any:
    if isinstance(value, list):
        return [_typed(each) for each in value]
    if isinstance(value, dict):
        return {key: _typed(each) for key, each in value.items()}
    return type(value).__name__, repr(value)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_notebook_declares_the_parameters_of_its_kind(kind: Any, repository: Path) -> None:
    notebook = json.loads((repository / "notebooks" / kind.notebook).read_text(encoding="utf-8"))
    assert {name: type(value) for name, value in declared_parameters(notebook).items()} == dict(kind.parameters)
