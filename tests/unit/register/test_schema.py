from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import inspect

from partnership_lib.domain import RECORD_TYPES, reference_fields
from partnership_lib.register.store import Register


def test_every_reference_is_a_foreign_key(register: Register) -> None:
    tables = inspect(register.engine)
    for name, kind in RECORD_TYPES.items():
        keys = {column for key in tables.get_foreign_keys(name) for column in key["constrained_columns"]}
        assert keys == set(reference_fields(kind)), name


def test_every_agreement_id_is_indexed(register: Register) -> None:
    tables = inspect(register.engine)
    for name, kind in RECORD_TYPES.items():
        if "agreement_id" in reference_fields(kind):
            assert f"ix_{name}_agreement_id" in {index["name"] for index in tables.get_indexes(name)}


@pytest.mark.parametrize(
    "assignment",
    [
        "due_date = '31/8 2026'",
        "due_date = '2026-13-01'",
        "level = 'middle'",
        "version = 0",
        "title = NULL",
        "version = 'x'",
    ],
)
def test_the_database_itself_refuses_what_is_no_value_of_the_column(
    register: Register, database: Any, assignment: str
) -> None:
    raw = database.raw()
    with pytest.raises(database.refusals):
        raw.execute(f"UPDATE activities SET {assignment} WHERE id = 'T-1'")
    raw.rollback()
    assert raw.execute("UPDATE activities SET due_date = '2026-12-01' WHERE id = 'T-1'").rowcount == 1
    raw.close()
