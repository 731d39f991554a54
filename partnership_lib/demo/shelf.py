"""Reading the hand-written facts of the small municipality: TOML in the package, records out."""

from __future__ import annotations

import functools
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import fields
from enum import Enum
from importlib import resources
from typing import Any, TypeVar

from partnership_lib.domain import RECORD_TYPES, Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


@functools.cache
def read_facts(path: str) -> dict[str, Any]:
    """Return the facts of a TOML file among the demo's package data, such as ``small/needs.toml``."""
    facts: dict[str, Any] = tomllib.loads(read_text(path))
    return facts


def read_text(path: str) -> str:
    """Return the text of a file among the demo's package data."""
    return resources.files("partnership_lib.demo").joinpath("data", *path.split("/")).read_text("utf-8")


def record_of(kind: type[AnyRecord], facts: Mapping[str, Any]) -> AnyRecord:
    """Return the record that `facts` describe: enum words become enums, whole ``_sek`` become ``_ore``.

    Examples
    --------
    >>> from partnership_lib.domain import SpendPlan
    >>> record_of(SpendPlan, {"id": "SP-1", "agreement_id": "A-1", "year": 2026, "amount_sek": 5}).amount_ore
    500
    """
    named = {_ore_name(name): value * 100 if name.endswith("_sek") else value for name, value in facts.items()}
    enums = _enum_types(kind)  # type: ignore[arg-type]  # mypy takes the instances' hash for the class's
    values: dict[str, Any] = {name: enums[name](value) if name in enums else value for name, value in named.items()}
    return kind(**values)


def records_of(name: str, rows: Iterable[Mapping[str, Any]], agreement_id: str) -> list[Record]:
    """Return the records of type `name` in an agreement; a row without an id gets its number in the list."""
    kind = RECORD_TYPES[name]
    mark = "".join(word[0] for word in name.split("_")).upper()
    belongs = {"agreement_id": agreement_id} if "agreement_id" in {f.name for f in fields(kind)} else {}
    return [
        record_of(kind, {"id": f"{agreement_id}-{mark}{number:02d}", **belongs, **row})
        for number, row in enumerate(rows, 1)
    ]


def _ore_name(name: str) -> str:
    return f"{name.removesuffix('_sek')}_ore" if name.endswith("_sek") else name


@functools.cache
def _enum_types(kind: type[Record]) -> dict[str, type[Enum]]:
    """Return which fields of a record type are enums."""
    found: dict[str, type[Enum]] = {}
    for name, hint in typing.get_type_hints(kind).items():
        kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        enums = [k for k in kinds if isinstance(k, type) and issubclass(k, Enum)]
        if enums:
            found[name] = enums[0]
    return found
