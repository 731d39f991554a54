from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from older_register import first_layout
from sqlalchemy import Connection
from sqlalchemy import text as sql

from partnership_lib.domain import Agreement, AgreementKind, Organisation, Party, RequirementType
from partnership_lib.errors import StorageError
from partnership_lib.register.connect import connect
from partnership_lib.register.migrations import VERSION, migrate
from partnership_lib.register.store import Register


def add_colour(connection: Connection) -> None:
    connection.execute(sql("ALTER TABLE agreements ADD COLUMN colour TEXT"))
    connection.execute(sql("CREATE TABLE colour (id TEXT PRIMARY KEY)"))


def test_a_new_register_is_made_once(database: Any) -> None:
    engine = connect(database.url)
    assert migrate(engine) == 1
    assert migrate(engine) == 0


def test_a_newer_register_is_refused(register: Register, database: Any) -> None:
    assert migrate(register.engine, version=VERSION + 1, steps={VERSION: add_colour}) == 1
    with pytest.raises(StorageError, match="register_newer") as refused:
        Register.open(database.url)
    assert (refused.value.values["found"], refused.value.values["allowed"]) == (VERSION + 1, VERSION)


def test_a_step_brings_an_older_register_forward_with_its_content(register: Register, database: Any) -> None:
    before = register.content_hash()
    assert migrate(register.engine, version=VERSION + 1, steps={VERSION: add_colour}) == 1
    assert database.columns("colour") == {"id"}
    assert register.content_hash() == before


def test_a_step_that_fails_half_way_leaves_nothing(register: Register, database: Any) -> None:
    def half(connection: Connection) -> None:
        add_colour(connection)
        connection.execute(sql("ALTER TABLE nowhere ADD COLUMN x TEXT"))

    with pytest.raises(StorageError, match="register_failed"):
        migrate(register.engine, version=VERSION + 1, steps={VERSION: half})
    assert database.columns("colour") == set()
    assert Register.open(database.url).verify() == []


def test_a_database_of_something_else_is_left_alone(database: Any) -> None:
    database.forge("CREATE TABLE customers (id INTEGER)")
    with pytest.raises(StorageError, match="register_foreign"):
        Register.open(database.url)
    assert database.columns("customers") == {"id"}
    assert database.columns("agreements") == set()


def test_a_register_with_other_fields_under_the_same_number_is_refused(register: Register, database: Any) -> None:
    database.forge("UPDATE schema_version SET fingerprint = 'other'")
    with pytest.raises(StorageError, match="register_layout"):
        Register.open(database.url)


def test_a_register_of_the_first_layout_gets_the_days_of_procurements_and_its_audit_still_holds(database: Any) -> None:
    buyer = Organisation(id="O-K", name="Exempelkommun", party=Party.BUYER)
    agreement = Agreement(
        id="A-1", name="Revision", buyer_id="O-K", supplier_id="O-K", kind=AgreementKind.CONTRACT,
        requirement_type=RequirementType.DETAILED, category="79200000", start_date=date(2024, 1, 1),
    )  # fmt: skip
    first_layout(database.url, [buyer, agreement])
    register = Register.open(database.url)
    assert register.load().agreements == (replace(agreement, version=1),)
    assert (register.verify(), register.frozen_documents()) == ([], 0)
    assert database.columns("report_notice") == {"key", "told_at"}
    database.forge("UPDATE agreements SET replacement_started_date = '2026-01-01'")
    assert [problem["where"] for problem in register.verify()] == ["agreements A-1"]
