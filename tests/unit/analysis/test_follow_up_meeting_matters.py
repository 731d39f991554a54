"""What the meeting needs: list versions, decisions wanted, and what has changed since the last period."""

from __future__ import annotations

from datetime import date

from partnership_lib.domain import (
    ActivityKind,
    ActivityListItem,
    ActivityListVersion,
    ActivityMove,
    Deviation,
    ExtensionOption,
    LawChange,
    LawChangeImpact,
    LawChangeStatus,
    Level,
    Need,
    Party,
    Record,
    SignOff,
)
from partnership_lib.domain.list_rules import list_hash
from partnership_lib.findings import Signal


def version(number: int, proposed: date, signed: dict[Party, date], *items: ActivityListItem) -> list[Record]:
    """A version of the operational list with its sign-offs."""
    version_id = f"LV-{number}"
    proposal = ActivityListVersion(
        id=version_id,
        agreement_id="A-1",
        level=Level.OPERATIONAL,
        number=number,
        proposed_date=proposed,
        proposed_by=Party.BUYER,
    )
    sign_offs = [
        SignOff(
            id=f"{version_id}-{party.value}",
            list_version_id=version_id,
            party=party,
            person_id="P-1" if party is Party.BUYER else "P-2",
            signed_date=day,
            list_hash=list_hash(proposal, items),
        )
        for party, day in signed.items()
    ]
    return [proposal, *items, *sign_offs]


def both(day: date) -> dict[Party, date]:
    """Both parties' signatures on a day."""
    return {Party.BUYER: day, Party.SUPPLIER: day}


def test_a_list_is_agreed_when_both_parties_have_signed_it(report, codes):
    one_sided = version(1, date(2026, 8, 1), {Party.BUYER: date(2026, 8, 2)})
    assert codes(report(*one_sided), "list_versions")[0] == "list_versions_none"
    agreed = version(1, date(2026, 8, 1), {Party.BUYER: date(2026, 8, 2), Party.SUPPLIER: date(2026, 8, 20)})
    finding = report(*agreed).finding("follow_up.list_versions")
    assert finding.sentence("sv") == "Båda parter har godkänt en lista på en av tre nivåer."
    assert list(finding.table["supplier_signed_date"]) == [date(2026, 8, 20)]


def test_a_signature_after_the_report_date_does_not_count(report, codes):
    agreed_later = version(1, date(2026, 8, 1), both(date(2026, 9, 1)))
    assert codes(report(*agreed_later), "list_versions") == ["list_versions_none", "list_versions_history_one"]


def test_a_version_that_waits_says_for_whom(report):
    waiting = version(2, date(2026, 9, 1), {Party.BUYER: date(2026, 9, 1)})
    finding = report(*version(1, date(2026, 1, 1), both(date(2026, 1, 2))), *waiting).finding(
        "follow_up.list_versions_pending"
    )
    assert finding.sentence("sv") == (
        "En föreslagen lista väntar på godkännande sedan den 1 september 2026; "
        "ingen saknar kommunens godkännande och en saknar leverantörens."
    )
    assert finding.signal is Signal.NONE
    late = version(2, date(2026, 8, 15), {Party.BUYER: date(2026, 8, 15)})
    assert report(*late).finding("follow_up.list_versions_pending").signal is Signal.ATTENTION


def test_a_version_that_a_later_agreed_one_has_replaced_does_not_wait(report, codes):
    replaced = version(1, date(2026, 1, 1), {Party.BUYER: date(2026, 1, 1)})
    assert "list_versions_pending" not in codes(
        report(*replaced, *version(2, date(2026, 2, 1), both(date(2026, 2, 2)))), "list_versions"
    )


def test_how_things_stand_is_told_against_the_agreed_list(report, make):
    item = ActivityListItem(
        id="LI-1",
        list_version_id="LV-1",
        activity_id="X-1",
        title="Aktivitet X-1",
        kind=ActivityKind.IMPROVEMENT,
        raised_by=Party.BUYER,
        own_level=Level.OPERATIONAL,
        due_date=date(2026, 10, 1),
        buyer_responsible_id="P-1",
        supplier_responsible_id="P-2",
    )
    finding = report(
        *version(1, date(2026, 1, 1), both(date(2026, 1, 2)), item),
        make.activity("X-1", due_date=date(2026, 11, 1)),
        make.activity("X-2", due_date=date(2026, 11, 1)),
    ).finding("follow_up.list_differences")
    assert list(finding.table["item_change"]) == ["due_later", "added"]
    assert finding.sentence("sv") == (
        "Sedan listorna godkändes har en aktivitet tillkommit, inga blivit klara, en fått nytt slutdatum, "
        "ingen tagits bort eller lyfts och ingen ändrats på annat sätt."
    )


