"""Bad ledgers, made with the truth about them: every ledger case of the reliability plan, L01-L61 and X01-X10.

The truth is set down while a file is made and never read from it. Money is whole öre from the start.
"""

from __future__ import annotations

import codecs
import io
import itertools
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import openpyxl

from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.ledger.dialects import find_profile

HEADINGS = (
    *("kopare_id", "kopare", "verifikationsnummer", "leverantor", "leverantor_id", "konto_nr", "konto_text", "belopp"),
    *("datum", "forvaltning", "fakturanummer", "grund", "avtal", "kommun_id", "s_kod_nr"),
)
PLAIN = dict.fromkeys(HEADINGS, "") | {
    "kopare_id": "2120003005",
    "kopare": "Uppsala kommun",
    "leverantor": "Åkeri & Östgöta Snö AB",
    "leverantor_id": "5560360793",
    "konto_nr": "6010",
    "konto_text": "Lokalhyra",
    "datum": "2026-01-31",
}
AMOUNTS_ORE = (12350, -7, 100, 99999999999, 1999)
"""What the good rows of a file come to, in this order."""

NATIONAL = find_profile()


@dataclass(frozen=True)
class Case:
    """A file and what has to become of it: refused whole, or its rows accounted for.

    Attributes
    ----------
    accepted_ore : tuple of int
        The amounts of the lines that are taken, in order.
    refused : tuple of (int, str)
        Line and reason of each quarantined row.
    quarantined_ore : int or None
        The öre of the refused rows that have an amount; None where that is not what the case is about.
    refusal : str
        Code of the error that refuses the file.
    """

    id: str
    what: str
    content: bytes
    accepted_ore: tuple[int, ...] = AMOUNTS_ORE
    refused: tuple[tuple[int, str], ...] = ()
    quarantined_ore: int | None = None
    non_data: int = 0
    header: int = 1
    refusal: str = ""
    notes: frozenset[str] = frozenset()
    name: str = "ledger.csv"
    profile: LedgerProfile = field(default=NATIONAL)

    def __str__(self) -> str:
        return f"{self.id} {self.what}"


def kronor(ore: int, sign: str = ".") -> str:
    """An amount as it is written plainly."""
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100}{sign}{abs(ore) % 100:02d}"


def cells(ore: int | str = 100, number: int = 1, sign: str = ".", **changed: str) -> dict[str, str]:
    """One row by its headings."""
    amount = kronor(ore, sign) if isinstance(ore, int) else ore
    return PLAIN | {"belopp": amount, "verifikationsnummer": f"V{number}", "fakturanummer": f"F{number}"} | changed


def good(sign: str = ".", **changed: str) -> list[dict[str, str]]:
    """The good rows."""
    return [cells(ore, number, sign, **changed) for number, ore in enumerate(AMOUNTS_ORE)]


def line(values: Iterable[str], separator: str = ",") -> str:
    """One line of a file."""
    return separator.join(
        '"' + value.replace('"', '""') + '"' if separator in value or '"' in value or "\n" in value else value
        for value in values
    )


def text(
    rows: Sequence[dict[str, str] | str], separator: str = ",", end: str = "\n", headings: Sequence[str] = HEADINGS
) -> str:
    """A whole file; rows that are texts stand as they are."""
    lines = [row if isinstance(row, str) else line((row[name] for name in HEADINGS), separator) for row in rows]
    return end.join([line(headings, separator), *lines]) + end


def workbook(*rows: Sequence[Any], change: Callable[[Any], None] = lambda book: None) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_rows(amounts: Sequence[Any] = tuple(ore / 100 for ore in AMOUNTS_ORE)) -> list[list[Any]]:
    """The good rows as a workbook holds them: numbers and dates."""
    made = []
    for number, amount in enumerate(amounts):
        row = cells("", number)
        made.append(
            [amount if name == "belopp" else date(2026, 1, 31) if name == "datum" else row[name] for name in HEADINGS]
        )
    return made


ENCODINGS = {
    "L01 UTF-8": (b"", "utf-8"),
    "L02 UTF-8 with a mark": (codecs.BOM_UTF8, "utf-8"),
    "L03 UTF-16 LE": (codecs.BOM_UTF16_LE, "utf-16-le"),
    "L03 UTF-16 BE": (codecs.BOM_UTF16_BE, "utf-16-be"),
    "L04 two marks": (codecs.BOM_UTF8 * 2, "utf-8"),
    "L05 CP1252": (b"", "cp1252"),
}


