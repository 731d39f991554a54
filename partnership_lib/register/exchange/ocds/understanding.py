"""A release back to the fields of records; only what the file says, so that nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from partnership_lib import text
from partnership_lib.domain import (
    Activity,
    Agreement,
    AgreementPart,
    Amendment,
    ExtensionOption,
    Need,
    Organisation,
    Party,
    Person,
    Predecessor,
    Record,
)
from partnership_lib.register.exchange.context import RefusedError
from partnership_lib.register.exchange.ocds.values import REST, day_of, field_value, ore_of
from partnership_lib.register.values import CellError, columns_of, table_name

RecordKey = tuple[type[Record], str]


def place(kind: type[Record], field: str, *values: dict[str, Any]) -> str:
    """Return where something is wrong: record type, field and id, as `label` puts it into words."""
    record_id = next((each["id"] for each in values if each.get("id")), "")
    return f"{table_name(kind)}:{field}:{record_id}"


def label(where: str, language: str) -> str:
    """Return a place as a reader knows it; what is no place of a record is left as it is.

    Examples
    --------
    >>> label("agreements:name:A-1", "sv"), label("contracts", "sv")
    ('avtal A-1, Namn', 'contracts')
    """
    table, _, rest = where.partition(":")
    if not rest:
        return where
    field, _, record_id = rest.partition(":")
    heading = text.sentence(f"column.{field}", {}, language) if text.has(f"column.{field}", language) else field
    return f"{text.word('record', table, language)} {record_id}".rstrip() + f", {heading}"


@dataclass(frozen=True)
class Told:
    """A record as a release tells it: the values of those fields that the release has."""

    kind: type[Record]
    values: dict[str, Any]

    @property
    def key(self) -> RecordKey:
        """Return what the record is known by."""
        return self.kind, self.values["id"]

    def record(self) -> Record:
        """Return the record, with defaults where the release says nothing.

        Raises
        ------
        RefusedError
            ``ocds_field_missing``.
        """
        for column in columns_of(self.kind):
            if column.required and column.name not in self.values:
                raise RefusedError(place(self.kind, column.name, self.values), "", "ocds_field_missing")
        return self.kind(**self.values)


def told_records(release: Any, currency: str) -> list[Told]:
    """Return the records that a release tells of, those that others point to first.

    Raises
    ------
    RefusedError
        ``ocds_shape``, ``ocds_one_contract``, ``ocds_field_missing``, ``ocds_field_unreadable``,
        ``ocds_field_unknown`` or ``ocds_other_currency``.
    """
    contracts = list(_objects(_object(release, "release"), "contracts"))
    if len(contracts) != 1:
        raise RefusedError("contracts", len(contracts), "ocds_one_contract", 1)
    contract = contracts[0]
    of_agreement = {"agreement_id": contract.get("id")}
    related = _objects(release, "relatedProcesses")
    needs = [_told(Need, {}, each) for each in _objects(release, "x_needs")]
    return [
        *_parties(release),
        *needs,
        _agreement(release, contract, currency),
        *(_told(AgreementPart, {"id": e.get("id")} | of_agreement, _rest(e)) for e in _parts(contract)),
        *(_told(Predecessor, {"id": e.get("id")} | of_agreement, _rest(e)) for e in related),
        *(_told(ExtensionOption, of_agreement, each) for each in _objects(contract, "x_options")),
        *(_amendment(each, of_agreement) for each in _objects(contract, "amendments")),
        *(_activity(e, of_agreement) for e in _objects(_object(contract.get("implementation", {})), "milestones")),
    ]


def _parties(release: dict) -> Iterator[Told]:
    people = []
    for party in _objects(release, "parties"):
        roles = party.get("roles")
        is_buyer = isinstance(roles, list) and "buyer" in roles
        values = {"id": party.get("id"), "name": party.get("name")}
        values["party"] = (Party.BUYER if is_buyer else Party.SUPPLIER).value
        identifier = _object(party.get("identifier") or {}).get("id")
        yield _told(Organisation, values | ({"organisation_number": identifier} if identifier else {}), {})
        of_party = {"organisation_id": party.get("id")}
        people += [_told(Person, of_party, each) for each in _objects(party, "x_people")]
    yield from people


def _agreement(release: dict, contract: dict, currency: str) -> Told:
    period = _object(contract.get("period") or {})
    main = next((each for each in _objects(contract, "items") if REST not in each), {})
    award = next(_objects(release, "awards"), {})
    values = {
        "id": contract.get("id"),
        "name": contract.get("title"),
        "buyer_id": _object(release.get("buyer") or {}).get("id"),
        "supplier_id": next(_objects(award, "suppliers"), {}).get("id"),
        "category": _object(main.get("classification") or {}).get("id"),
        "start_date": day_of(period.get("startDate")),
        "end_date": day_of(period.get("endDate")),
        "signed_date": day_of(contract.get("dateSigned")),
    }
    amounts = {"contract_value_ore": "value", "ceiling_ore": "maximumValue"}
    for name, place in amounts.items():
        try:
            values[name] = ore_of(contract.get(place), currency)
        except CellError as error:
            raise RefusedError(place, contract.get(place), error.code, currency) from None
    return _told(Agreement, values, _rest(contract))


def _parts(contract: dict) -> Iterator[dict]:
    return (each for each in _objects(contract, "items") if REST in each)


def _amendment(piece: dict, of_agreement: dict[str, Any]) -> Told:
    values = {"id": piece.get("id"), "decided_date": day_of(piece.get("date")), "description": piece.get("description")}
    return _told(Amendment, values | of_agreement, _rest(piece))


def _activity(piece: dict, of_agreement: dict[str, Any]) -> Told:
    days = {"due_date": day_of(piece.get("dueDate")), "done_date": day_of(piece.get("dateMet"))}
    return _told(Activity, {"id": piece.get("id"), "title": piece.get("title")} | days | of_agreement, _rest(piece))


def _told(kind: type[Record], placed: dict[str, Any], rest: dict[str, Any]) -> Told:
    columns = {column.name: column for column in columns_of(kind)}
    values = {}
    for name, found in {**rest, **placed}.items():
        if name not in columns:
            raise RefusedError(place(kind, name, placed, rest), found, "ocds_field_unknown", ", ".join(columns))
        try:
            values[name] = field_value(columns[name], found)
        except CellError as error:
            where = place(kind, name, placed, rest)
            raise RefusedError(where, "" if found is None else found, error.code, columns[name].allowed) from None
    if not values.get("id"):
        raise RefusedError(place(kind, "id", placed, rest), "", "ocds_field_missing")
    return Told(kind, values)


def _rest(piece: dict) -> dict:
    return _object(piece.get(REST, {}), REST)


def _object(value: Any, where: str = "") -> dict:
    if not isinstance(value, dict):
        raise RefusedError(where, value, "ocds_shape", "{ }")
    return value


def _objects(piece: dict, name: str) -> Iterator[dict]:
    found = piece.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise RefusedError(name, found, "ocds_shape", "[{ }]")
    return iter(found)
