"""How much of the most that may be bought is used: the one place where that is computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.law import law_on
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity

CEILING_ATTENTION_SHARE = 0.80


@dataclass(frozen=True)
class CeilingUse:
    """What was bought since the start, certainly and at the most, against the ceiling [öre].

    Examples
    --------
    >>> use = CeilingUse(ceiling_ore=100, used_ore=80, possible_ore=101)
    >>> use.share, use.left_ore, use.is_passed, use.may_be_passed, use.is_near
    (0.8, 20, False, True, True)
    """

    ceiling_ore: int
    used_ore: int
    possible_ore: int

    @property
    def share(self) -> float:
        """Return the used part."""
        return self.used_ore / self.ceiling_ore

    @property
    def left_ore(self) -> int:
        """Return what is left; negative when more was bought."""
        return self.ceiling_ore - self.used_ore

    @property
    def is_passed(self) -> bool:
        """Return whether the ceiling is certainly reached."""
        return self.used_ore >= self.ceiling_ore

    @property
    def may_be_passed(self) -> bool:
        """Return whether it is reached if every line that can belong to the agreement does."""
        return self.possible_ore >= self.ceiling_ore

    @property
    def is_near(self) -> bool:
        """Return whether so much is used that it asks for attention."""
        return self.share >= CEILING_ATTENTION_SHARE


def ceiling_findings(case: RuleCase) -> Iterator[RuleFinding]:
    """Yield how the ceiling stands, or that a framework agreement lacks one."""
    if not case.agreement.ceiling_ore:
        if case.is_framework and law_on("framework_ceiling", case.law_day):
            yield case.find(Severity.WARNING, "ceiling_missing", "framework_ceiling")
        return
    use = CeilingUse(case.agreement.ceiling_ore, case.used_ore, case.possible_ore)
    severity, code = _verdict(use)
    yield case.find(
        severity,
        code if case.is_framework else f"{code}_contract",
        "framework_ceiling" if case.is_framework else "contract_value",
        margin=use.left_ore,
        unit="ore",
        uncertain=("possible_lines",) if use.possible_ore > use.used_ore else (),
        ceiling_ore=use.ceiling_ore,
        used_ore=use.used_ore,
        possible_ore=use.possible_ore,
        share=use.share,
    )


def _verdict(use: CeilingUse) -> tuple[Severity, str]:
    if use.is_passed:
        return Severity.ERROR, "ceiling_passed"
    near = use.is_near or use.may_be_passed
    return (Severity.WARNING if near else Severity.INFO), "ceiling"