def layouts() -> Iterator[Case]:
    """L01-L05, L10, L13, L33: the same lines in every encoding, separator, line end and decimal sign."""
    ends = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
    for (name, (mark, encoding)), separator, (end_name, end), sign in itertools.product(
        ENCODINGS.items(), (";", ",", "\t", "|"), ends.items(), (".", ",")
    ):
        content = mark + text(good(sign), separator, end).encode(encoding)
        case_id, _, what = name.partition(" ")
        case_id = "L10" if encoding == "utf-8" and not mark and separator != "," else case_id
        yield Case(case_id, f"{what} {separator!r} {end_name} {sign}", content)


def texts() -> Iterator[Case]:
    """L06-L09, L26-L28, L53: what can be wrong with letters and quotation marks."""
    rows = good()
    for encoding in ("cp850", "cp437"):
        content = text([cells(leverantor="Främre Åkeriet i Örebro")]).encode(encoding)
        yield Case("L06", f"{encoding} unnamed", content, refusal="encoding_unknown")
        named = replace(NATIONAL, encoding=encoding)
        yield Case("L06", f"{encoding} named by the profile", content, (100,), profile=named)
    mixed = text(rows).encode("cp1252") + line(cells().values()).encode() + b"\n"
    yield Case("L07", "two encodings in one file", mixed, refusal="ledger_encoding_mixed")
    few = text([*rows * 40, cells(500, leverantor="Ã…keri AB")])
    yield Case(
        "L08", "garbled at the source", few.encode(), AMOUNTS_ORE * 40, ((202, "text_mojibake"),), quarantined_ore=500
    )
    decomposed = unicodedata.normalize("NFD", PLAIN["leverantor"])
    yield Case(
        "L09", "composed and decomposed", text([*rows, cells(1, leverantor=decomposed)]).encode(), (*AMOUNTS_ORE, 1)
    )
    yield Case(
        "L26",
        "bare quotes",
        text([line(cells().values()).replace("Åkeri", '"Åkeri "x"'), *rows]).encode(),
        refused=((2, "quote_misplaced"),),
    )
    yield Case("L27", "NUL", text([cells(leverantor="A\0B"), *rows]).encode(), refused=((2, "text_nul"),))
    odd = [cells(100, leverantor=name) for name in ("A\x1b[31mB", "A\x07B", "A\nB")]
    yield Case("L27", "control characters", text(odd).encode(), (100, 100, 100))
    yield Case(
        "L28",
        "a field of 200,000 characters",
        text([cells(leverantor="x" * 200_000)]).encode(),
        refusal="field_too_long",
    )
    yield Case("L28", "a line of 2 MB", text([cells(leverantor="x" * 2**21)]).encode(), refusal="line_too_long")
    names = ("NA", "NULL", "None", "nan", "True", "inf", "12E5", "#1 Bygg", "=1+1", "@SUM(A1)", "-2", "+46")
    yield Case("L53", "odd names", text([cells(100, leverantor=name) for name in names]).encode(), (100,) * len(names))
    spiteful = (
        "=HYPERLINK(1)",
        "<script>",
        "${x}",
        "{{x}}",
        "$x$",
        "[x](javascript:)",
        "\\input{x}",
        "A\u202eB",
        "A\ufeffB",
    )
    yield Case(
        "X10",
        "names that bite elsewhere",
        text([cells(100, leverantor=s) for s in spiteful]).encode(),
        (100,) * len(spiteful),
    )


