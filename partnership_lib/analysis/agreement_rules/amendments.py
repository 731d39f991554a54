"""Changes during the term against the room that 17 kap. LOU leaves: the one place where that room is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from partnership_lib.analysis.agreement_rules.case import RuleCase, law_day
from partnership_lib.analysis.agreement_rules.law import Law, all_laws, law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.analysis.index_adjustment import index_adjustments
from partnership_lib.analysis.thresholds import Threshold, is_works, threshold_on
from partnership_lib.domain import Agreement, AgreementKind, Amendment, LegalGround, RegisterContent

ROOM_ATTENTION_SHARE = 0.80

_LARGE_RULES = {LegalGround.SUPPLEMENTARY: "supplementary_share", LegalGround.UNFORESEEN: "unforeseen_share"}
LARGE_GROUNDS = tuple(_LARGE_RULES)


@dataclass(frozen=True)
class MinorRoom:
    """How much of the room for changes of minor value (17:9) is used [öre].

    `limit_ore` is the lower of `limit_share` of the contract value and the EU threshold. The law says *below*: a
    change that reaches the limit has no room.
    """

    used_ore: int
    limit_ore: int
    limit_share: float
    base_ore: int
    threshold: Threshold | None

    @property
    def left_ore(self) -> int:
        """Return what is left, never below 0."""
        return max(0, self.limit_ore - self.used_ore)

    @property
    def is_gone(self) -> bool:
        """Return whether nothing is left."""
        return self.used_ore >= self.limit_ore

    @property
    def used_share(self) -> float:
        """Return the used part of the limit."""
        return self.used_ore / self.limit_ore if self.limit_ore else 0.0

    @property
    def contract_share(self) -> float:
        """Return what is used as a share of the contract value."""
        return self.used_ore / self.base_ore if self.base_ore else 0.0


def decided_amendments(content: RegisterContent, agreement: Agreement, day: date) -> list[Amendment]:
    """Return the amendments of an agreement decided by a day, oldest first."""
    own = (a for a in content.amendments if a.agreement_id == agreement.id and a.decided_date <= day)
    return sorted(own, key=lambda amendment: (amendment.decided_date, amendment.id))


def updated_value(content: RegisterContent, agreement: Agreement, day: date) -> int | None:
    """Return the contract value that changes are measured against on a day [öre]: moved by the index (17:15).

    Notes
    -----
    The whole value follows the price of the index clause, computed from the clause and the published values alone. It
    is the value at award where the agreement has no clause or no adjustment has been made; None where that is unknown.
    """
    if not agreement.contract_value_ore:
        return None
    return round(agreement.contract_value_ore * price_factor(content, agreement, day))


def price_factor(content: RegisterContent, agreement: Agreement, day: date) -> float:
    """Return the price on a day in units of the price at the start, by the index clauses; several clauses add up."""
    factor = 1.0
    for clause in content.index_clauses:
        if clause.agreement_id == agreement.id:
            known = {v.month: v.value for v in content.index_values if v.series == clause.series and v.month <= day}
            steps = [s for s in index_adjustments(clause, known, agreement.start_date, day) if s.published]
            factor += steps[-1].price_factor - 1 if steps else 0.0
    return factor


def minor_room(content: RegisterContent, agreement: Agreement, day: date) -> MinorRoom | None:
    """Return the room for changes of minor value on a day, or None when the contract value is not known.

    Notes
    -----
    Changes up and down both count, added together without sign. The threshold is that of the day when the agreement
    was signed (or else began).
    """
    base = updated_value(content, agreement, day)
    if base is None:
        return None
    made = decided_amendments(content, agreement, day)
    threshold = threshold_on(agreement.category, law_day(agreement))
    share = _law("minor_share_works" if is_works(agreement.category) else "minor_share", agreement).limit
    limit = int(base * share)
    return MinorRoom(
        used_ore=sum(abs(a.value_ore) for a in made if a.legal_ground is LegalGround.MINOR_VALUE),
        limit_ore=min(limit, threshold.amount_ore) if threshold else limit,
        limit_share=float(share),
        base_ore=base,
        threshold=threshold,
    )


@dataclass(frozen=True)
class LargeChange:
    """A supplementary or unforeseen change (17:11, 17:12) against what each of them may be at the most."""

    amendment: Amendment
    base_ore: int
    limit_share: Fraction

    @property
    def share(self) -> float:
        """Return its value as a share of the contract value of its day; a decrease is 0."""
        return max(0, self.amendment.value_ore) / self.base_ore

    @property
    def margin_ore(self) -> int:
        """Return what is left of what it may be; negative when it is too large."""
        return int(self.base_ore * self.limit_share) - self.amendment.value_ore

    @property
    def is_too_large(self) -> bool:
        """Return whether it is above the limit; at the limit it is allowed."""
        return self.amendment.value_ore > self.base_ore * self.limit_share


def large_changes(content: RegisterContent, agreement: Agreement, day: date) -> list[LargeChange]:
    """Return the changes that each have a limit of their own; none where the contract value is not known."""
    changes = []
    for amendment in decided_amendments(content, agreement, day):
        base = updated_value(content, agreement, amendment.decided_date)
        if amendment.legal_ground in _LARGE_RULES and base:
            limit = _law(_LARGE_RULES[amendment.legal_ground], agreement).limit
            changes.append(LargeChange(amendment, base, limit))
    return changes


def is_misplaced(agreement: Agreement, amendment: Amendment) -> bool:
    """Return whether a framework agreement was changed on the ground for contracts only (17:11)."""
    is_framework = agreement.kind is AgreementKind.FRAMEWORK_AGREEMENT
    return is_framework and amendment.legal_ground is LegalGround.SUPPLEMENTARY


def amendment_findings(case: RuleCase) -> Iterator[RuleFinding]:
    """Yield what the rules on changes say about an agreement; nothing where it was never changed."""
    made = decided_amendments(case.content, case.agreement, case.day)
    if not made:
        return
    room = minor_room(case.content, case.agreement, case.day)
    if room is None:
        yield case.find(Severity.WARNING, "room_unknown", "minor_share", amendments=len(made))
    else:
        yield _room_finding(case, room)
    for change in large_changes(case.content, case.agreement, case.day):
        yield _large_finding(case, change)
    for amendment in made:
        named: dict[str, Any] = {"decided_date": amendment.decided_date, "description": amendment.description}
        if amendment.nature_changed:
            yield case.find(Severity.ERROR, "nature_changed", "nature_unchanged", **named)
        if is_misplaced(case.agreement, amendment):
            yield case.find(Severity.ERROR, "supplementary_to_framework", "supplementary_share", **named)


def _room_finding(case: RuleCase, room: MinorRoom) -> RuleFinding:
    severity = Severity.WARNING if room.used_share >= ROOM_ATTENTION_SHARE else Severity.INFO
    rule = "minor_share_works" if is_works(case.agreement.category) else "minor_share"
    return case.find(
        Severity.ERROR if room.is_gone else severity,
        "room_gone" if room.is_gone else "room",
        rule,
        margin=room.limit_ore - room.used_ore,
        unit="ore",
        uncertain=(*case.threshold_doubt, *_index_doubt(case)),
        used_ore=room.used_ore,
        limit_ore=room.limit_ore,
        share=room.contract_share,
    )


def _large_finding(case: RuleCase, change: LargeChange) -> RuleFinding:
    return case.find(
        Severity.ERROR if change.is_too_large else Severity.INFO,
        "change_too_large" if change.is_too_large else "large_change",
        _LARGE_RULES[change.amendment.legal_ground],
        margin=change.margin_ore,
        unit="ore",
        uncertain=_index_doubt(case),
        decided_date=change.amendment.decided_date,
        description=change.amendment.description,
        share=change.share,
        limit_share=float(change.limit_share),
    )


def _index_doubt(case: RuleCase) -> tuple[str, ...]:
    has_clause = any(clause.agreement_id == case.agreement.id for clause in case.content.index_clauses)
    return ("indexed_base",) if has_clause else ()


def _law(rule: str, agreement: Agreement) -> Law:
    """Return a rule of the agreement's time; for agreements older than the act, its first wording."""
    found = law_on(rule, law_day(agreement))
    return found or min((law for law in all_laws() if law.rule == rule), key=lambda law: law.valid_from)
