"""Agreements as OCDS, out and back: nothing that was written is lost, and nothing that stands is overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_lib import text
from partnership_lib.domain import Activity, Agreement, Amendment, LegalGround, Organisation, Record, RegisterContent
from partnership_lib.domain.audience import shared_view
from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.exchange.context import RefusedError
from partnership_lib.register.exchange.importing import ImportAccount
from partnership_lib.register.exchange.ocds import Publication, export_ocds, import_ocds_file, release_package
from partnership_lib.register.exchange.ocds.understanding import told_records
from partnership_lib.register.exchange.ocds.values import money, ore_of
from partnership_lib.register.records import read_records
from partnership_lib.register.store import Register
from partnership_lib.register.values import CellError

in_a_file = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
PUBLISHED = Publication(date(2026, 9, 15), "Exempelkommun", "ocds-abc123")
Change = Callable[[dict], Any]


@pytest.fixture(scope="module")
def demo(repository: Path) -> RegisterContent:
    return read_records(repository / "data" / "demo" / "register")[0]


def bring(register: Register, path: Path) -> ImportAccount:
    account = import_ocds_file(
        path,
        register,
        actor="system:test",
        currency="SEK",
        quarantine_folder=path.parent / "quarantine",
        language="sv",
    )
    assert account.rows == account.accepted + account.unchanged + account.quarantined
    for issue in account.issues:
        for language in text.LANGUAGES:
            assert "release" in issue.sentence(language)
    return account


def changed(path: Path, change: Change) -> Path:
    package = json.loads(path.read_text(encoding="utf-8"))
    change(package["releases"][0])
    path.write_text(json.dumps(package), encoding="utf-8")
    return path


def written(content: RegisterContent, folder: Path, audience: str = "internal") -> Path:
    path = folder / f"{audience}.json"
    export_ocds(content, path, replace(PUBLISHED, audience=audience))
    return path


@pytest.mark.parametrize("audience", ["internal", "shared"])
def test_the_demo_register_comes_back_as_it_was(demo: RegisterContent, tmp_path: Path, audience: str) -> None:
    path = written(demo, tmp_path, audience)
    empty = Register.open(tmp_path / "empty.sqlite")
    account = bring(empty, path)
    assert (account.accepted, account.quarantined) == (len(demo.agreements), 0)
    again = written(empty.load(), _folder(tmp_path / "again"), audience)
    assert again.read_bytes() == path.read_bytes()
    seen = shared_view(demo) if audience == "shared" else demo
    back = empty.load()
    for name in ("agreements", "agreement_parts", "predecessors", "extension_options", "amendments", "activities"):
        assert [_comparable(each) for each in getattr(back, name)] == [_comparable(e) for e in getattr(seen, name)]
    assert bring(empty, path).unchanged == len(demo.agreements)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _comparable(record: Record) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record) if f.name not in ("version", "follow_up_class_id")}


def test_the_package_is_that_of_the_standard(demo: RegisterContent) -> None:
    package = release_package(demo, demo.agreements, PUBLISHED)
    assert package == release_package(demo, reversed(demo.agreements), PUBLISHED)
    assert (package["version"], package["publishedDate"]) == ("1.1", "2026-09-15T00:00:00Z")
    for release in package["releases"]:
        parties = {party["id"] for party in release["parties"]}
        (contract,) = release["contracts"]
        (award,) = release["awards"]
        assert release["ocid"] == f"ocds-abc123-{contract['id']}" and release["id"].startswith(release["ocid"])
        assert {release["buyer"]["id"], award["suppliers"][0]["id"]} == parties
        assert contract["awardID"] == award["id"]
        assert contract["status"] in ("pending", "active", "terminated")
        milestones = contract["implementation"]["milestones"]
        assert all(each["status"] in ("scheduled", "met", "notMet") for each in milestones)
        assert all(("dateMet" in each) >= (each["status"] == "met") for each in milestones)


def test_what_only_the_municipality_may_see_is_not_shared(demo: RegisterContent) -> None:
    agreements = [replace(each, internal_note="hemligt") for each in demo.agreements]
    content = replace(demo, agreements=tuple(agreements))
    shared = json.dumps(release_package(content, agreements, replace(PUBLISHED, audience="shared")))
    internal = json.dumps(release_package(content, agreements, PUBLISHED))
    for hidden in ("hemligt", "preparation_months", "annual_value_ore"):
        assert hidden in internal
        assert hidden not in shared
    assert "@" not in internal + shared


def test_personal_numbers_are_in_no_package(demo: RegisterContent) -> None:
    sole_trader = replace(demo.organisations[0], organisation_number="8001011239", name="Kim 800101-1239")
    content = replace(demo, organisations=(sole_trader, *demo.organisations[1:]))
    held = json.dumps(release_package(content, content.agreements, PUBLISHED))
    assert sole_trader.id in held
    assert "8001011239" not in held and "800101-1239" not in held


@given(ore=st.integers(-(10**15), 10**15))
def test_money_comes_back_to_the_ore(ore: int) -> None:
    assert ore_of(json.loads(json.dumps(money(ore, "SEK")), parse_float=Decimal), "SEK") == ore


@pytest.mark.parametrize("amount", ["1e999999", "-1e999999", "0.001", "92233720368547758.08"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    assert ore_of({"amount": Decimal("92233720368547758.07"), "currency": "SEK"}, "SEK") == 2**63 - 1
    with pytest.raises(CellError):
        ore_of({"amount": Decimal(amount), "currency": "SEK"}, "SEK")


def test_an_amount_that_no_json_number_holds_is_refused_rather_than_rounded() -> None:
    with pytest.raises(UsageError, match="ocds_amount_too_large"):
        money(9_007_199_254_740_993_01, "SEK")


@given(
    title=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
    days=st.lists(st.dates(date(1990, 1, 1), date(2090, 1, 1)), min_size=4, max_size=4),
    value=st.none() | st.integers(0, 10**14),
    ground=st.sampled_from(LegalGround),
)
def test_any_values_come_back(
    title: str, days: list[date], value: int | None, ground: LegalGround, demo_once: RegisterContent
) -> None:
    content = demo_once
    agreement = replace(
        content.agreements[0], name=title, start_date=days[0], signed_date=days[1], ceiling_ore=value, version=0
    )
    activity = replace(content.activities[0], agreement_id=agreement.id, title=title, due_date=days[2], version=0)
    amendment = Amendment(
        id="M-x",
        agreement_id=agreement.id,
        decided_date=days[3],
        legal_ground=ground,
        value_ore=-(value or 0),
        description=title,
    )
    whole = replace(content, agreements=(agreement,), activities=(activity,), amendments=(amendment,), predecessors=())
    package = json.loads(
        json.dumps(release_package(RegisterContent.of(whole), [agreement], PUBLISHED)),
        parse_float=Decimal,
    )
    back = {told.key: told.record() for told in told_records(package["releases"][0], "SEK")}
    assert _comparable(back[Activity, activity.id]) == _comparable(activity)
    assert _comparable(back[Amendment, "M-x"]) == _comparable(amendment)
    assert _comparable(back[Agreement, agreement.id]) == _comparable(agreement)


@pytest.fixture(scope="module")
def demo_once(demo: RegisterContent) -> RegisterContent:
    return demo.for_agreement(demo.agreements[0].id)


@in_a_file
def test_what_stands_is_never_overwritten(register: Register, tmp_path: Path) -> None:
    before = register.load()
    path = changed(written(before, tmp_path), lambda release: release["contracts"][0].update(title="Annat"))
    account = bring(register, path)
    assert (account.quarantined, account.issues[0].code) == (1, "ocds_differs")
    assert (account.issues[0].found, account.issues[0].allowed) == ("Annat", "Skoladministration")
    assert register.load() == before
    kept = json.loads(account.quarantine_file.read_text(encoding="utf-8"))
    assert kept["releases"][0]["contracts"][0]["title"] == "Annat"
    corrected = changed(account.quarantine_file, lambda r: r["contracts"][0].update(title="Skoladministration"))
    assert bring(register, corrected).unchanged == 1


@in_a_file
def test_what_is_new_in_a_release_is_added_to_what_stands(register: Register, tmp_path: Path) -> None:
    def add(release: dict) -> None:
        milestones = release["contracts"][0]["implementation"]["milestones"]
        milestones.append({**milestones[0], "id": "T-new", "title": "Ny"})

    account = bring(register, changed(written(register.load(), tmp_path), add))
    assert (account.accepted, account.quarantined) == (1, 0)
    assert [each.title for each in register.load().activities] == ["Inför e-legitimation", "Ny"]


def _without(*path: str) -> Change:
    def change(release: dict) -> None:
        place: Any = release
        for step in path[:-1]:
            place = place[int(step) if step.isdigit() else step]
        del place[path[-1]]

    return change


def _with(value: Any, *path: str) -> Change:
    def change(release: dict) -> None:
        place: Any = release
        for step in path[:-1]:
            place = place[int(step) if step.isdigit() else step]
        place[path[-1]] = value

    return change


@in_a_file
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_with([], "contracts"), "ocds_one_contract"),
        (_with("x", "contracts"), "ocds_shape"),
        (_with([7], "parties"), "ocds_shape"),
        (_without("contracts", "0", "title"), "ocds_field_missing"),
        (_without("contracts", "0", "id"), "ocds_field_missing"),
        (_without("contracts", "0", "x_register"), "ocds_field_missing"),
        (_with("2026-13-01T00:00:00Z", "contracts", "0", "period", "startDate"), "ocds_field_unreadable"),
        (_with(True, "contracts", "0", "x_register", "notice_months"), "ocds_field_unreadable"),
        (_with("loan", "contracts", "0", "x_register", "kind"), "ocds_field_unreadable"),
        (_with("x", "contracts", "0", "x_register", "owner"), "ocds_field_unknown"),
        (_with({"amount": 1, "currency": "EUR"}, "contracts", "0", "value"), "ocds_other_currency"),
        (_with({"amount": 1.001, "currency": "SEK"}, "contracts", "0", "value"), "ocds_field_unreadable"),
        (_with("N-9", "contracts", "0", "implementation", "milestones", "0", "x_register", "need_id"), None),
    ],
)
def test_a_release_that_is_wrong_is_refused_and_kept(
    register: Register, tmp_path: Path, change: Change, code: str | None
) -> None:
    path = written(register.load(), tmp_path)
    empty = Register.open(tmp_path / "other.sqlite")
    assert bring(empty, path).accepted == 1, "untouched, the file is taken"
    third = Register.open(tmp_path / "third.sqlite")
    account = bring(third, changed(path, change))
    assert [issue.code for issue in account.issues] == [code or "ocds_reference_unknown"]
    assert len(third.load()) == 0
    assert account.quarantine_file is not None and account.quarantine_file.exists()


def test_a_release_that_points_to_a_refused_one_is_refused_too(demo: RegisterContent, tmp_path: Path) -> None:
    """The agreements that follow on from one that cannot be taken cannot be taken either."""
    later = demo.predecessors[0]
    path = written(demo, tmp_path)
    package = json.loads(path.read_text(encoding="utf-8"))
    for release in package["releases"]:
        if release["contracts"][0]["id"] == later.predecessor_id:
            del release["contracts"][0]["title"]
    path.write_text(json.dumps(package), encoding="utf-8")
    account = bring(Register.open(tmp_path / "new.sqlite"), path)
    codes = [issue.code for issue in account.issues]
    assert codes.count("ocds_field_missing") == 1 and "ocds_reference_unknown" in codes
    assert account.accepted == len(demo.agreements) - account.quarantined > 0


def test_files_that_are_no_packages_are_refused_whole(tmp_path: Path) -> None:
    register = Register.open(tmp_path / "r.sqlite")
    for held, code in (
        ("{", "json_unreadable"),
        ('{"releases": []}', "ocds_not_own"),
        ('{"a": 1, "a": 2}', "json_key_twice"),
        ('{"a": NaN}', "json_not_a_number"),
        ("[" * 100_000, "json_too_deep"),
    ):
        path = tmp_path / "x.json"
        path.write_text(held, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            bring(register, path)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "prefix", "code"),
    [("a.txt", "ocds-abc123", "ocds_suffix"), ("a.json", "abc", "ocid_prefix_wrong")],
)
def test_an_export_that_cannot_be_right_is_refused(
    demo: RegisterContent, tmp_path: Path, name: str, prefix: str, code: str
) -> None:
    with pytest.raises(UsageError, match=code):
        export_ocds(demo, tmp_path / name, replace(PUBLISHED, ocid_prefix=prefix))
    assert not (tmp_path / name).exists()


def test_one_agreement_alone(demo: RegisterContent, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    assert export_ocds(demo, path, PUBLISHED, agreement=demo.agreements[0].id) == 1
    named = {each["id"] for each in json.loads(path.read_text(encoding="utf-8"))["releases"][0]["parties"]}
    assert len(named) == 2 < len([each for each in demo if isinstance(each, Organisation)])
    with pytest.raises(UsageError, match="unknown_agreement"):
        export_ocds(demo, path, PUBLISHED, agreement="A-nobody")


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    return [path, *(place for step, inner in steps for place in _places(inner, (*path, step)))]


@pytest.mark.parametrize("wrong", [None, 7, -1, True, "x", "", [], [7], [[]], {}, {"amount": {}}, {"id": []}])
def test_whatever_stands_in_a_release_it_is_understood_or_refused(demo: RegisterContent, wrong: Any) -> None:
    """No shape of any piece of a release stops the import of the others."""
    agreement = next(each.agreement_id for each in demo.amendments)
    package = release_package(demo, [a for a in demo.agreements if a.id == agreement], PUBLISHED)
    (release,) = json.loads(json.dumps(package))["releases"]
    refused = 0
    for path in _places(release)[1:]:
        copy: Any = json.loads(json.dumps(release), parse_float=Decimal)
        inner = copy
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = wrong
        try:
            told = told_records(copy, "SEK")
            for each in told:
                each.record()
        except RefusedError:
            refused += 1
    assert refused > 20