def lines_and_headers() -> Iterator[Case]:
    """L11-L25, L30-L32: rows that are no data, headers that are missing, fields that are too many."""
    rows, body = good(), text(good())
    bad = text([line(HEADINGS, ";")], ";").encode()
    yield Case("L11", "sep=", ("sep=;\n" + text(good(","), ";")).encode(), non_data=1)
    yield Case(
        "L12",
        "wrong separator",
        body.encode(),
        refusal="ledger_separator_wrong",
        profile=replace(NATIONAL, separator=";"),
    )
    yield Case("L13", "no end of the last line", body.rstrip("\n").encode())
    yield Case("L13", "mixed ends", body.replace("\n", "\r\n", 2).encode())
    for what, content, code in (
        ("no byte", b"", "file_empty"),
        ("blank lines", b"\n \r\n\t\n", "file_blank"),
        ("NUL bytes", b"\0" * 100, "file_not_text"),
    ):
        yield Case("L14", what, content, refusal=code)
    yield Case("L15", "header only", text([]).encode(), (), notes=frozenset({"ledger_without_rows"}))
    yield Case("L16", "no header", body.split("\n", 1)[1].encode(), refusal="ledger_header_missing")
    yield Case("L17", "header on line 4", ("Titel\nUppsala\n\n" + body).encode(), non_data=3)
    yield Case("L18", "repeated header", text([*rows, line(HEADINGS), *rows]).encode(), AMOUNTS_ORE * 2, non_data=1)
    total = PLAIN | dict.fromkeys(("leverantor", "leverantor_id", "konto_nr", "datum"), "")
    whole = sum(AMOUNTS_ORE)
    agree, differ = frozenset({"control_total_agrees"}), frozenset({"control_total_differs"})
    for word in ("Summa", "Totalt", "Delsumma nämnden", "Total"):
        sums = total | {"konto_text": word, "belopp": kronor(whole)}
        yield Case("L19", f"{word} agrees", text([*rows, sums]).encode(), non_data=1, notes=agree)
        wrong = sums | {"belopp": kronor(whole + 1)}
        yield Case("L19", f"{word} differs", text([*rows, wrong]).encode(), non_data=1, notes=differ)
    first, last = (
        total | {"konto_text": "Delsumma", "belopp": "1.00"},
        total | {"konto_text": "Summa", "belopp": kronor(100 + whole)},
    )
    yield Case(
        "L19",
        "in the middle and at the end",
        text([cells(100), first, *rows, last]).encode(),
        (100, *AMOUNTS_ORE),
        non_data=2,
        notes=agree,
    )
    yield Case(
        "L20",
        "one field too many",
        text([line(cells().values()) + ",x", *rows]).encode(),
        refused=((2, "row_too_long"),),
    )
    yield Case(
        "L21",
        "all rows too long",
        text([line(row.values()) + ",x" for row in rows]).encode(),
        refusal="ledger_rows_too_long",
    )
    yield Case(
        "L22",
        "too few",
        text([line(cells().values()).rsplit(",", 2)[0], *rows]).encode(),
        refused=((2, "row_too_short"),),
    )
    yield Case("L23", "trailing separators", text([line(row.values()) + "," for row in rows]).encode())
    opened = line(cells().values()).replace("Åkeri", '"Åkeri')
    yield Case("L24", "a quote that never ends", text([*rows, opened]).encode(), refusal="quote_never_closed")
    closing = line(cells().values()).replace("Åkeri", 'Åkeri"')
    yield Case(
        "L25", "a quote that swallows rows", text([opened, *rows, closing]).encode(), refusal="quote_swallows_rows"
    )
    twice = body.replace("s_kod_nr", "nettobelopp")
    yield Case("L30", "a column twice", twice.encode(), refusal="ledger_column_twice")
    renamed = (
        body.replace("leverantor,", "Lev.namn,").replace("datum,", "Bokföringsdatum,").replace("s_kod_nr", "Projekt")
    )
    yield Case("L31", "renamed and extra", renamed.encode(), notes=frozenset({"ledger_columns_unknown"}))
    order = HEADINGS[::-1]
    turned = "\n".join([line(order), *(line(row[name] for name in order) for row in rows)])
    yield Case("L31", "in another order", turned.encode())
    for name in ("leverantor_id", "belopp", "datum", "konto_text"):
        yield Case("L32", f"without {name}", body.replace(f",{name},", ",x,").encode(), refusal="ledger_column_missing")
    yield Case(
        "L12", "another file", bad.replace(b"kopare", b"x").replace(b"leverant", b"y"), refusal="ledger_column_missing"
    )


