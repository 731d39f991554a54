"""What each audience may see: the supplier's view of the register, and one agreement's part of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from partnership_lib.domain.content import RECORD_TYPES, RegisterContent
from partnership_lib.domain.record import Record, internal_fields, is_required, reference_fields

AUDIENCES = ("internal", "shared")
"""``internal`` sees everything, ``shared`` is what the supplier may read."""

_BOUND = {
    *("agreement_id", "working_order_id", "cadence_id", "meeting_id"),
    *("activity_id", "list_version_id", "indicator_id"),
}
"""Fields that tie a record to its agreement, straight or through another record."""


def shared_view(content: RegisterContent) -> RegisterContent:
    """Return the content as the supplier may see it.

    Internal fields get their default value. A record type with an internal field that must be filled in is internal
    as a whole (risks, dialogue notes, targets) and is left out.

    Examples
    --------
    >>> from datetime import date
    >>> from partnership_lib.domain import Deviation
    >>> deviation = Deviation(
    ...     id="D-1", agreement_id="A-1", noticed_date=date(2026, 1, 1), description="Stopp", internal_note="hot"
    ... )
    >>> shared_view(RegisterContent(deviations=(deviation,))).deviations[0].internal_note
    ''
    """
    seen = {
        name: () if _is_internal(kind) else tuple(_blanked(record) for record in getattr(content, name))
        for name, kind in RECORD_TYPES.items()
    }
    return RegisterContent(**seen)  # type: ignore[arg-type]


def _is_internal(kind: type[Record]) -> bool:
    hidden = internal_fields(kind)
    return any(is_required(f) for f in fields(kind) if f.name in hidden)


def _blanked(record: Record) -> Record:
    hidden = internal_fields(type(record))
    defaults: dict[str, Any] = {f.name: f.default for f in fields(record) if f.name in hidden}
    return replace(record, **defaults) if defaults else record


def agreement_view(content: RegisterContent, agreement_id: str) -> RegisterContent:
    """Return only what concerns one agreement: its own records and those they point to.

    People, organisations, needs, law changes and follow-up classes stay when a kept record names them, index values
    when they belong to a series of the agreement's index clauses, volumes when they drive one of its needs. Nothing
    else stays.
    """
    reduced = content.for_agreement(agreement_id)
    kept: dict[str, set[str]] = {}
    bound: dict[str, tuple[Record, ...]] = {}
    for name, kind in RECORD_TYPES.items():
        ties = {field: target for field, target in reference_fields(kind).items() if field in _BOUND}
        if kind.__name__ == "Agreement":
            bound[name] = tuple(record for record in reduced.agreements if record.id == agreement_id)
        elif ties:
            bound[name] = tuple(r for r in getattr(reduced, name) if _is_tied(r, ties, kept))
        if name in bound:
            kept[kind.__name__] = {record.id for record in bound[name]}
    return _with_named(replace(RegisterContent(), **bound), content)  # type: ignore[arg-type]


def _is_tied(record: Record, ties: dict[str, str], kept: dict[str, set[str]]) -> bool:
    """Return whether everything that the record is tied to was kept (an empty tie does not count)."""
    return all(getattr(record, field) is None or getattr(record, field) in kept[ties[field]] for field in ties)


def _with_named(bound: RegisterContent, content: RegisterContent) -> RegisterContent:
    named = _named(bound)
    people = tuple(person for person in content.people if person.id in named)
    named |= {person.organisation_id for person in people}
    needs = tuple(need for need in content.needs if need.id in named)
    series = {clause.series for clause in bound.index_clauses}
    drivers = {need.volume_driver for need in needs} - {""}
    return replace(
        bound,
        people=people,
        needs=needs,
        follow_up_classes=tuple(each for each in content.follow_up_classes if each.id in named),
        organisations=tuple(o for o in content.organisations if o.id in named),
        law_changes=tuple(change for change in content.law_changes if change.id in named),
        index_values=tuple(value for value in content.index_values if value.series in series),
        volume_observations=tuple(v for v in content.volume_observations if v.driver in drivers),
    )


def _named(bound: RegisterContent) -> set[str]:
    """Return every id that the kept records point to."""
    return {
        getattr(record, field)
        for record in bound
        for field in reference_fields(type(record))
        if getattr(record, field) is not None
    }
