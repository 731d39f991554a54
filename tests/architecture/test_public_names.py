"""The names that analysts' notebooks rest on, with their signatures, as they were last looked at.

The list changes only by ``PARTNERSHIP_UPDATE_GOLDEN=1 pytest tests/architecture/test_public_names.py``.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import partnership_lib as plib
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.domain import RECORD_TYPES
from partnership_lib.findings import Analysis, Chart, Finding, Section
from partnership_lib.units.period import Period
from partnership_lib.workspace.asked import ASKED
from partnership_lib.workspace.material.agreement import Agreements, OneAgreement
from partnership_lib.workspace.material.cases import Cases
from partnership_lib.workspace.material.ledger import Ledger
from partnership_lib.workspace.material.selection import Activities, Meetings, Records
from partnership_lib.workspace.material.shelf import Shelf

LIST = Path(__file__).with_name("public_names.txt")
KINDS = (Analysis, Section, Finding, Chart, Comparison, Records, Agreements, Activities, Meetings, OneAgreement, Shelf,
         Ledger, Cases, Period)  # fmt: skip
CALLED = ("__call__", "__getitem__")


def public_names() -> list[str]:
    """Every name that an analyst writes, a line each."""
    face = [f"partnership_lib.{name}{_signature(getattr(plib, name))}" for name in sorted(plib.__all__)]
    asked = [_line("Workspace", plib.Workspace, name) for name in sorted(ASKED)]
    records = [f"Shelf.{name} -> Records" for name in RECORD_TYPES]
    return [*face, *asked, *(line for kind in KINDS for line in _names_of(kind)), *records]


def _names_of(kind: type) -> Iterator[str]:
    fields = {field.name: field.type for field in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else {}
    yield from (f"{kind.__name__}.{name}: {told}" for name, told in fields.items())
    for name in sorted(vars(kind)):
        if (name in CALLED or not name.startswith("_")) and name not in fields:
            yield _line(kind.__name__, kind, name)


def _line(owner: str, kind: type, name: str) -> str:
    found = inspect.getattr_static(kind, name, None)
    if found is None:  # a field without a default
        told = next(field.type for field in dataclasses.fields(kind) if field.name == name)
        return f"{owner}.{name}: {told}"
    if isinstance(found, (property, cached_property)):
        function: Any = found.fget if isinstance(found, property) else found.func
        return f"{owner}.{name} -> {function.__annotations__['return']}"
    return f"{owner}.{name}{_signature(found)}"


def _signature(thing: Any) -> str:
    if isinstance(thing, type):
        return ""
    written = str(inspect.signature(getattr(thing, "__func__", thing)))
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", written)


def test_the_names_that_notebooks_rest_on_are_what_they_were() -> None:
    names = "\n".join(public_names()) + "\n"
    if os.environ.get("PARTNERSHIP_UPDATE_GOLDEN") == "1":
        LIST.write_text(names, encoding="utf-8")
    known = LIST.read_text(encoding="utf-8").splitlines()
    gone, new = sorted(set(known) - set(public_names())), sorted(set(public_names()) - set(known))
    assert names.splitlines() == known, (
        f"gone: {gone}; new: {new}. Where it is meant: PARTNERSHIP_UPDATE_GOLDEN=1 pytest {Path(__file__).name}, "
        "a line in CHANGELOG.md (analysts' notebooks must change), docs/api.md"
    )


def test_a_changed_signature_is_another_line() -> None:
    def before(period: str) -> None: ...
    def after(period: str, audience: str = "internal") -> None: ...

    assert _signature(before) != _signature(after) == "(period: str, audience: str = 'internal') -> None"


def test_only_what_an_analyst_asks_for_is_offered() -> None:
    for name in ASKED:
        described = inspect.getattr_static(plib.Workspace, name, None)
        assert described is not None or name in {field.name for field in dataclasses.fields(plib.Workspace)}
    assert {"content", "warehouse", "register"}.isdisjoint(ASKED)
