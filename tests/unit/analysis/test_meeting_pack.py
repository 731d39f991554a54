"""The agenda and the minutes of a meeting: what each level goes through, what the supplier sees, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from partnership_lib import text
from partnership_lib.analysis.meeting_pack import agenda, chosen_meeting, minutes
from partnership_lib.analysis.meeting_pack.timing import WEIGHTS, timetable
from partnership_lib.display.values import WORD_GROUPS
from partnership_lib.domain import (
    Activity,
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Attendance,
    Cadence,
    Decision,
    Deviation,
    EscalationRule,
    ExtensionOption,
    KnowledgeNote,
    Level,
    Meeting,
    Participant,
    Party,
    PulseAnswer,
    PulseQuestion,
    Record,
    RegisterContent,
    SignOff,
    WorkingOrder,
)
from partnership_lib.errors import UsageError
from partnership_lib.findings import Analysis, Finding

AS_OF = date(2026, 9, 15)
Make = Callable[..., Analysis]


def working_order(level: Level = Level.TACTICAL, hours: float = 2.0) -> list[Record]:
    """A working order that names one level, both persons, and when operational matters climb."""
    return [
        WorkingOrder(id="WO", agreement_id="A-1", valid_from=date(2024, 3, 1)),
        EscalationRule(id="E-1", working_order_id="WO", level=Level.OPERATIONAL, overdue_days=30),
        Cadence(id="C", working_order_id="WO", level=level, meetings_per_year=4, hours_per_meeting=hours),
        Participant(id="C-1", cadence_id="C", person_id="P-1"),
        Participant(id="C-2", cadence_id="C", person_id="P-2"),
    ]


def coming(level: Level = Level.TACTICAL, day: date = date(2026, 10, 6), **values: Any) -> Meeting:
    """The meeting that the agenda is for."""
    return Meeting(id="M-2", agreement_id="A-1", level=level, planned_date=day, **values)


def held(level: Level = Level.TACTICAL, day: date = date(2026, 9, 8), **values: Any) -> Meeting:
    """The meeting before it."""
    return Meeting(id="M-1", agreement_id="A-1", level=level, planned_date=day, held_date=day, **values)


@pytest.fixture
def make_agenda(parties: list[Record], make: SimpleNamespace) -> Make:
    """Makes the agenda of M-2 with the given records added to the parties."""

    def made(
        *records: Record, audience: str = "internal", spend: pd.DataFrame | None = None, **values: Any
    ) -> Analysis:
        content = _with(parties, records)
        frame = make.spend({}) if spend is None else spend
        return agenda(content, frame, "A-1", values.pop("meeting", "M-2"), values.pop("as_of", AS_OF), audience)

    return made


@pytest.fixture
def make_minutes(parties: list[Record]) -> Make:
    """Makes the minutes of M-1 with the given records added to the parties."""

    def made(*records: Record, audience: str = "internal", meeting: str | None = "M-1") -> Analysis:
        return minutes(_with(parties, records), "A-1", meeting, AS_OF, audience)

    return made


def _with(parties: list[Record], records: tuple[Record, ...]) -> RegisterContent:
    return RegisterContent.of({(type(record), record.id): record for record in [*parties, *records]}.values())


def items(analysis: Analysis) -> dict[str, int]:
    """The items of the agenda and their minutes."""
    table = analysis["overview"].findings[1].table
    assert table is not None
    return dict(zip(table["agenda_item"], table["minutes_planned"], strict=True))


def said(analysis: Analysis, section: str) -> list[str]:
    """The sentences of a section."""
    return [finding.sentence("sv").replace("\xa0", " ") for finding in analysis[section].findings]


# --- which meeting --------------------------------------------------------------------------------------------------


def test_the_next_meeting_planned_is_taken_unless_one_is_named(parties: list[Record]) -> None:
    later = Meeting(id="M-0", agreement_id="A-1", level=Level.STRATEGIC, planned_date=date(2026, 11, 2))
    content = _with(parties, (held(), later, coming()))
    assert chosen_meeting(content, "A-1", None, AS_OF, "agenda").id == "M-2"
    assert chosen_meeting(content, "A-1", "M-0", AS_OF, "agenda").id == "M-0"
    assert chosen_meeting(content, "A-1", None, date(2026, 10, 7), "agenda").id == "M-0"


def test_the_latest_meeting_held_is_taken_unless_one_is_named(parties: list[Record]) -> None:
    earlier = Meeting(
        id="M-9", agreement_id="A-1", level=Level.TACTICAL, planned_date=AS_OF, held_date=date(2026, 3, 1)
    )
    content = _with(parties, (held(), earlier, coming()))
    assert chosen_meeting(content, "A-1", None, AS_OF, "minutes").id == "M-1"
    assert chosen_meeting(content, "A-1", "M-9", AS_OF, "minutes").id == "M-9"


@pytest.mark.parametrize(
    ("code", "kind", "meeting", "records"),
    [
        ("unknown_meeting", "agenda", "M-7", (coming(),)),
        ("meeting_of_other_agreement", "agenda", "X-1", (coming(),)),
        ("meeting_held", "agenda", "M-1", (held(),)),
        ("meeting_cancelled", "agenda", "M-2", (coming(cancelled_reason="Sjukdom"),)),
        ("meeting_not_held", "minutes", "M-2", (coming(),)),
        ("no_meeting_held", "minutes", None, (coming(),)),
        ("no_meeting_planned", "agenda", None, (held(), *working_order())),
        ("no_meeting_planned", "agenda", None, (coming(cancelled_reason="Sjukdom"), *working_order())),
        ("no_meeting_planned_no_order", "agenda", None, (held(),)),
    ],
)
def test_a_meeting_that_cannot_be_had_is_refused_with_a_sentence(
    parties: list[Record], make: SimpleNamespace, code: str, kind: str, meeting: str | None, records: tuple[Record, ...]
) -> None:
    other = (make.agreement(id="A-2"), make.meeting("X-1", date(2026, 10, 1), agreement_id="A-2"))
    with pytest.raises(UsageError) as refused:
        chosen_meeting(_with(parties, (*records, *other)), "A-1", meeting, AS_OF, kind)
    assert refused.value.code == code
    for language in text.LANGUAGES:
        assert code not in text.describe(refused.value, language)


def test_where_nothing_is_planned_days_are_proposed_in_the_refusal(parties: list[Record]) -> None:
    with pytest.raises(UsageError) as refused:
        chosen_meeting(_with(parties, (held(), *working_order())), "A-1", None, AS_OF, "agenda")
    assert refused.value.values["proposed"][0] == "2026-12-01"
    assert "partnership meetings A-1 --plan" in text.describe(refused.value, "sv")


def test_a_meeting_is_not_held_before_the_day_that_it_was_held_on(parties: list[Record]) -> None:
    content = _with(parties, (held(),))
    assert chosen_meeting(content, "A-1", "M-1", date(2026, 9, 7), "agenda").id == "M-1"
    with pytest.raises(UsageError, match="meeting_not_held"):
        chosen_meeting(content, "A-1", "M-1", date(2026, 9, 7), "minutes")


# --- the agenda -----------------------------------------------------------------------------------------------------


def test_what_has_nothing_to_bring_up_gets_no_time_and_is_named(make_agenda: Make) -> None:
    made = make_agenda(coming(), *working_order())
    assert list(items(made)) == ["opening", "closing"]
    assert said(made, "overview")[-1].startswith(
        "Inget att ta upp den här gången: tidigare beslut, lyft från nivån under"
    )
    assert [section.code for section in made.sections] == ["overview", "closing"]


def test_the_minutes_of_the_items_sum_to_the_length_of_the_meeting(make_agenda: Make, make: SimpleNamespace) -> None:
    late = [make.activity(f"K-{n}", level=Level.TACTICAL, due_date=date(2026, 9, n)) for n in range(1, 5)]
    due = make.activity("K-9", level=Level.TACTICAL, due_date=date(2026, 10, 20))
    made = make_agenda(coming(), *working_order(hours=1.5), *late, due)
    assert sum(items(made).values()) == 90
    assert items(made)["overdue"] > items(made)["due"] >= 5


@pytest.mark.parametrize("level", list(Level))
def test_time_is_given_in_steps_of_five_minutes_and_never_less(level: Level) -> None:
    for hours in (0.5, 0.75, 1.0, 1.5, 2.0, 3.0):
        asked = [(code, 3) for code in WEIGHTS[level]]
        times = timetable(hours, level, asked)
        assert all(minutes >= 5 and minutes % 5 == 0 for minutes in times.minutes)
        assert times.is_too_short == (15 + 5 * len(asked) > 60 * hours)
        assert times.is_too_short or sum(times.minutes) + 15 == 60 * hours


def test_a_meeting_too_short_for_its_items_says_so(make_agenda: Make, make: SimpleNamespace) -> None:
    late = make.activity("K-1", level=Level.TACTICAL, due_date=date(2026, 9, 1))
    made = make_agenda(coming(), *working_order(hours=0.25), late)
    assert made["overview"].findings[1].code == "agenda.too_short"
    assert "minst 25" in said(made, "overview")[1]


def test_without_a_working_order_the_length_is_assumed_and_nobody_is_expected(make_agenda: Make) -> None:
    made = make_agenda(coming())
    assert [finding.code for finding in made["overview"].findings[:2]] == [
        "agenda.expected_none",
        "agenda.overview_assumed",
    ]
    assert sum(items(made).values()) == 15
    assert made["closing"].findings[-1].code == "agenda.next_no_order"


def test_an_activity_stands_on_the_agenda_of_the_level_that_it_has_climbed_to(
    make_agenda: Make, make: SimpleNamespace
) -> None:
    late = make.activity("K-1", level=Level.OPERATIONAL, title="Manual", due_date=date(2026, 7, 31))
    tactical = make_agenda(coming(), *working_order(), late)
    assert "climbed" in items(tactical)
    operational = make_agenda(coming(Level.OPERATIONAL), *working_order(Level.OPERATIONAL), late)
    assert "overdue" not in items(operational)
    just_late = make.activity("K-1", level=Level.OPERATIONAL, due_date=date(2026, 9, 1))
    assert "climbed" not in items(make_agenda(coming(), *working_order(), just_late))


def test_what_has_climbed_away_is_named_beside_what_is_late(make_agenda: Make, make: SimpleNamespace) -> None:
    away = make.activity("K-1", level=Level.OPERATIONAL, title="Manual", due_date=date(2026, 7, 31))
    late = make.activity("K-2", level=Level.OPERATIONAL, due_date=date(2026, 9, 1))
    made = make_agenda(coming(Level.OPERATIONAL), *working_order(Level.OPERATIONAL), away, late)
    assert said(made, "overdue")[1] == "En aktivitet har lyfts till den taktiska nivån och behandlas där: ”Manual”."


@pytest.mark.parametrize(
    ("records", "last", "code"),
    [
        (
            (Meeting(id="M-3", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 12, 1)),),
            "2026-12-01",
            "due",
        ),
        ((), "2027-01-05", "due_no_meeting"),
    ],
)
def test_what_is_due_before_the_next_meeting_is_listed(
    make_agenda: Make, make: SimpleNamespace, records: tuple[Record, ...], last: str, code: str
) -> None:
    day = date.fromisoformat(last) if code == "due" else date(2027, 1, 4)
    inside = make.activity("K-1", level=Level.TACTICAL, title="Inom", due_date=day)
    outside = make.activity("K-2", level=Level.TACTICAL, title="Utom", due_date=date(2027, 1, 20))
    made = make_agenda(coming(), *records, inside, outside)
    finding = made["due"].findings[0]
    assert finding.code == f"agenda.{code}"
    assert list(finding.table["title"]) == ["Inom"]


def test_earlier_decisions_come_back_with_what_became_of_them(make_agenda: Make, make: SimpleNamespace) -> None:
    done = make.activity("K-1", title="Klar sak", done_date=date(2026, 9, 12))
    slow = make.activity("K-2", title="Seg sak", due_date=date(2027, 1, 1))
    long_ago = Meeting(
        id="M-0", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 3, 3), held_date=date(2026, 3, 3)
    )
    decisions = [
        _decision("D-1", "Ett", "M-1", activity_id="K-1"),
        _decision("D-2", "Två", "M-1"),
        _decision("D-3", "Ångrat", "M-1", taken_back=True),
        _decision("D-4", "Gammalt, inte klart", "M-0", activity_id="K-2"),
        _decision("D-5", "Gammalt, klart", "M-0", activity_id="K-1"),
    ]
    made = make_agenda(held(), long_ago, coming(), done, slow, *decisions)
    finding = made["previous"].findings[0]
    assert list(finding.table["decision_text"]) == ["Gammalt, inte klart", "Ett", "Två"]
    assert list(finding.table["status"]) == ["open", "done", None]
    assert (finding.number, finding.values["done"], finding.values["without_activity"]) == (3, 1, 1)


def _decision(decision_id: str, said_text: str, meeting: str, **values: Any) -> Decision:
    return Decision(
        id=decision_id, agreement_id="A-1", meeting_id=meeting, decided_date=date(2026, 9, 8), text=said_text, **values
    )


def test_a_proposed_list_waits_with_what_it_changes(make_agenda: Make, make: SimpleNamespace) -> None:
    activity = make.activity("K-1", level=Level.TACTICAL, title="Ny sak")
    made = make_agenda(coming(), activity, _version(1), _item(activity, 1), _sign(1, "supplier"))
    finding = made["lists"].findings[0]
    assert (finding.code, finding.values["missing"]) == ("agenda.lists_waiting", ["buyer"])
    assert list(finding.table["item_change"]) == ["added"]


def test_a_list_that_has_moved_since_it_was_agreed_is_to_be_agreed_anew(
    make_agenda: Make, make: SimpleNamespace
) -> None:
    activity = make.activity("K-1", level=Level.TACTICAL, due_date=date(2026, 12, 1))
    agreed = [_version(1), _item(activity, 1), _sign(1, "supplier"), _sign(1, "buyer")]
    assert "lists" not in items(make_agenda(coming(), activity, *agreed))
    moved = make.activity("K-1", level=Level.TACTICAL, due_date=date(2026, 12, 24))
    finding = make_agenda(coming(), moved, *agreed)["lists"].findings[0]
    assert (finding.code, finding.values["version"]) == ("agenda.lists_moved", 1)
    assert list(finding.table["item_change"]) == ["due_later"]


def test_a_level_with_activities_and_no_agreed_list_is_asked_for_its_first(
    make_agenda: Make, make: SimpleNamespace
) -> None:
    made = make_agenda(coming(), make.activity("K-1", level=Level.TACTICAL))
    assert made["lists"].findings[0].code == "agenda.lists_none"


def _version(number: int, meeting: str | None = None) -> ActivityListVersion:
    return ActivityListVersion(
        id=f"V-{number}",
        agreement_id="A-1",
        level=Level.TACTICAL,
        number=number,
        proposed_date=date(2026, 9, 8),
        proposed_by=Party.SUPPLIER,
        meeting_id=meeting,
    )


def _item(activity: Activity, number: int) -> ActivityListItem:
    shared = ("title", "kind", "raised_by", "due_date", "buyer_responsible_id", "supplier_responsible_id")
    return ActivityListItem(
        id=f"V-{number}-{activity.id}",
        list_version_id=f"V-{number}",
        activity_id=activity.id,
        own_level=activity.level,
        **{name: getattr(activity, name) for name in shared},
    )


def _sign(number: int, party: str, **values: Any) -> SignOff:
    return SignOff(
        id=f"V-{number}-{party}",
        list_version_id=f"V-{number}",
        party=Party(party),
        person_id={"buyer": "P-1", "supplier": "P-2"}[party],
        signed_date=date(2026, 9, 8),
        list_hash="",
        **values,
    )


def test_challenges_and_knowledge_since_the_last_meeting_have_their_place(
    make_agenda: Make, make: SimpleNamespace
) -> None:
    challenge = make.activity("K-1", level=Level.TACTICAL, kind=ActivityKind.CHALLENGE, raised_by=Party.SUPPLIER)
    notes = [
        KnowledgeNote(id="N-1", agreement_id="A-1", shared_by=Party.BUYER, shared_date=date(2026, 9, 10), title="Ny"),
        KnowledgeNote(
            id="N-2",
            agreement_id="A-1",
            shared_by=Party.BUYER,
            shared_date=date(2026, 9, 8),
            title="Tagen",
            meeting_id="M-1",
        ),
    ]
    made = make_agenda(held(), coming(), challenge, *notes)
    assert said(made, "exchange")[0] == "En utmaning är inte löst: ingen från kommunen och en från leverantören."
    assert list(made["exchange"].findings[1].table["title"]) == ["Ny"]


def test_an_option_to_decide_on_stands_on_the_strategic_and_not_on_the_operational_agenda(make_agenda: Make) -> None:
    option = ExtensionOption(id="X-1", agreement_id="A-1", months=24, decide_by=date(2026, 12, 1))
    strategic = make_agenda(coming(Level.STRATEGIC), option)
    assert list(strategic["dates"].findings[0].table["date"]) == [date(2026, 12, 1)]
    assert strategic.get("spend") is None
    operational = make_agenda(coming(Level.OPERATIONAL), option)
    assert operational.get("dates") is None


def test_spend_is_that_of_the_last_closed_period_and_has_no_tables(make_agenda: Make, make: SimpleNamespace) -> None:
    spend = make.spend({date(2026, month, 1): 100_000_00 for month in range(1, 9)})
    made = make_agenda(coming(), spend=spend)
    assert said(made, "spend")[0] == "Inköpen under perioden var 400 000 kr."
    assert all(finding.table is None for finding in made["spend"].findings)
    assert make_agenda(coming(Level.OPERATIONAL), spend=spend).get("spend") is None


def test_the_pulse_of_the_last_meeting_shows_the_widest_gap(make_agenda: Make) -> None:
    answers = [
        _answer("buyer", PulseQuestion.OPENNESS, 2),
        _answer("supplier", PulseQuestion.OPENNESS, 5),
        _answer("buyer", PulseQuestion.VALUE, 4),
        _answer("supplier", PulseQuestion.VALUE, 4),
        _answer("buyer", PulseQuestion.THINGS_GET_DONE, 3),
    ]
    finding = make_agenda(held(), coming(), *answers)["closing"].findings[0]
    assert (finding.code, finding.number, finding.values["question"]) == ("agenda.pulse_gap", 3, "openness")
    assert list(finding.table["score_gap"]) == [None, 3, 0]
    one_sided = make_agenda(held(), coming(), answers[0])["closing"].findings[0]
    assert one_sided.code == "agenda.pulse_one_sided"
    assert make_agenda(held(), coming(), *answers[2:4])["closing"].findings[0].code == "agenda.pulse"
    assert make_agenda(held(), coming())["closing"].findings[0].code == "agenda.pulse_none"


def _answer(party: str, question: PulseQuestion, score: int) -> PulseAnswer:
    return PulseAnswer(id=f"{party}-{question}", meeting_id="M-1", party=Party(party), question=question, score=score)


def test_the_next_meeting_is_named_or_proposed_with_the_reason(make_agenda: Make) -> None:
    planned = Meeting(
        id="M-3", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 12, 1), start_time="09:00"
    )
    named = make_agenda(coming(), planned, *working_order())
    assert said(named, "closing")[-1] == "Nästa taktiska möte är planerat till den 1 december 2026 klockan 09:00."
    proposed = make_agenda(held(), coming(), *working_order())["closing"].findings[-1]
    assert proposed.code == "agenda.next_proposed"
    assert proposed.table["proposal_reason"][0][0] == "cadence"


# --- who sees what --------------------------------------------------------------------------------------------------

SECRETS = (
    Deviation(id="D-1", agreement_id="A-1", noticed_date=date(2026, 9, 1), description="HEMLIGT inte underrättad"),
    Deviation(
        id="D-2",
        agreement_id="A-1",
        noticed_date=date(2026, 9, 1),
        supplier_told_date=date(2026, 9, 2),
        description="Känd avvikelse",
        internal_note="HEMLIGT om avvikelsen",
    ),
)


def everything(analysis: Analysis) -> str:
    """All that a reader gets to see."""
    tables = [str(f.table.to_dict("records")) for f in analysis.findings() if f.table is not None]
    return " ".join(
        [*tables, *(f.sentence("sv") for f in analysis.findings()), str(analysis.facts), str(analysis.values)]
    )


def test_the_supplier_sees_no_internal_matter_in_the_agenda(make_agenda: Make, make: SimpleNamespace) -> None:
    activity = make.activity("K-1", level=Level.TACTICAL, internal_note="HEMLIGT om aktiviteten")
    meeting = coming(internal_note="HEMLIGT om mötet")
    shared = everything(make_agenda(meeting, activity, *SECRETS, *working_order(), audience="shared"))
    assert "HEMLIGT" not in shared
    assert "Känd avvikelse" in shared
    assert "HEMLIGT inte underrättad" in everything(make_agenda(meeting, activity, *SECRETS, *working_order()))


def test_both_parties_have_the_same_numbers_and_times_in_their_hands(make_agenda: Make, make: SimpleNamespace) -> None:
    late = make.activity("K-1", level=Level.TACTICAL, due_date=date(2026, 9, 1))
    internal, shared = (
        make_agenda(coming(), late, *SECRETS, *working_order(), audience=audience)
        for audience in ("internal", "shared")
    )
    assert items(internal) == items(shared)
    assert [(s.code, dict(s.values)) for s in internal.sections] == [(s.code, dict(s.values)) for s in shared.sections]


def test_what_only_the_municipality_may_know_comes_last_without_a_number(make_agenda: Make) -> None:
    internal = make_agenda(coming(), SECRETS[0], *working_order())
    assert list(items(internal)) == ["opening", "closing"]
    assert internal.sections[-1].code == "internal"
    assert internal.sections[-1].findings[0].code == "agenda.deviations_untold"
    assert make_agenda(coming(), SECRETS[0], *working_order(), audience="shared").get("internal") is None


def test_the_supplier_sees_no_internal_note_in_the_minutes(make_minutes: Make) -> None:
    meeting = held(minutes="Delade anteckningar.", internal_note="HEMLIGT om mötet")
    shared = everything(make_minutes(meeting, audience="shared"))
    assert "HEMLIGT" not in shared
    assert "Delade anteckningar." in shared
    assert "HEMLIGT om mötet" in everything(make_minutes(meeting))


def test_another_agreements_matters_are_in_neither(make_agenda: Make, make: SimpleNamespace) -> None:
    other = make.agreement(id="A-2", name="ANNAT avtal")
    activity = make.activity("K-9", agreement_id="A-2", level=Level.TACTICAL, title="ANNAN sak", due_date=AS_OF)
    assert "ANNA" not in everything(make_agenda(coming(), other, activity))


# --- the minutes ----------------------------------------------------------------------------------------------------


def test_who_came_is_listed_by_party(make_minutes: Make) -> None:
    came = [
        Attendance(id="A-1", meeting_id="M-1", person_id="P-1", present=True),
        Attendance(id="A-2", meeting_id="M-1", person_id="P-2", present=False),
    ]
    finding = make_minutes(held(), *came)["attendance"].findings[0]
    assert (finding.code, finding.number) == ("minutes.attendance_one_sided", 1)
    assert list(finding.table["person_name"]) == ["Anna Berg", "Olle Lind"]
    assert make_minutes(held())["attendance"].findings[0].code == "minutes.attendance_none"


def test_a_decision_keeps_the_figure_that_was_shown(make_minutes: Make, make: SimpleNamespace) -> None:
    decision = _decision(
        "D-1",
        "Höja takten.",
        "M-1",
        figure_code="follow_up.spend",
        figure_number=0.18,
        figure_unit="share",
        figure_sentence="Inköpen är 18 % under planen.",
        figure_date=date(2026, 9, 7),
        activity_id="K-1",
    )
    made = make_minutes(held(), decision, make.activity("K-1", title="Öka inköpen"))
    finding = made["decisions"].findings[0]
    assert (finding.number, finding.unit) == (0.18, "share")
    (sentence,) = said(made, "decisions")
    assert sentence.startswith("Beslut 1: Höja takten. Underlag som visades, läget den 7 september 2026: ”Inköpen")
    assert sentence.endswith("är 18 % under planen.” Genomförs genom aktiviteten ”Öka inköpen”.")


def test_what_was_taken_back_is_no_decision(make_minutes: Make) -> None:
    assert said(make_minutes(held(), _decision("D-1", "Nej", "M-1", taken_back=True)), "decisions") == [
        "Mötet fattade inga beslut."
    ]


def test_a_list_agreed_names_who_signed_for_whom_and_who_entered_it(make_minutes: Make, make: SimpleNamespace) -> None:
    activity = make.activity("K-1", level=Level.TACTICAL)
    signed = [
        _sign(1, "buyer", meeting_id="M-1"),
        _sign(1, "supplier", meeting_id="M-1", entered_by_id="P-1", is_present=True),
    ]
    finding = make_minutes(held(), activity, _version(1, "M-1"), _item(activity, 1), *signed)["lists"].findings[0]
    assert (finding.code, finding.number) == ("minutes.list_agreed", 1)
    assert list(finding.table["signed_by"]) == ["Anna Berg", "Olle Lind"]
    assert list(finding.table["entered_by"]) == ["Anna Berg", "Anna Berg"]
    half = make_minutes(held(), activity, _version(1, "M-1"), _item(activity, 1), signed[0])["lists"].findings[0]
    assert (half.code, half.values["missing"]) == ("minutes.list_signed_by_one", ["supplier"])
    assert make_minutes(held())["lists"].findings[0].code == "minutes.lists_untouched"


def test_the_changes_are_those_after_the_meeting_before_up_to_this_one(
    make_minutes: Make, make: SimpleNamespace
) -> None:
    before = Meeting(
        id="M-0", agreement_id="A-1", level=Level.TACTICAL, planned_date=date(2026, 6, 2), held_date=date(2026, 6, 2)
    )
    activity = make.activity("K-1", level=Level.TACTICAL, raised_date=date(2026, 6, 2), done_date=date(2026, 9, 8))
    later = make.activity("K-2", level=Level.TACTICAL, raised_date=date(2026, 9, 9))
    moves = [
        ActivityMove(id="1", activity_id="K-1", moved_date=date(2026, 6, 3), from_date=date(2026, 7, 1), to_date=AS_OF),
        ActivityMove(id="2", activity_id="K-1", moved_date=date(2026, 6, 4), to_date=AS_OF, taken_back=True),
    ]
    finding = make_minutes(held(), before, activity, later, *moves)["since"].findings[0]
    assert list(finding.table["item_change"]) == ["due_later", "done"]
    assert (finding.values["added"], finding.values["done"], finding.values["moved"]) == (0, 1, 1)
    assert make_minutes(held(), activity).get("since") is None


def test_minutes_of_several_paragraphs_keep_them_apart(make_minutes: Make) -> None:
    made = make_minutes(held(minutes="Första.\n\nAndra.\r\nTredje."))
    assert said(made, "said") == ["Första.", "Andra.", "Tredje."]


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", text.LANGUAGES)
@pytest.mark.parametrize(
    "column",
    [
        *("item_number", "agenda_item", "matters", "minutes_planned", "decision_text", "carried_out_by"),
        *("proposal_reason", "person_name", "signed_by", "sign_date", "entered_by", "pulse_question"),
        *("buyer_score", "supplier_score", "score_gap", "exchange_kind", "item_change", "before", "after"),
        *("climb_reason", "climbed_date", "shared_by", "title", "date", "reason", "present"),
    ],
)
def test_every_column_has_a_heading(language: str, column: str) -> None:
    assert text.has(f"column.{column}", language)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_item_of_an_agenda_has_its_words(language: str) -> None:
    for code in {code for weights in WEIGHTS.values() for code in weights}:
        assert text.has(f"word.agenda_item.{code}", language)
        assert text.has(f"section.agenda.{code}", language)


@pytest.mark.parametrize("hostile", ["{agreement.__class__}", "<script>alert(1)</script>", "=HYPERLINK(1)", "a\r\nb"])
def test_hostile_text_is_only_text(make_minutes: Make, hostile: str) -> None:
    made = make_minutes(held(minutes=hostile), _decision("D-1", hostile, "M-1"))
    assert "".join(said(made, "said")) == hostile.replace("\r\n", "")
    assert hostile in made["decisions"].findings[0].sentence("sv")


def test_the_findings_are_told_in_both_languages(make_agenda: Make, make_minutes: Make, make: SimpleNamespace) -> None:
    found: list[Finding] = [
        *make_agenda(held(), coming(), make.activity("K-1"), *SECRETS, *working_order()).findings(),
        *make_minutes(held(), _version(1, "M-1")).findings(),
    ]
    assert all(finding.sentence("sv") != finding.sentence("en") for finding in found)
    assert "proposal_reason" not in WORD_GROUPS  # the column's own name is its group of words
