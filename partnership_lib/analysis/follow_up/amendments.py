"""Changes of the agreement during its term against the room that 17 kap. LOU leaves."""

from __future__ import annotations

from typing import Any

from partnership_lib.analysis.agreement_rules import amendments as agreement_rules
from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.domain import Amendment, LegalGround
from partnership_lib.findings import Finding, Section, Signal


def amendments_section(context: FollowUpContext) -> Section:
    """Return the changes made so far and the room that is left.

    Notes
    -----
    17:9: changes up and down both count, added together without sign; the threshold is the one in force when the
    agreement was signed (or else began). 17:11 and 17:12: each change up to half of the contract value; 17:11 not for
    framework agreements. The base is the contract value in the register, moved by the index clause (17:15). 17:10,
    17:13 and 17:14 have no limit in money. From 80 per cent of the room on it asks for attention; at the limit it is
    bad.
    """
    made = decided_amendments(context)
    findings = [_made(context, made), _minor(context), _large(context), _nature(context, made)]
    findings += [_supplementary_to_framework(context, made), context.finding("amendments_not_legal_advice")]
    return Section("amendments", tuple(finding for finding in findings if finding))


def decided_amendments(context: FollowUpContext) -> list[Amendment]:
    """Return the amendments decided by the report date, oldest first."""
    return agreement_rules.decided_amendments(context.content, context.agreement, context.report_date)


def _made(context: FollowUpContext, made: list[Amendment]) -> Finding:
    if not made:
        return context.finding("amendments_none", 0, "count")
    cumulated: dict[LegalGround, int] = {}
    rows = []
    for amendment in made:
        cumulated[amendment.legal_ground] = cumulated.get(amendment.legal_ground, 0) + abs(amendment.value_ore)
        rows.append(_row(context, amendment, cumulated[amendment.legal_ground]))
    columns = ("decided_date", "legal_ground", "description", "value_ore", "cumulated_share", "nature_changed")
    return context.finding(
        "amendments" if len(made) > 1 else "amendments_once",
        len(made),
        "count",
        table=table(rows, columns),
        in_period=sum(context.in_period(amendment.decided_date) for amendment in made),
        value_ore=sum(amendment.value_ore for amendment in made),
    )


def _row(context: FollowUpContext, amendment: Amendment, cumulated_ore: int) -> dict[str, Any]:
    value = agreement_rules.updated_value(context.content, context.agreement, context.report_date)
    return {
        "decided_date": amendment.decided_date,
        "legal_ground": amendment.legal_ground.value,
        "description": amendment.description,
        "value_ore": amendment.value_ore,
        "cumulated_share": cumulated_ore / value if value else None,
        "nature_changed": amendment.nature_changed,
    }


def _minor(context: FollowUpContext) -> Finding:
    room = agreement_rules.minor_room(context.content, context.agreement, context.report_date)
    if room is None:
        return context.finding("amendments_room_cannot_tell")
    if room.is_gone:
        code, signal = "amendments_room_passed", Signal.BAD
    else:
        code = "amendments_room"
        signal = Signal.ATTENTION if room.used_share >= agreement_rules.ROOM_ATTENTION_SHARE else Signal.NONE
    if room.threshold is None:
        code += "_no_threshold"
    elif not room.threshold.verified:
        code += "_unverified"
    return context.finding(
        code,
        room.contract_share,
        "share",
        signal=signal,
        used_ore=room.used_ore,
        left_ore=room.left_ore,
        limit_ore=room.limit_ore,
        limit_share=room.limit_share,
        threshold_ore=room.threshold.amount_ore if room.threshold else None,
    )


def _large(context: FollowUpContext) -> Finding | None:
    """Return the increases on 17:11 and 17:12 that are too large, each by itself, or how large the largest is."""
    changes = agreement_rules.large_changes(context.content, context.agreement, context.report_date)
    if not changes:
        return None
    over = sum(change.is_too_large for change in changes)
    code = "amendments_over_half" if over else "amendments_below_half"
    signal = Signal.BAD if over else Signal.NONE
    largest = max(change.share for change in changes)
    limit_share = float(changes[0].limit_share)
    return context.finding(code, largest, "share", signal=signal, over=over, limit_share=limit_share)


def _nature(context: FollowUpContext, made: list[Amendment]) -> Finding | None:
    changed = sum(amendment.nature_changed for amendment in made)
    if not changed:
        return None
    return context.finding("amendments_nature_changed", changed, "count", signal=Signal.BAD)


def _supplementary_to_framework(context: FollowUpContext, made: list[Amendment]) -> Finding | None:
    wrong = sum(agreement_rules.is_misplaced(context.agreement, amendment) for amendment in made)
    if not wrong:
        return None
    return context.finding("amendments_supplementary_to_framework", wrong, "count", signal=Signal.BAD)
