"""The store against a model of it: after every step the database holds what the model holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from partnership_lib.domain import Need, Record, VolumeObservation
from partnership_lib.errors import ConflictError
from partnership_lib.register.store import Register

IDS = some.sampled_from(["N-1", "N-2", "N-3"])
NAMES = some.sampled_from(["Schema", "Betyg", "Skolval"])


class StoreModel(RuleBasedStateMachine):
    """Two people with their own forms, one register, and a dictionary that says what it must hold."""

    def __init__(self, database: Any, counted: Counter[str]) -> None:
        super().__init__()
        self.database, self.counted = database, counted
        self.counted["runs"] += 1
        self.database.fill(Register.open)
        self.register = Register.open(self.database.url)
        self.model: dict[str, Record] = {}
        self.forms: dict[str, Need] = {}
        self.answers: dict[str, tuple[list[Record], object]] = {}

    def teardown(self) -> None:
        """Remove the register."""
        self.database.__exit__()

    @rule(record_id=IDS, name=NAMES)
    def create(self, record_id: str, name: str) -> None:
        need = Need(id=record_id, name=name, category="48000000")
        if record_id in self.model:
            with pytest.raises(ConflictError):
                self.register.save([need], actor="system:model")
        else:
            self.register.save([need], actor="system:model")
            self.model[record_id] = replace(need, version=1)

    @precondition(lambda self: self.model)
    @rule(data=some.data(), person=some.sampled_from(["one", "two"]))
    def open_form(self, data: some.DataObject, person: str) -> None:
        record_id = data.draw(some.sampled_from(sorted(each for each in self.model if each.startswith("N"))))
        self.forms[person] = self.register.load().find(Need, record_id)

    @precondition(lambda self: self.forms)
    @rule(data=some.data(), name=NAMES, save_id=some.uuids())
    def save_form(self, data: some.DataObject, name: str, save_id: object) -> None:
        form = data.draw(some.sampled_from(sorted(self.forms.values(), key=repr)))
        batch: list[Record] = [replace(form, name=name)]
        batch.append(VolumeObservation(id=f"V-{save_id}", driver="x", month=date(2026, 1, 1), value=1.0))
        if self.model[form.id].version != form.version:
            with pytest.raises(ConflictError):
                self.register.save(batch, actor="system:model", save_id=str(save_id))
            return
        saved = self.register.save(batch, actor="system:model", save_id=str(save_id))
        self.answers[str(save_id)] = (batch, saved.versions)
        self.model |= {each.id: replace(each, version=saved.versions[type(each), each.id]) for each in batch}

    @precondition(lambda self: self.answers)
    @rule(data=some.data())
    def save_again(self, data: some.DataObject) -> None:
        save_id = data.draw(some.sampled_from(sorted(self.answers)))
        batch, versions = self.answers[save_id]
        again = self.register.save(batch, actor="system:model", save_id=save_id)
        assert (again.repeated, again.versions) == (True, versions)

    @rule()
    def reopen(self) -> None:
        self.register = Register.open(self.database.url)

    @invariant()
    def the_register_holds_what_the_model_holds(self) -> None:
        self.counted["steps"] += 1
        assert {each.id: each for each in self.register.load()} == self.model
        assert self.register.verify() == []


@pytest.mark.target(name="D9")
def test_the_store_does_what_the_model_does(
    new_database: Callable[[], Any], rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    runs = {"sqlite": rounds(10, 300), "postgresql": rounds(4, 75)}[new_database().kind]
    counted = Counter[str]()
    examples = settings(stateful_step_count=rounds(15, 40), max_examples=runs)
    run_state_machine_as_test(lambda: StoreModel(new_database(), counted), settings=examples)
    target(runs=counted["runs"], steps=counted["steps"], differences=0)
