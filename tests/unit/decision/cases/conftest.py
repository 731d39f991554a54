"""A small valid case as text, the shipped defaults, and a way to see what is wrong with a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from partnership_lib.decision.cases.assumptions import AssumptionSet
from partnership_lib.decision.cases.defaults import read_assumptions
from partnership_lib.decision.cases.reading import read_case
from partnership_lib.decision.cases.records import Case
from partnership_lib.errors import InputError

CASE = """\
name: Two needs
settings:
  base_month: 2026-10
needs:
  - id: N-1
    name: Timetables
    category: "48"
    domain: school
    annual_value_sek: 1000000
    source: ledger
  - id: N-2
    name: Grades
    category: "48"
    domain: school
    annual_value_sek: 2000000
    source: ledger
present_agreements:
  - id: A-1
    name: Timetables
    needs: [N-1]
    supplier: S-1
    start: 2022-10-01
    expiry: 2027-10-01
    terms:
      term_months: 48
      requirements: detailed
    source: register
  - id: A-2
    name: Grades
    needs: [N-2]
    supplier: S-2
    expiry: null
    terms:
      term_months: 48
      requirements: detailed
    source: register
proposed_agreements:
  - id: P-1
    name: Both
    needs: [N-1, N-2]
    start: 2028-10-01
    terms:
      term_months: 120
      option_months: [24]
      requirements: functional
      governance: partnership
      changes_described: true
    division_reason: they share pupils
    source: proposal
assumptions:
  - name: scope_saving_share
    distribution:
      pert: [0, 0.05, 0.1]
    unit: share
    basis: assumed
    source: market dialogue
    date: 2026-10-01
"""


@pytest.fixture(scope="session")
def defaults(repository: Path) -> AssumptionSet:
    folder = repository / "data" / "assumptions"
    return read_assumptions({file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))})


@pytest.fixture(scope="session")
def text() -> str:
    return CASE


@pytest.fixture(scope="session")
def read(defaults: AssumptionSet) -> Callable[..., Case]:
    """Reads a text, with other texts that it may be based on."""

    def read_text(text: str, where: str = "case.yaml", **others: str) -> Case:
        texts = {f"{name}.yaml": other for name, other in others.items()} | {where: text}
        return read_case(text, where, defaults, lambda name, _: (texts[name], name))

    return read_text


@pytest.fixture(scope="session")
def case(read: Callable[..., Case]) -> Case:
    return read(CASE)


@pytest.fixture(scope="session")
def wrongs(read: Callable[..., Case]) -> Callable[..., list[tuple[str, int, str]]]:
    """What is wrong with a text: code, line, key."""

    def find(text: str, **others: str) -> list[tuple[str, int, str]]:
        with pytest.raises(InputError) as caught:
            read(text, **others)
        assert caught.value.code == "case_refused"
        return [(each.code, each.values["line"], each.values["key"]) for each in caught.value.values["problems"]]

    return find
