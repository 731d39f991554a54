"""Notices of contracts awarded: what they tell becomes lots, and files made to do harm are refused."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from partnership_lib import text
from partnership_lib.errors import InputError
from partnership_lib.files import xml_documents
from partnership_lib.files.xml_documents import read_xml
from partnership_lib.register.exchange.notices import Lot, competition, import_market, read_market
from partnership_lib.register.exchange.notices.eforms import lots_of_notice

SPACES = " ".join(
    f'xmlns{":" + short if short else ""}="{name}"'
    for short, name in {
        "": "urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2",
        "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
        "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
        "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
        "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
    }.items()
)


def notice(
    *, subtype: str = "29", bids: str = "3", notice_id: str = "N-1", result: str = "selec-w", name: str = "Anbudet AB"
) -> str:
    """A small notice: one lot, two tenders, of which one became a contract."""
    return f"""<ContractAwardNotice {SPACES}>
      <efac:NoticeResult>
        <efac:LotResult>
          <cbc:TenderResultCode>{result}</cbc:TenderResultCode>
          <efac:LotTender><cbc:ID>TEN-1</cbc:ID></efac:LotTender><efac:LotTender><cbc:ID>TEN-2</cbc:ID></efac:LotTender>
          <efac:ReceivedSubmissionsStatistics>
            <efbc:StatisticsCode>t-sme</efbc:StatisticsCode><efbc:StatisticsNumeric>1</efbc:StatisticsNumeric>
          </efac:ReceivedSubmissionsStatistics>
          <efac:ReceivedSubmissionsStatistics>
            <efbc:StatisticsCode>tenders</efbc:StatisticsCode><efbc:StatisticsNumeric>{bids}</efbc:StatisticsNumeric>
          </efac:ReceivedSubmissionsStatistics>
          <efac:SettledContract><cbc:ID>CON-1</cbc:ID></efac:SettledContract>
          <efac:TenderLot><cbc:ID>LOT-1</cbc:ID></efac:TenderLot>
        </efac:LotResult>
        <efac:LotTender><cbc:ID>TEN-1</cbc:ID>
          <cac:LegalMonetaryTotal>
            <cbc:PayableAmount currencyID="SEK">1234.50</cbc:PayableAmount>
          </cac:LegalMonetaryTotal>
          <efac:TenderingParty><cbc:ID>TPA-1</cbc:ID></efac:TenderingParty>
        </efac:LotTender>
        <efac:LotTender><cbc:ID>TEN-2</cbc:ID>
          <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="SEK">9</cbc:PayableAmount></cac:LegalMonetaryTotal>
        </efac:LotTender>
        <efac:SettledContract><cbc:ID>CON-1</cbc:ID><cbc:IssueDate>2026-03-02+01:00</cbc:IssueDate>
          <efac:LotTender><cbc:ID>TEN-1</cbc:ID></efac:LotTender></efac:SettledContract>
        <efac:TenderingParty><cbc:ID>TPA-1</cbc:ID><efac:Tenderer><cbc:ID>ORG-2</cbc:ID></efac:Tenderer></efac:TenderingParty>
      </efac:NoticeResult>
      <efac:NoticeSubType><cbc:SubTypeCode>{subtype}</cbc:SubTypeCode></efac:NoticeSubType>
      <efac:Organizations>
        {_organisation("ORG-1", "Exempelkommun", "212999-0004")}{_organisation("ORG-2", name, "559999-0008")}
      </efac:Organizations>
      <cbc:ID schemeName="notice-id">{notice_id}</cbc:ID>
      <cbc:IssueDate>2026-04-01+01:00</cbc:IssueDate>
      <cac:ContractingParty>
        <cac:ContractingPartyType><cbc:PartyTypeCode>la</cbc:PartyTypeCode></cac:ContractingPartyType>
        <cac:Party><cac:PartyIdentification><cbc:ID>ORG-1</cbc:ID></cac:PartyIdentification></cac:Party>
      </cac:ContractingParty>
      <cac:TenderingProcess><cbc:ProcedureCode>open</cbc:ProcedureCode></cac:TenderingProcess>
      <cac:ProcurementProject><cac:MainCommodityClassification>
        <cbc:ItemClassificationCode>48000000</cbc:ItemClassificationCode>
      </cac:MainCommodityClassification></cac:ProcurementProject>
      <cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>
    </ContractAwardNotice>"""


def _organisation(key: str, name: str, number: str) -> str:
    return f"""<efac:Organization><efac:Company>
      <cac:PartyIdentification><cbc:ID>{key}</cbc:ID></cac:PartyIdentification>
      <cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>
      <cac:PartyLegalEntity><cbc:CompanyID>{number}</cbc:CompanyID></cac:PartyLegalEntity>
    </efac:Company></efac:Organization>"""


def written(folder: Path, held: str, name: str = "notice.xml") -> Path:
    path = folder / name
    path.write_text(held, encoding="utf-8")
    return path


def test_a_notice_becomes_lots(tmp_path: Path) -> None:
    assert lots_of_notice(read_xml(written(tmp_path, notice())), "a.xml") == [
        Lot(
            source="eforms",
            file="a.xml",
            notice_id="N-1",
            lot_id="LOT-1",
            authority="Exempelkommun",
            authority_id="2129990004",
            municipal=True,
            cpv="48000000",
            procedure="open",
            bids=3,
            winners="Anbudet AB",
            winner_ids="5599990008",
            value_ore=123_450,
            currency="SEK",
            decided_date="2026-03-02",
        )
    ]


def test_who_only_took_part_has_not_won_and_what_is_withheld_is_not_known(tmp_path: Path) -> None:
    (lot,) = lots_of_notice(read_xml(written(tmp_path, notice(result="clos-nw", bids="-1"))), "a.xml")
    assert (lot.winners, lot.value_ore, lot.bids) == ("", None, None)


def test_the_numbers_of_sole_traders_are_not_kept(tmp_path: Path) -> None:
    held = notice(name="Firma 900101-0017").replace("559999-0008", "900101-0017")
    assert "900101" in held
    import_market("eforms", [written(tmp_path, held)], tmp_path / "market.csv")
    assert "900101" not in (tmp_path / "market.csv").read_text(encoding="utf-8")
    (lot,) = read_market(tmp_path / "market.csv")
    assert (lot.winners, lot.winner_ids) == ("Firma ******-****", "")


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (notice(subtype="38"), "notice_of_other_kind"),
        (notice(notice_id=""), "notice_field_missing"),
        ("<Invoice/>", "notice_no_award"),
        (notice()[:-5], "xml_unreadable"),
        ("", "xml_unreadable"),
        ('<?xml version="1.0" encoding="nobody-knows"?><a/>', "xml_unreadable"),
        ("<a>" * 200 + "</a>" * 200, "xml_too_deep"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "xml_with_entities"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "xml_with_entities"),
        ('<!DOCTYPE a SYSTEM "http://nobody.example/a.dtd"><a/>', "xml_with_entities"),
    ],
)
def test_a_file_that_is_no_award_is_refused_with_a_sentence(tmp_path: Path, held: str, code: str) -> None:
    good, bad = written(tmp_path, notice(), "good.xml"), written(tmp_path, held, "bad.xml")
    account = import_market("eforms", [bad, good], tmp_path / "market.csv")
    assert (account.lots, account.new, [each.code for each in account.refused]) == (1, 1, [code])
    for language in text.LANGUAGES:
        assert "bad.xml" in text.describe(account.refused[0], language)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 4))


def test_laughing_entities_are_refused_where_an_ordinary_reader_swells(tmp_path: Path) -> None:
    """Three levels already make a thousand times as much of it; nine make what is called a billion laughs."""
    path = written(tmp_path, f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l3;</a>')
    assert len(ET.parse(path).getroot().text or "") == 2_000, "the trap is real"
    with pytest.raises(InputError, match="xml_with_entities"):
        read_xml(path)


def test_a_file_of_fifty_megabytes_is_refused_and_one_within_the_limit_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = written(tmp_path, f"<a>{'x' * 50 * 2**20}</a>", "large.xml")
    account = import_market("eforms", [large], tmp_path / "market.csv")
    assert [each.code for each in account.refused] == ["notice_too_large"]
    small = written(tmp_path, "<a>xx</a>")
    assert read_xml(small).text == "xx"
    monkeypatch.setattr(xml_documents, "LARGEST_BYTES", small.stat().st_size - 1)
    with pytest.raises(InputError, match="notice_too_large"):
        read_xml(small)


def test_the_market_table_adds_replaces_and_tells(tmp_path: Path) -> None:
    market = tmp_path / "market.csv"
    path = written(tmp_path, notice(name="=1+1 AB"))
    assert import_market("eforms", [path], market).new == 1
    assert import_market("eforms", [path], market).unchanged == 1
    assert "'=1+1 AB" in market.read_text(encoding="utf-8"), "a formula would run in a spreadsheet"
    assert read_market(market)[0].winners == "=1+1 AB"
    account = import_market("eforms", [written(tmp_path, notice(bids="5"))], market)
    assert [each.bids for each in account.replaced] == [3]
    assert [each.bids for each in read_market(market)] == [5]
    assert competition(read_market(market))[0].mean_bids == 5


@pytest.mark.parametrize(("change", "code"), [(("bids", "buds"), "market_columns"), ((",3,", ",x,"), "market_row")])
def test_a_market_table_that_somebody_broke_is_told(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    market = tmp_path / "market.csv"
    import_market("eforms", [written(tmp_path, notice())], market)
    assert len(read_market(market)) == 1
    market.write_text(market.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=code):
        read_market(market)
