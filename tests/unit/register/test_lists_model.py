"""Lists that are proposed, countered, signed and undone, against a model: the register does what the model does."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    Agreement,
    AgreementKind,
    Level,
    Organisation,
    Party,
    Person,
    Record,
    RequirementType,
    SignOff,
)
from partnership_lib.domain.list_rules import items_of, list_hash
from partnership_lib.errors import ConflictError, PartnershipError, UsageError
from partnership_lib.register.exchange.exporting import export_table
from partnership_lib.register.exchange.importing import import_table
from partnership_lib.register.store import Register
from partnership_lib.register.undo_trail import restored

ACTIVITIES = ("T-1", "T-2")
IDS = some.sampled_from(ACTIVITIES)
TITLES = some.sampled_from(["Inför e-legitimation", "Rätta behörigheter", "Plan"])
PARTIES = some.sampled_from(list(Party))
SIGNERS = {Party.BUYER: "P-K", Party.SUPPLIER: "P-S"}
Key = tuple[type[Record], str]


def beginning() -> list[Record]:
    return [
        Organisation(id="O-K", name="Exempelkommun", party=Party.BUYER),
        Organisation(id="O-S", name="Skolbolaget AB", party=Party.SUPPLIER),
        Person(id="P-K", name="Kim", organisation_id="O-K"),
        Person(id="P-S", name="Sam", organisation_id="O-S"),
        Agreement(
            id="A-1",
            name="Skoladministration",
            buyer_id="O-K",
            supplier_id="O-S",
            kind=AgreementKind.CONTRACT,
            requirement_type=RequirementType.FUNCTIONAL,
            category="48000000",
            start_date=date(2024, 3, 1),
        ),
        *(
            Activity(
                id=each,
                agreement_id="A-1",
                level=Level.TACTICAL,
                title="Från början",
                kind=ActivityKind.OBLIGATION,
                raised_by=Party.BUYER,
                raised_date=date(2026, 2, 10),
            )
            for each in ACTIVITIES
        ),
    ]


def fill(url: str) -> None:
    Register.open(url).save(beginning(), actor="system:model")


@dataclass
class Edit:
    """A change of an activity that was saved: what it was, what it became, and how many sign-offs there were."""

    save_id: str
    before: Activity
    after: Activity
    sign_offs_then: list[str] = field(default_factory=list)


class ListsModel(RuleBasedStateMachine):
    """One agreement, two activities, lists that come and go, and a dictionary that says what the register holds."""

    def __init__(self, database: Any, counted: Counter[str] | None = None) -> None:
        super().__init__()
        self.database = database
        self.counted = Counter[str]() if counted is None else counted
        self.counted["runs"] += 1
        self.folder = Path(tempfile.mkdtemp())
        self.tables: list[Path] = []  # exported at some time, and what people may bring back
        database.fill(fill)
        self.register = Register.open(database.url)
        self.model: dict[Key, Record] = {(type(r), r.id): replace(r, version=1) for r in beginning()}
        self.edits: list[Edit] = []
        self.seen: dict[str, str] = {}  # the hash of each list as somebody last saw it

    def teardown(self) -> None:
        """Remove the register and the tables."""
        self.database.__exit__()
        shutil.rmtree(self.folder)

    def all(self, kind: type[Any]) -> list[Any]:
        return [record for (its_kind, _), record in self.model.items() if its_kind is kind]

    def save(self, records: list[Any], save_id: str | None = None) -> None:
        saved = self.register.save(records, actor="system:model", save_id=save_id)
        self.model |= {(type(r), r.id): replace(r, version=saved.versions[type(r), r.id]) for r in records}

    def refused(self, records: list[Any], kind: type[PartnershipError], code: str) -> None:
        with pytest.raises(kind, match=code):
            self.register.save(records, actor="system:model")

    def items(self, list_id: str) -> list[ActivityListItem]:
        return [item for item in self.all(ActivityListItem) if item.list_version_id == list_id]

    def signed(self, list_id: str) -> dict[Party, SignOff]:
        return {s.party: s for s in self.all(SignOff) if s.list_version_id == list_id}

    @rule(activity_id=IDS, title=TITLES, save_id=some.uuids())
    def edit(self, activity_id: str, title: str, save_id: object) -> None:
        before = self.model[Activity, activity_id]
        assert isinstance(before, Activity)
        if before.title != title:
            self.save([replace(before, title=title)], str(save_id))
            after = self.model[Activity, activity_id]
            assert isinstance(after, Activity)
            self.edits.append(Edit(str(save_id), before, after, [s.id for s in self.all(SignOff)]))

    @rule(party=PARTIES, is_counter=some.booleans())
    def propose(self, party: Party, is_counter: bool) -> None:
        versions = self.all(ActivityListVersion)
        number = len(versions) + 1
        version = ActivityListVersion(
            id=f"L-{number}",
            agreement_id="A-1",
            level=Level.TACTICAL,
            number=number,
            proposed_date=date(2026, 9, 1),
            proposed_by=party,
            counters_id=versions[-1].id if is_counter and versions else None,
        )
        activities = self.all(Activity)
        items = items_of(version.id, activities, {a.id: a.level for a in activities}, None, Level.TACTICAL)
        self.save([version, *items])
        self.seen[version.id] = list_hash(version, items)

    @precondition(lambda self: self.seen)
    @rule(data=some.data(), party=PARTIES, title=TITLES)
    def change_a_list(self, data: some.DataObject, party: Party, title: str) -> None:
        list_id = data.draw(some.sampled_from(sorted(self.seen)))
        item = replace(data.draw(some.sampled_from(self.items(list_id))), title=title)
        if self.model[ActivityListItem, item.id] == item:
            return
        if self.signed(list_id):
            self.refused([item], UsageError, "list_frozen")
        else:
            self.save([item])

    @precondition(lambda self: self.seen)
    @rule(data=some.data())
    def look(self, data: some.DataObject) -> None:
        list_id = data.draw(some.sampled_from(sorted(self.seen)))
        version = self.model[ActivityListVersion, list_id]
        assert isinstance(version, ActivityListVersion)
        self.seen[list_id] = list_hash(version, self.items(list_id))

    @precondition(lambda self: self.seen)
    @rule(data=some.data(), party=PARTIES)
    def sign(self, data: some.DataObject, party: Party) -> None:
        list_id = data.draw(some.sampled_from(sorted(self.seen)))
        version = self.model[ActivityListVersion, list_id]
        assert isinstance(version, ActivityListVersion)
        sign_off = SignOff(
            id=f"S-{len(self.all(SignOff))}",
            list_version_id=list_id,
            party=party,
            person_id=SIGNERS[party],
            signed_date=date(2026, 9, 2),
            list_hash=self.seen[list_id],
        )
        if sign_off.list_hash != list_hash(version, self.items(list_id)):
            self.refused([sign_off], ConflictError, "sign_off_other_text")
        elif party in self.signed(list_id):
            self.refused([sign_off], ConflictError, "row_taken")
        else:
            self.save([sign_off])

    @precondition(lambda self: self.edits)
    @rule(data=some.data())
    def undo(self, data: some.DataObject) -> None:
        edit = data.draw(some.sampled_from(self.edits))
        now = self.model[Activity, edit.after.id]
        later = [s for s in self.all(SignOff) if s.id not in edit.sign_offs_then]
        if any(edit.after.id in {i.activity_id for i in self.items(s.list_version_id)} for s in later):
            with pytest.raises(UsageError, match="undo_signed"):
                restored(self.register, edit.save_id)
        elif replace(now, version=0) != replace(edit.after, version=0):
            with pytest.raises(UsageError, match="undo_changed_since"):
                restored(self.register, edit.save_id)
        else:
            taken_back = restored(self.register, edit.save_id)
            assert taken_back.before == (replace(edit.before, version=now.version),)
            self.save(list(taken_back.before))

    @rule()
    def take_a_table_away(self) -> None:
        table = self.folder / f"table-{len(self.tables)}.csv"
        export_table("activities", self.register.load(), table, "sv")
        self.tables.append(table)

    @precondition(lambda self: self.tables)
    @rule(data=some.data(), activity_id=IDS, title=TITLES)
    def bring_a_table_back(self, data: some.DataObject, activity_id: str, title: str) -> None:
        table = data.draw(some.sampled_from(self.tables))
        heading, *rows = csv.reader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        for row in rows:
            if row[heading.index("Aktivitets-id")] == activity_id:
                row[heading.index("Aktivitet")] = title
        with table.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([heading, *rows])
        account = import_table("activities", table, self.register, actor="system:model", today=date(2026, 9, 15))
        stale = accepted = 0
        for row in rows:
            brought = dict(zip(heading, row, strict=True))
            now = self.model[Activity, brought["Aktivitets-id"]]
            assert isinstance(now, Activity)
            if int(brought["Version"]) != now.version:
                stale += 1
            elif brought["Aktivitet"] != now.title:
                accepted += 1
                self.model[Activity, now.id] = replace(now, title=brought["Aktivitet"], version=now.version + 1)
        assert (account.quarantined, account.accepted) == (stale, accepted)

    @rule()
    def reopen(self) -> None:
        self.register = Register.open(self.database.url)

    @invariant()
    def the_register_holds_what_the_model_holds(self) -> None:
        self.counted["steps"] += 1
        assert {(type(each), each.id): each for each in self.register.load()} == self.model
        assert self.register.verify() == []


@pytest.mark.target(name="D9")
def test_lists_do_what_the_model_does(
    new_database: Callable[[], Any], rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    kind = new_database().kind
    runs = {"sqlite": rounds(6, 300), "postgresql": rounds(3, 75)}[kind]
    counted = Counter[str]()
    examples = settings(stateful_step_count=rounds(20, 40), max_examples=runs)
    run_state_machine_as_test(lambda: ListsModel(new_database(), counted), settings=examples)
    target(runs=counted["runs"], steps=counted["steps"], differences=0)


class Forgetful(ListsModel):
    """The control: a model whose register forgets that signed lists are frozen."""

    def refused(self, records: list[Any], kind: type[PartnershipError], code: str) -> None:
        if code != "list_frozen":
            super().refused(records, kind, code)
        else:
            self.model |= {(type(r), r.id): replace(r, version=r.version + 1) for r in records}


@pytest.mark.target(name="D9", control=True)
def test_the_control_a_model_that_differs_is_seen_to(
    new_database: Callable[[], Any], target: Callable[..., None]
) -> None:
    machine = Forgetful(new_database())
    machine.propose(party=Party.BUYER, is_counter=False)
    signed = SignOff(
        id="S-0",
        list_version_id="L-1",
        party=Party.SUPPLIER,
        person_id="P-S",
        signed_date=date(2026, 9, 2),
        list_hash=machine.seen["L-1"],
    )
    machine.save([signed])
    machine.the_register_holds_what_the_model_holds()
    machine.refused([replace(machine.items("L-1")[0], title="Annat")], UsageError, "list_frozen")
    with pytest.raises(AssertionError):
        machine.the_register_holds_what_the_model_holds()
    target(differences=1)
    machine.teardown()
