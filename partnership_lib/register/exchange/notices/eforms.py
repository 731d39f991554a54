"""eForms notices of contracts awarded (UBL 2.3): lots, tenders received, winners, values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation, Overflow
from xml.etree.ElementTree import Element

from partnership_lib.errors import InputError
from partnership_lib.register.exchange.notices.lots import LIST_SIGN, Lot, counted_bids, told_number

AWARD_SUBTYPES = tuple(str(number) for number in range(29, 38))
"""Notice subtypes of a result; 25-28 announce a direct award in advance, 38-40 change a contract."""

_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}
_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2}ContractAwardNotice"
_MUNICIPAL = "la"
# A day that the form demands where there is none.
_NO_DAY = "2000-01-01"


def lots_of_notice(root: Element, file: str) -> list[Lot]:
    """Return the lots that a notice tells the result of.

    Raises
    ------
    InputError
        ``notice_no_award``, ``notice_of_other_kind`` or ``notice_field_missing``.
    """
    if root.tag != _ROOT:
        raise InputError("notice_no_award", file=file, found=root.tag.rpartition("}")[2][:80])
    subtype = _text(root, ".//efac:NoticeSubType/cbc:SubTypeCode")
    if subtype not in AWARD_SUBTYPES:
        raise InputError(
            "notice_of_other_kind", file=file, found=subtype or "–", allowed=f"{AWARD_SUBTYPES[0]}–{AWARD_SUBTYPES[-1]}"
        )
    notice = _Notice(root, file)
    lots = [notice.lot(result) for result in root.iterfind(".//efac:NoticeResult/efac:LotResult", _NAMES)]
    if not lots:
        raise InputError("notice_field_missing", file=file, column="LotResult")
    return lots


class _Notice:
    """A notice with its pieces by their ids."""

    def __init__(self, root: Element, file: str) -> None:
        self.root, self.file = root, file
        self.id = self._needed("cbc:ID[@schemeName='notice-id']")
        self.organisations = {
            _text(each, "efac:Company/cac:PartyIdentification/cbc:ID"): each
            for each in root.iterfind(".//efac:Organizations/efac:Organization", _NAMES)
        }
        self.tenders = self._by_id("efac:LotTender")
        self.parties = self._by_id("efac:TenderingParty")
        self.contracts = self._by_id("efac:SettledContract")
        self.lots = {_text(each, "cbc:ID"): each for each in root.iterfind("cac:ProcurementProjectLot", _NAMES)}

    def _by_id(self, name: str) -> dict[str, Element]:
        return {_text(each, "cbc:ID"): each for each in self.root.iterfind(f".//efac:NoticeResult/{name}", _NAMES)}

    def _needed(self, path: str) -> str:
        found = _text(self.root, path)
        if not found:
            raise InputError("notice_field_missing", file=self.file, column="notice-id")
        return found

    def lot(self, result: Element) -> Lot:
        """Return a lot with its result."""
        lot_id = _text(result, "efac:TenderLot/cbc:ID")
        if not lot_id:
            raise InputError("notice_field_missing", file=self.file, column="TenderLot")
        won = list(self._won(result))
        names, numbers = self._winners(won)
        value_ore, currency = _value(won)
        buyer = _text(self.root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
        kind = _text(self.root, "cac:ContractingParty/cac:ContractingPartyType/cbc:PartyTypeCode")
        return Lot(
            source="eforms",
            file=self.file,
            notice_id=self.id,
            lot_id=lot_id,
            authority=self._name(buyer),
            authority_id=self._number(buyer),
            municipal=kind == _MUNICIPAL if kind else None,
            cpv=self._cpv(lot_id),
            procedure=_text(self.root, "cac:TenderingProcess/cbc:ProcedureCode"),
            bids=_bids(result),
            winners=LIST_SIGN.join(names),
            winner_ids=LIST_SIGN.join(numbers),
            value_ore=value_ore,
            currency=currency,
            decided_date=self._day(result),
        )

    def _won(self, result: Element) -> Iterator[Element]:
        """Yield the tenders of a lot that became contracts; those that only took part are left out."""
        if _text(result, "cbc:TenderResultCode") != "selec-w":
            return
        contracts = [_text(each, "cbc:ID") for each in result.iterfind("efac:SettledContract", _NAMES)]
        signed = {
            _text(tender, "cbc:ID")
            for contract in contracts
            if contract in self.contracts
            for tender in self.contracts[contract].iterfind("efac:LotTender", _NAMES)
        }
        for each in result.iterfind("efac:LotTender", _NAMES):
            tender = _text(each, "cbc:ID")
            if tender in self.tenders and tender in signed:
                yield self.tenders[tender]

    def _winners(self, won: list[Element]) -> tuple[list[str], list[str]]:
        parties = [self.parties.get(_text(tender, "efac:TenderingParty/cbc:ID")) for tender in won]
        ids = [
            _text(each, "cbc:ID")
            for party in parties
            if party is not None
            for each in party.iterfind("efac:Tenderer", _NAMES)
        ]
        once = list(dict.fromkeys(ids))
        return [name for i in once if (name := self._name(i))], [number for i in once if (number := self._number(i))]

    def _name(self, organisation: str) -> str:
        return self._of_company(organisation, "cac:PartyName/cbc:Name")

    def _number(self, organisation: str) -> str:
        return told_number(self._of_company(organisation, "cac:PartyLegalEntity/cbc:CompanyID"))

    def _of_company(self, organisation: str, path: str) -> str:
        found = self.organisations.get(organisation)
        return "" if found is None else _text(found, f"efac:Company/{path}")

    def _cpv(self, lot_id: str) -> str:
        path = "cac:ProcurementProject/cac:MainCommodityClassification/cbc:ItemClassificationCode"
        lot = self.lots.get(lot_id)
        return (_text(lot, path) if lot is not None else "") or _text(self.root, path)

    def _day(self, result: Element) -> str:
        contract = self.contracts.get(_text(result, "efac:SettledContract/cbc:ID"))
        days = [
            _text(contract, "cbc:IssueDate") if contract is not None else "",
            _text(self.root, "cac:TenderResult/cbc:AwardDate"),
            _text(self.root, "cbc:IssueDate"),
        ]
        return next((day[:10] for day in days if day and not day.startswith(_NO_DAY)), "")


def _bids(result: Element) -> int | None:
    """Return the tenders received; a number below zero stands for one that is not published."""
    for each in result.iterfind("efac:ReceivedSubmissionsStatistics", _NAMES):
        if _text(each, "efbc:StatisticsCode") == "tenders":
            written = _text(each, "efbc:StatisticsNumeric")
            return counted_bids(int(written)) if written.isascii() and written.isdigit() and len(written) < 10 else None
    reason = _text(result, "efac:DecisionReason/efbc:DecisionReasonCode")
    return 0 if reason == "no-rece" else None


def _value(won: list[Element]) -> tuple[int | None, str]:
    amounts = [each.find("cac:LegalMonetaryTotal/cbc:PayableAmount", _NAMES) for each in won]
    found = [each for each in amounts if each is not None]
    currencies = {each.get("currencyID", "") for each in found}
    if not found or len(found) < len(amounts) or len(currencies) != 1:
        return None, ""
    try:
        total = sum((Decimal((each.text or "").strip()) for each in found), Decimal(0)) * 100
    except (InvalidOperation, Overflow):
        return None, ""
    return (int(total), currencies.pop()) if total.is_finite() and 0 <= total < 2**63 else (None, "")


def _text(element: Element, path: str) -> str:
    return (element.findtext(path, "", _NAMES) or "").strip()
