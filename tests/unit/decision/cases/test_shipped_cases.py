"""The shipped cases read without errors; the example explains every key of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import partnership_lib as plib
from partnership_lib.decision.cases.fingerprint import fingerprint
from partnership_lib.decision.cases.validation import schema
from partnership_lib.workspace.case_files import case_files


def _keys(definition: Any) -> Iterator[str]:
    if isinstance(definition, dict):
        yield from definition.get("properties", {})
        for inner in definition.values():
            yield from _keys(inner)
    elif isinstance(definition, list):
        for inner in definition:
            yield from _keys(inner)


def test_the_example_explains_every_key_of_the_schema(repository):
    example = (repository / "data" / "cases" / "example.yaml").read_text(encoding="utf-8")
    definitions = {name: part for name, part in schema()["$defs"].items() if name not in ("assumption_file", "default")}
    keys = set(_keys(definitions)) - {"description"}
    assert len(keys) > 60
    assert not [key for key in sorted(keys) if not re.search(rf"(?<![\w-]){key}:[ \n]", example)]


def test_every_key_of_the_schema_is_described():
    def undescribed(definition: Any, where: str) -> Iterator[str]:
        for key, inner in definition.get("properties", {}).items():
            if "description" not in inner and "$ref" not in inner:
                yield f"{where}.{key}"

    found = [each for name, part in schema()["$defs"].items() for each in undescribed(part, name)]
    assert found == []


def test_the_schema_is_one(repository):
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", ["example", "skoladministration", "hantverk"])
def test_a_shipped_case_reads(name, repository):
    case = plib.open(repository).case(f"{name}.yaml")
    assert case.id == name
    assert "invented" in case.text["note"].lower() or "påhittat" in case.text["note"].lower()


def test_every_shipped_case_is_tested(repository):
    assert {file.stem for file in case_files(repository)} >= {"example", "skoladministration", "hantverk"}


def test_the_school_case_is_the_demos_own(repository):
    workspace = plib.open(repository)
    case = workspace.case("skoladministration.yaml")
    from partnership_lib.register.records import read_records

    content, _ = read_records(repository / "data" / "demo" / "register")
    values = {
        part.need_id: part.annual_value_ore / 100 for part in content.agreement_parts if part.agreement_id == "A-001"
    }
    assert {need.id: need.annual_value_sek for need in case.needs} == values
    names = {need.id: need.name for need in content.needs}
    assert all(need.name == names[need.id] for need in case.needs)
    partnership = next(agreement for agreement in content.agreements if agreement.id == "A-001")
    assert case.proposed[0].start == partnership.start_date
    assert {agreement.id for agreement in case.present} == {
        link.predecessor_id for link in content.predecessors if link.agreement_id == "A-001"
    }


def test_a_fingerprint_is_of_the_content_and_not_of_how_it_is_written(read, text):
    case = read(text)
    assert fingerprint(read(text.replace("    unit: share\n", "    unit: 'share'  # restated\n"))) == fingerprint(case)
    assert fingerprint(read(text.replace("source: market dialogue", "source: a guess"))) != fingerprint(case)
    assert fingerprint(read(text.replace("0.05", "0.0500001"))) != fingerprint(case)
