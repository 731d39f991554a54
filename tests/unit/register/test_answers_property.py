"""Nothing is lost: whatever comes back and whatever we change meanwhile, every cell has exactly one outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import find, given
from hypothesis import strategies as st

from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityMove,
    Agreement,
    AgreementKind,
    Level,
    Organisation,
    Party,
    Person,
    RegisterContent,
    RequirementType,
)
from partnership_lib.register.exchange.answers.account import CellVerdict
from partnership_lib.register.exchange.answers.columns import COLUMNS, FIELDS
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.exchange.answers.planning import AnswerPlan, plan_answers
from partnership_lib.register.exchange.answers.reading import AnswerRow, AnswerSheet
from partnership_lib.register.exchange.answers.snapshot import Snapshot, row_key
from partnership_lib.register.exchange.answers.writing import AnswerView

TODAY = date(2026, 9, 15)
ACTIVITIES = [
    Activity(
        id=f"T-{number}",
        agreement_id="A-1",
        level=Level.OPERATIONAL,
        title=f"Aktivitet {number}",
        kind=ActivityKind.OBLIGATION,
        raised_by=Party.BUYER,
        raised_date=date(2026, 1, 1),
        due_date=date(2026, 9, 1) if number else None,
    )
    for number in range(3)
]
SENT = RegisterContent.of(
    [
        Organisation(id="O-K", name="Exempelkommun", party=Party.BUYER),
        Organisation(id="O-S", name="Skolbolaget AB", party=Party.SUPPLIER),
        Person(id="P-supplier", name="Namn P-supplier", organisation_id="O-S"),
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
        *ACTIVITIES,
    ]
)
SNAPSHOT = Snapshot(
    "A-1",
    "abc123",
    TODAY,
    "sv",
    new_ids=("A-1-abc123-01",),
    rows={each.id: AnswerView(SENT, "sv").base_row(each) for each in ACTIVITIES},
)

texts = st.sampled_from(["", "Ett", "Två", "=1+1", "Ångström & Co", "  Ett "])
days = st.sampled_from(["", "2026-09-01", "2026-10-01", "2026-09-10", "2025-01-01", "i höst", "2026-02-30"])
CELLS: Mapping[str, st.SearchStrategy[str]] = {
    "title": texts,
    "evidence": texts,
    "comment": texts,
    "move_reason": texts,
    "status": st.sampled_from(["", "pågår", "klar", "flyttas", "föreslås strykas", "done", "hm"]),
    "due_date": days,
    "done_date": days,
    "level": st.sampled_from(["operativ", "taktisk", "tactical", "nivå 1"]),
    "supplier_responsible_id": st.sampled_from(["", "Namn P-supplier", "Ingen", "Ny <ny@s.example>"]),
}
answers = st.fixed_dictionaries({each.id: st.fixed_dictionaries({}, optional=dict(CELLS)) for each in ACTIVITIES})
own_edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Ett", "Vår rubrik"]),
        "evidence": st.sampled_from(["Ett", "Vårt underlag"]),
        "due_date": st.sampled_from([None, date(2026, 10, 1), date(2026, 12, 1)]),
        "done_date": st.sampled_from([date(2026, 9, 1), date(2026, 9, 10)]),
        "withdrawn_date": st.just(date(2026, 9, 9)),
    },
)
edits = st.fixed_dictionaries({each.id: own_edits for each in ACTIVITIES})


def returned(answer: Mapping[str, Mapping[str, str]], *, whole: bool) -> AnswerSheet:
    """The sheet as it comes back: everything as it was sent, but for what is answered."""
    rows = []
    for number, (activity, shown) in enumerate(zip(ACTIVITIES, SNAPSHOT.rows.values(), strict=True), start=3):
        cells: dict[str, Any] = {column.name: shown.shown.get(column.name, "") for column in COLUMNS}
        cells |= {"row_key": row_key("abc123", activity), **answer[activity.id]}
        rows.append(AnswerRow(number, cells))
    return AnswerSheet("svar.xlsx", "Aktiviteter", "sv", SNAPSHOT if whole else None, tuple(rows))


def with_ours(edit: Mapping[str, Mapping[str, Any]]) -> RegisterContent:
    """The register after what we have changed since the workbook was sent."""
    changed = [
        replace(each, **edit[each.id], version=each.version + 1)
        if isinstance(each, Activity) and edit[each.id]
        else each
        for each in SENT
    ]
    return RegisterContent.of(changed)


Planner = Callable[[AnswerSheet, RegisterContent], AnswerPlan]


def planned(sheet: AnswerSheet, content: RegisterContent) -> AnswerPlan:
    return plan_answers(sheet, content, today=TODAY)


def lost(answer: Mapping[str, Mapping[str, str]], edit: Mapping[str, Mapping[str, Any]], plan: AnswerPlan) -> list[str]:
    """What was lost or overwritten, told by somebody who knows only what was sent, answered and edited."""
    found = []
    told = {(v.activity_id, v.column): v for v in plan.gathered.verdicts}
    after = {r.id: r for r in plan.records if isinstance(r, Activity)}
    for activity in ACTIVITIES:
        ours = replace(activity, **edit[activity.id])
        stands = after.get(activity.id, ours)
        for column in FIELDS:
            name = column.name
            shown = SNAPSHOT.rows[activity.id].shown.get(name, "")
            came = answer[activity.id].get(name, shown).strip()
            verdict = told.get((activity.id, name))
            if verdict is None:
                found.append(f"{activity.id} {name}: no outcome")
            elif came != shown and not _accounted(came, verdict, getattr(stands, name)):
                found.append(f"{activity.id} {name}: {came!r} is nowhere")
            we_changed = getattr(ours, name) != getattr(activity, name)
            if we_changed and getattr(stands, name) != getattr(ours, name):
                found.append(f"{activity.id} {name}: ours was overwritten")
            if came == shown and getattr(stands, name) != getattr(ours, name):
                found.append(f"{activity.id} {name}: changed though nobody answered")
    return found


def _accounted(came: str, verdict: CellVerdict, stands: Any) -> bool:
    if verdict.outcome.must_be_decided:
        return verdict.came_back == came
    return came in (str(stands or ""), "Namn P-supplier", "Ny <ny@s.example>", "tactical", "operativ")


@given(answers, edits, st.booleans())
def test_every_cell_has_one_outcome_and_nothing_of_anybody_is_lost(
    answer: dict[str, dict[str, str]], edit: dict[str, dict[str, Any]], whole: bool
) -> None:
    sheet = returned(answer, whole=whole)
    plan = planned(sheet, with_ours(edit))
    blank = {
        row.number for row in sheet.rows if not any(row.written(n) for n in row.cells if n not in ("id", "row_key"))
    }
    cells = [(r.number, name) for r in sheet.rows for name in r.cells if name not in ("id", "row_key")]
    assert sorted((v.row, v.column) for v in plan.gathered.verdicts) == sorted(c for c in cells if c[0] not in blank)
    if not blank:
        assert lost(answer, edit, plan) == []
    beside(answer, plan)


def beside(answer: Mapping[str, Mapping[str, str]], plan: AnswerPlan) -> None:
    """A comment and a reason are in a record or among what is to be decided."""
    listed = {(v.activity_id, v.came_back) for v in plan.gathered.verdicts if v.is_listed}
    listed |= {(v.activity_id, v.reason) for v in plan.gathered.verdicts if v.is_listed}
    comments = {(r.activity_id, r.text) for r in plan.records if hasattr(r, "written_date")}
    reasons = {(r.activity_id, r.reason) for r in plan.records if isinstance(r, ActivityMove)}
    same = {v.activity_id for v in plan.gathered.verdicts if v.column == "move_reason" and v.outcome is Outcome.SAME}
    for activity_id, cells in answer.items():
        comment, reason = cells.get("comment", "").strip(), cells.get("move_reason", "").strip()
        assert not comment or (activity_id, comment) in comments | listed
        assert not reason or activity_id in same or (activity_id, reason) in reasons | listed


@given(answers, edits)
def test_the_second_time_there_is_nothing_left_to_take(
    answer: dict[str, dict[str, str]], edit: dict[str, dict[str, Any]]
) -> None:
    sheet, content = returned(answer, whole=True), with_ours(edit)
    first = planned(sheet, content)
    saved = {(type(r), r.id): replace(r, version=r.version + 1) for r in first.records}
    standing = {(type(r), r.id): r for r in content}
    again = plan_answers(sheet, RegisterContent.of((standing | saved).values()), today=TODAY, already_imported=True)
    assert again.records == ()


def careless(sheet: AnswerSheet, content: RegisterContent) -> AnswerPlan:
    """The control: whatever comes back is written over what stands."""
    plan = planned(sheet, content)
    for row in sheet.rows:
        activity = content.find(Activity, row.written("id"))
        if activity is not None:
            title = row.written("title") or activity.title
            plan.gathered.records.append(replace(activity, title=title, evidence=row.written("evidence")))
    return replace(plan, records=(*plan.records, *plan.gathered.records))


def test_the_control_a_careless_import_is_seen_to_overwrite() -> None:
    answer, edit = find(
        st.tuples(answers, edits),
        lambda case: bool(lost(case[0], case[1], careless(returned(case[0], whole=True), with_ours(case[1])))),
    )
    told = lost(answer, edit, careless(returned(answer, whole=True), with_ours(edit)))
    assert any("overwritten" in each for each in told)


def test_the_control_an_import_that_forgets_a_cell_is_seen() -> None:
    nothing: dict[str, dict[str, Any]] = {each.id: {} for each in ACTIVITIES}
    plan = planned(returned(nothing, whole=True), SENT)
    del plan.gathered.verdicts[2]
    assert len(lost(nothing, nothing, plan)) == 1