def amounts() -> Iterator[Case]:
    """L33-L42: amounts."""
    right = {
        "1 234,50": 123450,
        "1\u00a0234,50": 123450,
        "1\u202f234,50": 123450,
        "1.234,50": 123450,
        "1'234.50": 123450,
        "\u22125,25": -525,
        "\u20135,25": -525,
        "12,50-": -1250,
        "(12,50)": -1250,
        "12,50 kr": 1250,
        "SEK 12.50": 1250,
        "12,5000": 1250,
        "7": 700,
        "+7,1": 710,
    }
    rows = [cells(written, n) for n, written in enumerate(right)]
    yield Case("L33", "all ways of writing", text(rows, ";").encode(), tuple(right.values()))
    yield Case("L35", "signs and currencies", text(rows[5:], ",").encode(), tuple(right.values())[5:])
    for written in ("1,234", "1.234", "-1.234"):
        yield Case("L34", written, text([cells(written), *good()]).encode(), refused=((2, "amount_ambiguous"),))
    wrong = ("--5", "1,2,3", "1e3", "0x1F", "1_000", "١٢", "１２", "NaN", "inf", "#N/A", "#REF!", "-", "12:50")
    for written in wrong:
        yield Case(
            "L38" if written in wrong[7:12] else "L36",
            repr(written),
            text([cells(written), *good()]).encode(),
            refused=((2, "amount_unreadable"),),
            quarantined_ore=0,
        )
    yield Case(
        "L37",
        "a third decimal",
        text([cells("1 012,345"), *good(",")], ";").encode(),
        refused=((2, "amount_third_decimal"),),
        profile=replace(NATIONAL, decimal_sign=","),
    )
    for written in ("", " "):
        yield Case("L38", f"{written!r}", text([cells(written), *good()]).encode(), refused=((2, "amount_blank"),))
    for written in (str(10**15), "92233720368547758.08", "9" * 400):
        yield Case("L39", written[:12], text([cells(written), *good()]).encode(), refused=((2, "amount_out_of_range"),))
    by_type = replace(NATIONAL, columns={**NATIONAL.columns, "line_type": ("s_kod_nr",)}, credit_types=("K",))
    typed = text([cells(4000, s_kod_nr="K"), cells(-4000, s_kod_nr="K"), cells(4000, s_kod_nr="D")])
    yield Case("L40", "credit by type", typed.encode(), (-4000, -4000, 4000), profile=by_type)
    with_vat = replace(NATIONAL, columns={**NATIONAL.columns, "vat_amount": ("s_kod_nr",)}, vat_basis="included")
    yield Case(
        "L41",
        "VAT taken off",
        text([cells(12500, s_kod_nr="25,00"), cells(100, s_kod_nr="")]).encode(),
        (10000,),
        ((3, "amount_blank"),),
        profile=with_vat,
    )
    currencies = text([cells(100, s_kod_nr="SEK"), cells(200, s_kod_nr="EUR"), cells(400)]).replace(
        "s_kod_nr", "valuta"
    )
    yield Case("L42", "currencies", currencies.encode(), (100, 400), ((3, "currency_other"),), quarantined_ore=200)
    yield Case("L43", "equal rows", text([cells(), cells(), cells()]).encode(), (100, 100, 100))


def parties_and_days() -> Iterator[Case]:
    """L46-L52, L54-L60: suppliers and dates."""
    kept = (
        "5560360794",
        "556036-0793",
        "165560360793",
        "SE556036079301",
        "5560360793.0",
        "0000000000",
        "9999999999",
        "-",
        "saknas",
        "811218-9876",
        "198112189876",
        "811218+9876",
        "811278-9873",
        "DE123456789",
        "",
        "10004007",
    )
    rows = [cells(100, n, leverantor_id=number) for n, number in enumerate(kept)]
    yield Case("L46-L52", "numbers of suppliers", text(rows).encode(), (100,) * len(kept))
    yield Case(
        "L48",
        "digits that are gone",
        text([cells(leverantor_id="5,56E+09"), *good()], ";").encode(),
        refused=((2, "supplier_number_damaged"),),
        quarantined_ore=100,
    )
    declared = {
        "20260131": "%Y%m%d",
        "31.1.2026": "%d.%m.%Y",
        "31/1 2026": "%d/%m %Y",
        "1 maj 2026": "%d %B %Y",
        "31-Jan-26": "%d-%b-%y",
    }
    for written, form in declared.items():
        yield Case(
            "L54",
            written,
            text([cells(datum=written)]).encode(),
            (100,),
            profile=replace(NATIONAL, date_formats=(form,)),
        )
    never = ("260131", "01/02/2026", "2026-02-30", "0000-00-00", "24:00", "46053", "60", "")
    for written in never:
        yield Case(
            "L55-L58",
            f"{written!r}",
            text([cells(datum=written), *good()]).encode(),
            refused=((2, "date_unreadable"),),
            quarantined_ore=100,
        )
    for written in ("9999-12-31", "1899-12-30"):
        yield Case("L58", written, text([cells(datum=written), *good()]).encode(), refused=((2, "date_out_of_range"),))
    yield Case(
        "L59",
        "in the future and long ago",
        text([cells(datum="2099-01-01"), cells(datum="1995-01-01")]).encode(),
        (100, 100),
    )
    zoned = replace(NATIONAL, date_formats=("%Y-%m-%dT%H:%M:%S%z",))
    yield Case("L60", "an instant of UTC", text([cells(datum="2026-12-31T23:30:00Z")]).encode(), (100,), profile=zoned)


