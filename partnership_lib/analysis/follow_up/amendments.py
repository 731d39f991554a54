"""Changes of the agreement during its term against the room that 17 kap. LOU leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partnership_lib.analysis.follow_up.context import FollowUpContext
from partnership_lib.analysis.tables import table
from partnership_lib.analysis.thresholds import Threshold, is_works, threshold_on
from partnership_lib.domain import AgreementKind, Amendment, LegalGround
from partnership_lib.findings import Finding, Section, Signal

MINOR_SHARE = 0.10
MINOR_SHARE_WORKS = 0.15
LARGE_SHARE = 0.50
ROOM_ATTENTION_SHARE = 0.80

_LARGE_GROUNDS = (LegalGround.SUPPLEMENTARY, LegalGround.UNFORESEEN)


@dataclass(frozen=True)
class MinorRoom:
    """How much of the room for changes of minor value (17:9) is used [öre].

    `limit_ore` is the lower of 10 per cent (works: 15) of the contract value and the EU threshold. The law says
    *below*: a change that reaches the limit has no room.
    """

    used_ore: int
    limit_ore: int
    contract_value_ore: int
    threshold: Threshold | None

    @property
    def left_ore(self) -> int:
        """Return what is left, never below 0."""
        return max(0, self.limit_ore - self.used_ore)

    @property
    def used_share(self) -> float:
        """Return the used part of the limit."""
        return self.used_ore / self.limit_ore if self.limit_ore else 0.0

    @property
    def contract_share(self) -> float:
        """Return what is used as a share of the contract value."""
        return self.used_ore / self.contract_value_ore if self.contract_value_ore else 0.0


def amendments_section(context: FollowUpContext) -> Section:
    """Return the changes made so far and the room that is left.

    Notes
    -----
    17:9: changes up and down both count, added together without sign; the threshold is the one in force when the
    agreement was signed (or else began). 17:11 and 17:12: each change up to half of the contract value; 17:11 not for
    framework agreements. The base is the contract value in the register, not moved by index. 17:10, 17:13 and 17:14
    have no limit in money. From 80 per cent of the room on it asks for attention; at the limit it is bad.
    """
    made = decided_amendments(context)
    findings = [_made(context, made), _minor(context), _large(context, made), _nature(context, made)]
    findings += [_supplementary_to_framework(context, made), context.finding("amendments_not_legal_advice")]
    return Section("amendments", tuple(finding for finding in findings if finding))


def decided_amendments(context: FollowUpContext) -> list[Amendment]:
    """Return the amendments decided by the report date, oldest first."""
    decided = [a for a in context.content.amendments if a.decided_date <= context.report_date]
    return sorted(decided, key=lambda amendment: (amendment.decided_date, amendment.id))


def minor_room(context: FollowUpContext) -> MinorRoom | None:
    """Return the room for changes of minor value, or None when the contract value is not known."""
    agreement = context.agreement
    if not agreement.contract_value_ore:
        return None
    minor = [a for a in decided_amendments(context) if a.legal_ground is LegalGround.MINOR_VALUE]
    threshold = threshold_on(agreement.category, agreement.signed_date or agreement.start_date)
    per_mille = round(1000 * (MINOR_SHARE_WORKS if is_works(agreement.category) else MINOR_SHARE))
    limit = agreement.contract_value_ore * per_mille // 1000
    return MinorRoom(
        used_ore=sum(abs(amendment.value_ore) for amendment in minor),
        limit_ore=min(limit, threshold.amount_ore) if threshold else limit,
        contract_value_ore=agreement.contract_value_ore,
        threshold=threshold,
    )


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
    value = context.agreement.contract_value_ore
    return {
        "decided_date": amendment.decided_date,
        "legal_ground": amendment.legal_ground.value,
        "description": amendment.description,
        "value_ore": amendment.value_ore,
        "cumulated_share": cumulated_ore / value if value else None,
        "nature_changed": amendment.nature_changed,
    }


def _minor(context: FollowUpContext) -> Finding:
    room = minor_room(context)
    if room is None:
        return context.finding("amendments_room_cannot_tell")
    if room.used_ore >= room.limit_ore:
        code, signal = "amendments_room_passed", Signal.BAD
    else:
        code = "amendments_room"
        signal = Signal.ATTENTION if room.used_share >= ROOM_ATTENTION_SHARE else Signal.NONE
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
        limit_share=MINOR_SHARE_WORKS if is_works(context.agreement.category) else MINOR_SHARE,
        threshold_ore=room.threshold.amount_ore if room.threshold else None,
    )


def _large(context: FollowUpContext, made: list[Amendment]) -> Finding | None:
    """Return the increases on 17:11 and 17:12 that are too large, each by itself, or how large the largest is."""
    value = context.agreement.contract_value_ore
    large = [amendment for amendment in made if amendment.legal_ground in _LARGE_GROUNDS]
    if not large or not value:
        return None
    largest = max(0, *(amendment.value_ore for amendment in large)) / value
    over = sum(2 * amendment.value_ore > value for amendment in large)
    code = "amendments_over_half" if over else "amendments_below_half"
    signal = Signal.BAD if over else Signal.NONE
    return context.finding(code, largest, "share", signal=signal, over=over, limit_share=LARGE_SHARE)


def _nature(context: FollowUpContext, made: list[Amendment]) -> Finding | None:
    changed = sum(amendment.nature_changed for amendment in made)
    if not changed:
        return None
    return context.finding("amendments_nature_changed", changed, "count", signal=Signal.BAD)


def _supplementary_to_framework(context: FollowUpContext, made: list[Amendment]) -> Finding | None:
    wrong = sum(amendment.legal_ground is LegalGround.SUPPLEMENTARY for amendment in made)
    if not wrong or context.agreement.kind is not AgreementKind.FRAMEWORK_AGREEMENT:
        return None
    return context.finding("amendments_supplementary_to_framework", wrong, "count", signal=Signal.BAD)
