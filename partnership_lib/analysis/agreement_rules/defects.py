"""What is wrong or missing in the register about an agreement, so that the rules cannot be trusted or not be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from partnership_lib.analysis.agreement_rules.case import RuleCase
from partnership_lib.analysis.agreement_rules.observation import RuleFinding, Severity
from partnership_lib.domain import Organisation, Person
from partnership_lib.units.organisation_number import mask_personal_numbers, normalise_organisation_number

SECTION = "register"
_CPV_DIGITS = 8


def defects(case: RuleCase) -> Iterator[RuleFinding]:
    """Yield what is wrong (error) or missing (warning) in the records of an agreement."""
    for severity, code, holds, values in (*_wrong(case), *_missing(case)):
        if holds:
            agreement = case.agreement
            yield RuleFinding(severity, code, agreement.id, agreement.name, SECTION, {"found": "", **values})


def _wrong(case: RuleCase) -> Iterator[tuple[Severity, str, bool, dict[str, Any]]]:
    agreement, content = case.agreement, case.content
    end = agreement.end_date
    category = agreement.category
    yield Severity.ERROR, "end_before_start", end is not None and end < agreement.start_date, {"end_date": end}
    yield (
        Severity.WARNING,
        "category_unknown",
        not (category.isdigit() and len(category) == _CPV_DIGITS),
        {"found": category},
    )
    early = [a for a in content.amendments if a.agreement_id == agreement.id and a.decided_date < case.law_day]
    yield Severity.WARNING, "amended_before_signed", bool(early), {"count": len(early)}
    own = [link for link in content.predecessors if link.agreement_id == agreement.id]
    yield Severity.ERROR, "own_predecessor", any(link.predecessor_id == agreement.id for link in own), {}
    late = [option for option in case.unused_options if end is not None and option.decide_by > end]
    yield Severity.WARNING, "option_after_end", bool(late), {"end_date": end}


def _missing(case: RuleCase) -> Iterator[tuple[Severity, str, bool, dict[str, Any]]]:
    agreement, content = case.agreement, case.content
    supplier = content.find(Organisation, agreement.supplier_id)
    number = normalise_organisation_number(supplier.organisation_number) if supplier else None
    yield Severity.WARNING, "owner_missing", content.find(Person, agreement.owner_id) is None, {}
    yield (
        Severity.WARNING,
        "supplier_number_missing",
        not number,
        {"found": mask_personal_numbers(supplier.name) if supplier else agreement.supplier_id},
    )
    clauses = {clause.series for clause in content.index_clauses if clause.agreement_id == agreement.id}
    silent = sorted(clauses - {value.series for value in content.index_values})
    yield Severity.WARNING, "index_values_missing", bool(silent), {"found": ", ".join(silent)}
    ends = agreement.end_date is not None
    yield Severity.WARNING, "preparation_missing", ends and not agreement.preparation_months, {}