def test_everything_that_must_be_settled_is_on_one_list(report, make):
    records = [
        make.agreement(owner_id=None),
        *make.working_order(30),
        make.activity("X-1", title="Sen", due_date=date(2026, 7, 1)),
        make.activity("X-2", title="Utan ansvarig", supplier_responsible_id=None),
        ExtensionOption(id="E-1", agreement_id="A-1", months=24, decide_by=date(2026, 12, 1)),
        *version(1, date(2026, 9, 1), {}),
        Deviation(id="D-1", agreement_id="A-1", noticed_date=date(2026, 8, 1), description="Stopp"),
        Need(id="N-1", name="Betyg", category="48000000"),
        LawChange(id="L-1", title="Ny lag", reference="påhittad", in_force_date=date(2027, 7, 1)),
        LawChangeImpact(
            id="LI-1",
            law_change_id="L-1",
            agreement_id="A-1",
            need_id="N-1",
            status=LawChangeStatus.NOT_ASSESSED,
        ),
    ]
    finding = report(*records).finding("follow_up.decisions")
    wanted = list(zip(finding.table["decision"], finding.table["subject"], finding.table["level"], strict=True))
    assert wanted == [
        ("partnership_owner", "Skoladministration", None),
        ("climb", "Sen", "strategic"),
        ("option", "Skoladministration", None),
        ("list", "1", "operational"),
        ("law_change", "Ny lag", None),
        ("owner", "Utan ansvarig", "operational"),
        ("deviation", "Stopp", None),
    ]
    assert finding.sentence("sv") == (
        "Sju saker behöver avgöras eller hanteras på mötet, enligt läget den 15 september 2026."
    )


def test_nobody_is_asked_to_decide_what_was_decided_after_the_period(report, make, codes):
    signed_since = version(1, date(2026, 8, 1), both(date(2026, 9, 10)))
    done_since = make.activity("X-1", due_date=date(2026, 5, 1), done_date=date(2026, 9, 10))
    assert codes(report(*signed_since, done_since), "decisions") == ["decisions_none"]


def test_key_figures_are_compared_with_the_previous_period_as_it_was_seen_then(report, make):
    # X-1 was due 30 April and moved in May: on 30 April it was not late, on 31 August it was (due 1 June).
    move = ActivityMove(
        id="M-1", activity_id="X-1", moved_date=date(2026, 5, 5), from_date=date(2026, 4, 30), to_date=date(2026, 6, 1)
    )
    analysis = report(
        make.activity("X-1", due_date=date(2026, 6, 1)),
        make.activity("X-2", done_date=date(2026, 3, 1)),
        make.activity("X-3", done_date=date(2026, 6, 1)),
        make.activity("X-4", done_date=date(2026, 7, 1)),
        move,
    )
    finding = analysis.finding("follow_up.changes_more_overdue")
    rows = finding.table.set_index("measure")
    assert list(rows.loc["overdue"]) == [0, 1, 1]
    assert list(rows.loc["done_in_period"]) == [1, 2, 1]
    assert list(rows.loc["unfinished"]) == [3, 1, -2]
    assert finding.sentence("sv") == "Antalet försenade aktiviteter har ökat från 0 till 1 sedan förra perioden."


def test_the_first_period_has_nothing_to_compare_with(report, make, codes):
    analysis = report(make.agreement(start_date=date(2026, 5, 1)))
    assert codes(analysis, "changes") == ["changes_first_period"]


def test_a_running_period_says_that_it_is_not_whole(report, codes):
    assert "changes_running" in codes(report(period="2026-T3"), "changes")
    assert "changes_running" not in codes(report(), "changes")


def test_spend_is_compared_with_the_previous_period(report, make):
    spend = make.spend(
        {date(2026, month, 1): 10_000 for month in range(1, 5)} | {date(2026, month, 1): 8_000 for month in range(5, 9)}
    )
    finding = report(spend=spend).finding("follow_up.changes_spend_down")
    assert finding.sentence("sv") == "Inköpen var 20\xa0procent lägre än under tertial 1 2026: 320\xa0kr mot 400\xa0kr."
    assert finding.sentence("en") == "Spend was 20% lower than in tertial 1 of 2026: 320\xa0SEK against 400\xa0SEK."
