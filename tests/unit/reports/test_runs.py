"""Claims on a report: one maker at a time, and none that slept past its claim."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from sqlalchemy import Engine

from partnership_lib.errors import ReportError
from partnership_lib.register.connect import transaction
from partnership_lib.register.store import Register
from partnership_lib.reports.runs import claim, finish, latest_run, latest_runs, note_seen, seen_runs


@pytest.fixture
def engine(database: Any) -> Engine:
    database.fill(Register.open)
    return Register.open(database.url).engine


def test_a_second_claim_is_refused_while_the_first_one_lives(engine: Engine) -> None:
    first = claim(engine, "key", "input", lease_seconds=60)
    with pytest.raises(ReportError) as refused:
        claim(engine, "key", "other input", lease_seconds=60)
    assert (refused.value.code, refused.value.values["owner"]) == ("report_running", first.owner)


def test_another_report_can_be_claimed_meanwhile(engine: Engine) -> None:
    claim(engine, "key", "input", lease_seconds=60)
    assert claim(engine, "another key", "input", lease_seconds=60).token == 1


def test_who_slept_past_the_lease_finds_the_claim_gone(engine: Engine) -> None:
    slept = claim(engine, "key", "input", lease_seconds=-1)
    awake = claim(engine, "key", "input", lease_seconds=60)
    assert awake.token > slept.token
    with pytest.raises(ReportError, match="report_claim_lost"), transaction(engine) as connection:
        finish(connection, slept, "published")
    with transaction(engine) as connection:
        finish(connection, awake, "published")


def test_a_claim_on_changed_input_also_ends_the_one_before(engine: Engine) -> None:
    slept = claim(engine, "key", "input", lease_seconds=-1)
    claim(engine, "key", "changed input", lease_seconds=60)
    with pytest.raises(ReportError, match="report_claim_lost"), transaction(engine) as connection:
        finish(connection, slept, "published")


def test_the_claim_of_a_process_of_this_machine_that_died_is_free_at_once(engine: Engine) -> None:
    claim(engine, "key", "input", lease_seconds=3600)
    with transaction(engine) as connection:
        connection.exec_driver_sql(f"UPDATE report_run SET owner = '{socket.gethostname()}:999999999:dead'")
    assert claim(engine, "key", "input", lease_seconds=60).token == 2


def test_the_claim_of_another_machine_stands_until_its_lease_ends(engine: Engine) -> None:
    claim(engine, "key", "input", lease_seconds=3600)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE report_run SET owner = 'another-machine:999999999:x'")
    with pytest.raises(ReportError, match="report_running"):
        claim(engine, "key", "input", lease_seconds=60)


def test_how_the_latest_run_went_is_told_with_the_error_it_ended_with(engine: Engine) -> None:
    taken = claim(engine, "key", "input", lease_seconds=60)
    with transaction(engine) as connection:
        finish(connection, taken, "failed", error=ReportError("notebook_timeout", cell=4, seconds=3))
    run = latest_runs(engine)["key"]
    assert (run.state, run.failing_cell, run.error and run.error.values) == ("failed", 4, {"cell": 4, "seconds": 3})


def _ended(engine: Engine, key: str, input_hash: str, state: str) -> None:
    taken = claim(engine, key, input_hash, lease_seconds=60, data_hash="data")
    with transaction(engine) as connection:
        finish(connection, taken, state, path=f"published/{key}/{input_hash}")


def test_what_was_seen_to_stand_is_remembered_under_its_stamp_and_no_other(engine: Engine) -> None:
    _ended(engine, "stands", "input", "published")
    _ended(engine, "empty", "input", "no_data")
    _ended(engine, "fails", "input", "failed")
    note_seen(engine, dict.fromkeys(["stands", "empty", "fails", "unknown"], "stamp mark"))
    assert seen_runs(engine, "stamp") == {
        "stands": ("published", "published/stands/input", "stamp mark"),
        "empty": ("no_data", "published/empty/input", "stamp mark"),
    }
    assert seen_runs(engine, "another stamp") == {}


def test_only_the_newest_run_of_a_report_is_seen(engine: Engine) -> None:
    _ended(engine, "key", "old", "published")
    _ended(engine, "key", "new", "published")
    note_seen(engine, {"key": "stamp"})
    assert seen_runs(engine, "stamp") == {"key": ("published", "published/key/new", "stamp")}
    newest = latest_run(engine, "key")
    assert newest is not None
    assert (newest.path, newest.data_hash) == ("published/key/new", "data")


def test_a_new_claim_on_a_report_makes_it_unseen(engine: Engine) -> None:
    _ended(engine, "key", "input", "published")
    note_seen(engine, {"key": "stamp"})
    claim(engine, "key", "input", lease_seconds=60)
    assert seen_runs(engine, "stamp") == {}
