"""A compiled OCDS release as lots: bids, awards and suppliers, per lot where there are lots."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from partnership_lib.errors import InputError
from partnership_lib.register.exchange.notices.lots import LIST_SIGN, Lot, counted_bids, told_number
from partnership_lib.units.cpv import normalise_cpv

LARGEST_AMOUNT = 10**16

_AWARDED = ("active", "")
_NOT_RECEIVED = ("invited",)


def lots_of_release(release: dict, file: str) -> list[Lot]:
    """Return the lots of a compiled release that were decided, one for all where it has none."""
    tender = _object(release.get("tender"))
    lots = list(_objects(tender.get("lots")))
    if not lots:
        return [_lot(release, tender, {}, file)] if _is_decided(release, "") else []
    return [_lot(release, tender, each, file) for each in lots if _is_decided(release, _id(each))]


def _is_decided(release: dict, lot_id: str) -> bool:
    """Return whether there is an award, or bids that say how many there were."""
    return any(_of_lot(each, lot_id) for each in _objects(release.get("awards"))) or _bids(release, lot_id) is not None


def _lot(release: dict, tender: dict, lot: dict, file: str) -> Lot:
    lot_id = _id(lot)
    awards = [each for each in _objects(release.get("awards")) if _of_lot(each, lot_id)]
    active = [each for each in awards if str(each.get("status") or "") in _AWARDED]
    suppliers = {
        _id(each) or str(each.get("name")): each for award in active for each in _objects(award.get("suppliers"))
    }
    parties = {_id(each): each for each in _objects(release.get("parties"))}
    buyer = _object(release.get("buyer")) or _object(tender.get("procuringEntity"))
    value_ore, currency = _value(active)
    days = sorted(str(each["date"])[:10] for each in active or awards if each.get("date"))
    return Lot(
        source="ocds",
        file=file,
        notice_id=str(release["ocid"]),
        lot_id=lot_id or "-",
        authority=str(buyer.get("name") or parties.get(_id(buyer), {}).get("name") or ""),
        authority_id=_number(buyer, parties),
        cpv=_cpv(tender, lot_id, active),
        procedure=str(tender.get("procurementMethodDetails") or tender.get("procurementMethod") or ""),
        bids=_bids(release, lot_id),
        winners=LIST_SIGN.join(str(each.get("name") or each.get("id")) for each in suppliers.values()),
        winner_ids=LIST_SIGN.join(number for each in suppliers.values() if (number := _number(each, parties))),
        value_ore=value_ore,
        currency=currency,
        decided_date=days[-1] if days else str(release.get("date") or "")[:10],
    )


def _of_lot(piece: dict, lot_id: str) -> bool:
    listed = piece.get("relatedLots")
    related = listed if isinstance(listed, list) and listed else [piece.get("relatedLot") or ""]
    return not lot_id or related == [""] or lot_id in [str(each) for each in related]


def _bids(release: dict, lot_id: str) -> int | None:
    """Return the bids received: as counted by the publisher, else those that are listed, else the tenderers."""
    bids, tender = _object(release.get("bids")), _object(release.get("tender"))
    for measure in ("bids", "validBids"):
        for each in _objects(bids.get("statistics")):
            of_lot = str(each.get("relatedLot") or "") == lot_id
            if each.get("measure") == measure and of_lot and isinstance(each.get("value"), int | Decimal):
                return counted_bids(each["value"])
    listed = [each for each in _objects(bids.get("details")) if str(each.get("status") or "") not in _NOT_RECEIVED]
    if listed:
        return sum(_of_lot(each, lot_id) for each in listed)
    count = tender.get("numberOfTenderers")
    if not lot_id and isinstance(count, int) and not isinstance(count, bool):
        return counted_bids(count)
    tenderers = list(_objects(tender.get("tenderers")))
    return len(tenderers) if tenderers and not lot_id else None


def _value(awards: list[dict]) -> tuple[int | None, str]:
    """Return what was awarded together, in öre; nothing where an amount is missing or the currencies differ."""
    values = [_object(each.get("value")) for each in awards]
    found = [each.get("amount") for each in values]
    amounts = [Decimal(each) for each in found if isinstance(each, int | Decimal) and 0 <= each < LARGEST_AMOUNT]
    currencies = {str(each.get("currency") or "") for each in values}
    if not amounts or len(amounts) < len(found) or len(currencies) != 1:
        return None, ""
    total = sum(amounts, Decimal(0)) * 100
    return (int(total), currencies.pop()) if total < 2**63 else (None, "")


def _cpv(tender: dict, lot_id: str, awards: list[dict]) -> str:
    """Return the CPV code of the first item that has one; other classifications are no CPV."""
    items = [each for each in _objects(tender.get("items")) if _of_lot(each, lot_id)]
    items += [each for award in awards for each in _objects(award.get("items"))]
    for each in [tender, *items]:
        classification = _object(each.get("classification"))
        if str(classification.get("scheme") or "").upper() == "CPV":
            try:
                return normalise_cpv(str(classification.get("id") or ""))
            except InputError:
                continue
    return ""


def _number(organisation: dict, parties: dict[str, dict]) -> str:
    party = parties.get(_id(organisation), {})
    identifier = _object(organisation.get("identifier")) or _object(party.get("identifier"))
    return told_number(str(identifier.get("id") or organisation.get("id") or ""))


def _id(piece: dict) -> str:
    found = piece.get("id")
    return "" if found is None else str(found)


def _object(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[dict]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())