def json_files() -> Iterator[Case]:
    """L61: JSON."""
    rows = good()
    as_json = json.dumps(rows, ensure_ascii=False).encode()
    yield Case("L61", "a list", as_json, header=0, name="ledger.json")
    yield Case("L61", "under results", b'{"results": ' + as_json + b"}", header=0, name="ledger.json")
    yield Case("L61", "lines", "\n".join(json.dumps(row) for row in rows).encode(), header=0, name="ledger.jsonl")
    numbers = json.dumps([row | {"belopp": float(row["belopp"])} for row in rows]).encode()
    yield Case("L61", "numbers", numbers, header=0, name="ledger.json")
    for what, content, code in (
        ("NaN", b'[{"belopp": NaN}]', "json_not_a_number"),
        ("a key twice", b'[{"a": 1, "a": 2}]', "json_key_twice"),
        ("too deep", b"[" * 100_000, "json_too_deep"),
        ("cut", as_json[:-5], "json_unreadable"),
        ("no rows", b'{"rows": []}', "json_no_rows"),
    ):
        yield Case("L61", what, content, refusal=code, name="ledger.json")
    huge = json.dumps([cells("AMOUNT")]).replace('"AMOUNT"', "1e999").encode()
    yield Case("L61", "1e999", huge, (), ((1, "amount_unreadable"),), header=0, name="ledger.json")


def workbooks() -> Iterator[Case]:
    """X01-X09: workbooks."""

    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True

    def merge(book: Any) -> None:
        book.active.insert_rows(1)
        book.active["A1"] = "Leverantörsreskontra"
        book.active.merge_cells("A1:D1")

    def another_first(book: Any) -> None:
        book.create_sheet("Om", 0)["A1"] = "Läs detta"

    name = "ledger.xlsx"
    rows = [HEADINGS, *sheet_rows()]
    yield Case("X01", "merged title above", workbook(*rows, change=merge), non_data=1, name=name)
    yield Case("X02", "hidden row", workbook(*rows, change=hide), name=name, notes=frozenset({"workbook_hidden"}))
    yield Case(
        "X03",
        "another sheet first",
        workbook(*rows, change=another_first),
        name=name,
        notes=frozenset({"workbook_sheet"}),
    )
    formula = [HEADINGS, *sheet_rows(("=1+1", 1.0))]
    yield Case(
        "X04",
        "a formula without a value",
        workbook(*formula),
        (100,),
        ((2, "amount_blank"),),
        name=name,
        notes=frozenset({"workbook_formulas"}),
    )
    yield Case(
        "X05",
        "texts and numbers",
        workbook(HEADINGS, *sheet_rows((12.5, "12,50", "1 234,50", 7))),
        (1250, 1250, 123450, 700),
        name=name,
    )
    yield Case(
        "X06",
        "not quite hundredths",
        workbook(HEADINGS, *sheet_rows((12.4999999, 0.1 + 0.2, 12.345))),
        (1250, 30),
        ((4, "amount_ambiguous"),),
        name=name,
    )
    for what, content in {
        "HTML": b"<html><table>",
        "XLS": b"\xd0\xcf\x11\xe0" + b"x" * 600,
        "PDF": b"%PDF-1.7",
    }.items():
        yield Case("X07", f"{what} called XLSX", content, refusal="ledger_kind_unknown", name=name)
    yield Case("X07", "XLSX called CSV", workbook(*rows), refusal="ledger_kind_unknown")
    yield Case("X08", "cut", workbook(*rows)[:-200], refusal="archive_broken", name=name)
    yield Case("X08", "with macros", workbook(*rows), name="ledger.xlsm")
    yield Case("X09", "a far cell", far_cell(), refusal="workbook_too_wide", name=name)


def far_cell() -> bytes:
    """A workbook of a few kilobytes with a cell in the last corner of its sheet."""

    def put(book: Any) -> None:
        book.active["XFD1048576"] = 1

    return workbook(HEADINGS, *sheet_rows(), change=put)


def lying_workbook() -> bytes:
    """A workbook whose sheet says that it is small, and is a gigabyte of blanks."""
    source = zipfile.ZipFile(io.BytesIO(workbook(HEADINGS, *sheet_rows())))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                with target.open(info.filename, "w", force_zip64=True) as out:
                    out.write(part.replace(b"</worksheet>", b""))
                    for _ in range(1100):
                        out.write(b" " * 2**20)
                    out.write(b"</worksheet>")
            else:
                target.writestr(info.filename, part)
    return content.getvalue()


GROUPS = (layouts, texts, lines_and_headers, amounts, parties_and_days, json_files, workbooks)


def all_cases() -> list[Case]:
    """Every case."""
    return [case for group in GROUPS for case in group()]
