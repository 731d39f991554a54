"""Many rows at once become ledger lines, column by column, by the same rules as one row.

Every rule is asked once for each different value (or pair of values) that the file has shown, not once for each row.
Rows that a rule refuses, or that could be something else than a ledger line, are left to `Sorting`, which looks at them
one by one: it decides, and it knows the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sized
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from partnership_lib.errors import InputError
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.ledger.columns import LEDGER_SCHEMA
from partnership_lib.ledger.dense_columns import amounts_of, texts_of
from partnership_lib.ledger.dialects import Layout
from partnership_lib.ledger.lexicon import Lexicon, Words
from partnership_lib.ledger.lines import LineParser, clean_text, identify_buyer, split_account
from partnership_lib.ledger.rows_of_sums import says_sum
from partnership_lib.ledger.suppliers import identify_supplier

MOST_VALUES = 300_000
"""A column with more different values than this is forgotten and begun anew, so that memory stays bounded."""

_EPOCH = date(1970, 1, 1).toordinal()
_DENSE = ("voucher_id", "invoice_id", "amount", "vat_amount")
"""Fields with nearly as many values as rows; the others are kept as a list of values and where each stands."""

_PLAIN_TEXTS = ("account", "account_text", "administration", "ground", "agreement_reference", "municipality_code")
_READ = ("buyer_id", "buyer", "supplier", "supplier_id", "booked_date", "currency_code", *_PLAIN_TEXTS)
_FEW = pa.dictionary(pa.int32(), pa.binary())
_LOW = 0xFFFFFFFF


@dataclass(frozen=True)
class Taken:
    """Rows that are ledger lines.

    Attributes
    ----------
    table : pyarrow.Table
        The lines, in the order of the rows.
    places : numpy.ndarray
        Place of each line among the rows.
    amounts_ore : numpy.ndarray
    flags : Counter
        What was odd about the lines.
    """

    table: pa.Table
    places: np.ndarray
    amounts_ore: np.ndarray
    flags: Counter[str]


class _Cell(NamedTuple):
    """What a cell of text came to: the number of its clean text, and whether it is blank or reads like a sum."""

    number: int
    may_be_sum: bool


class _Party(NamedTuple):
    """Who a pair of number and name is: the numbers of the key and the name that stand for it."""

    key: int = 0
    name: int = 0
    is_person: bool = False
    flag: str = ""
    is_known: bool = False


class ColumnParser:
    """Turns the columns of many rows into ledger lines.

    Parameters
    ----------
    encoding : str
        What the texts of the columns are encoded in.
    """

    def __init__(
        self, profile: LedgerProfile, layout: Layout, parser: LineParser, file_sha256: str, encoding: str = "utf-8"
    ) -> None:
        self._profile = profile
        self._positions = layout.positions
        self._parser = parser
        self._sha256 = file_sha256
        self._encoding = encoding
        self._forget()

    def _forget(self) -> None:
        self._clean = {name: Words() for name in _READ}
        self._cells = {name: Lexicon(partial(self._cell, self._clean[name])) for name in _READ}
        self._keys = {name: Words() for name in ("buyer_id", "buyer", "supplier_key", "account", "account_text")}
        self._buyers = Lexicon(self._buyer)
        self._suppliers = Lexicon(self._supplier)

    def column_types(self, names: list[str]) -> dict[str, pa.DataType]:
        """Return how the columns of a file with these names are best read."""
        dense = {self._positions[field] for field in _DENSE if field in self._positions}
        return {name: pa.binary() if place in dense else _FEW for place, name in enumerate(names)}

    def take(self, columns: list[pa.Array], line_numbers: np.ndarray) -> Taken:
        """Return the rows that are ledger lines beyond doubt.

        Parameters
        ----------
        columns : list of pyarrow.Array
            Bytes as they stand in the file, a column each; lists of values (`column_types`) or plain.
        line_numbers : numpy.ndarray
            Number of each row's line in the file.
        """
        lexicons: list[Sized] = [*self._cells.values(), self._buyers, self._suppliers]
        if max(map(len, lexicons)) > MOST_VALUES:
            self._forget()
        rows = len(line_numbers)
        cells = {name: self._numbers(name, columns, rows) for name in _READ}
        texts = {name: self._cells[name].column("number", np.int32)[cells[name]] for name in _READ}
        buyers = _pairs(texts["buyer_id"], texts["buyer"], self._buyers)
        suppliers = _pairs(texts["supplier_id"], texts["supplier"], self._suppliers)
        days, dated = self._days(texts["booked_date"])
        ore, good = self._amounts(columns, rows)
        good &= dated & self._in_currency(texts["currency_code"])
        good &= self._buyers.column("is_known", bool)[buyers] & self._suppliers.column("is_known", bool)[suppliers]
        sums = [self._cells[name].column("may_be_sum", bool)[cells[name]] for name in ("supplier_id", "supplier")]
        good &= ~(sums[0] & sums[1])
        places = np.flatnonzero(good)
        if len(places) < rows:
            buyers, suppliers, days, ore = (each[places] for each in (buyers, suppliers, days, ore))
            line_numbers = line_numbers[places]
            texts = {name: numbers[places] for name, numbers in texts.items()}
        made = self._texts(texts) | self._parties(buyers, suppliers) | self._dense(columns, rows, places)
        made |= {
            "amount_ore": pa.array(ore),
            "booked_date": pa.array(days, pa.int32()).cast(pa.date32()),
            "file_sha256": _same(self._sha256, len(places)),
            "line_number": pa.array(line_numbers, pa.int64()),
        }
        table = pa.table([made[name] for name in LEDGER_SCHEMA.names], names=LEDGER_SCHEMA.names)
        return Taken(table, places, ore, self._flags(suppliers))

    # --- columns ----------------------------------------------------------------------------------------------------

    def _numbers(self, name: str, columns: list[pa.Array], rows: int) -> np.ndarray:
        """Return which cell of the lexicon stands on each row."""
        place = self._positions.get(name)
        if place is None:
            written = self._profile.constants.get(name, "").encode(self._encoding)
            return np.broadcast_to(self._cells[name].numbers([written]), rows)
        column = columns[place]
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        return self._cells[name].numbers(column.dictionary.to_pylist())[column.indices.to_numpy()]

    def _texts(self, texts: dict[str, np.ndarray]) -> dict[str, pa.Array]:
        made = {name: self._clean[name].column(texts[name]) for name in _PLAIN_TEXTS}
        if self._profile.account_holds_text:
            accounts = [split_account(text) for text in self._clean["account"].texts]
            for place, name in enumerate(("account", "account_text")):
                numbers = self._keys[name].numbers([found[place] for found in accounts])
                made[name] = self._keys[name].column(numbers[texts["account"]])
        return made

    def _parties(self, buyers: np.ndarray, suppliers: np.ndarray) -> dict[str, pa.Array]:
        keys, found = self._keys, self._suppliers
        return {
            "buyer_id": keys["buyer_id"].column(self._buyers.column("key", np.int32)[buyers]),
            "buyer": keys["buyer"].column(self._buyers.column("name", np.int32)[buyers]),
            "supplier_key": keys["supplier_key"].column(found.column("key", np.int32)[suppliers]),
            "supplier": self._clean["supplier"].column(found.column("name", np.int32)[suppliers]),
            "supplier_is_person": pa.array(found.column("is_person", bool)[suppliers]),
        }

    def _dense(self, columns: list[pa.Array], rows: int, places: np.ndarray) -> dict[str, pa.Array]:
        made = {}
        for name in ("voucher_id", "invoice_id"):
            place = self._positions.get(name)
            if place is None:
                made[name] = _same(clean_text(self._profile.constants.get(name, "")), len(places))
                continue
            column = _plain(columns[place])
            made[name] = texts_of(column if len(places) == rows else column.take(pa.array(places)), self._encoding)
        return made

    def _amounts(self, columns: list[pa.Array], rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the amounts in öre, and which rows have one that can be read."""
        ore, good = self._ore(columns, "amount", rows)
        if self._profile.vat_basis == "included":
            vat_ore, with_vat = self._ore(columns, "vat_amount", rows)
            ore, good = ore - vat_ore, good & with_vat
        if self._profile.credit_types:
            numbers = self._line_types(columns, rows)
            ore = np.where(numbers, -np.abs(ore), ore)
        return ore, good

    def _ore(self, columns: list[pa.Array], name: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
        place = self._positions.get(name)
        if place is None:
            written = self._profile.constants.get(name, "").encode(self._encoding)
            return amounts_of(pa.array([written] * rows, pa.binary()), self._profile, self._parser.ore, self._encoding)
        return amounts_of(_plain(columns[place]), self._profile, self._parser.ore, self._encoding)

    def _line_types(self, columns: list[pa.Array], rows: int) -> np.ndarray:
        """Return which rows are of a type that makes their amount negative."""
        place = self._positions.get("line_type")
        if place is None:
            return np.full(rows, self._profile.constants.get("line_type", "").strip() in self._profile.credit_types)
        column = columns[place]
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        values = [value.decode(self._encoding).strip() for value in column.dictionary.to_pylist()]
        credit = np.array([value in self._profile.credit_types for value in values], bool)
        return credit[column.indices.to_numpy()]

    def _days(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the booked dates as days since 1970, and which rows have one."""
        found = [self._day(text) for text in self._clean["booked_date"].texts]
        days = np.array([day or 0 for day in found], np.int32)
        return days[texts], np.array([day is not None for day in found], bool)[texts]

    def _in_currency(self, texts: np.ndarray) -> np.ndarray:
        own = self._profile.currency
        return np.array([not text or text.upper() == own for text in self._clean["currency_code"].texts], bool)[texts]

    def _flags(self, suppliers: np.ndarray) -> Counter[str]:
        counts = np.bincount(suppliers, minlength=len(self._suppliers))
        flags: Counter[str] = Counter()
        for number in self._suppliers.column("flag", bool).nonzero()[0]:
            if counts[number]:
                flags[self._suppliers.answers[number].flag] += int(counts[number])
        return flags

    # --- rules, each asked once for a value -------------------------------------------------------------------------

    def _cell(self, words: Words, raw: bytes) -> _Cell:
        written = raw.decode(self._encoding)
        return _Cell(words.number(clean_text(written)), not written.strip() or says_sum(written.strip()))

    def _buyer(self, pair: int) -> _Party:
        number, name = self._clean["buyer_id"].texts[pair >> 32], self._clean["buyer"].texts[pair & _LOW]
        try:
            key, called = identify_buyer(number, name)
        except InputError:
            return _Party()
        return _Party(self._keys["buyer_id"].number(key), self._keys["buyer"].number(called), is_known=True)

    def _supplier(self, pair: int) -> _Party:
        number, name = self._clean["supplier_id"].texts[pair >> 32], self._clean["supplier"].texts[pair & _LOW]
        try:
            found = identify_supplier(number, name)
        except InputError:
            return _Party()
        key = self._keys["supplier_key"].number(found.key)
        return _Party(key, pair & _LOW, found.is_person, found.flag, is_known=True)

    def _day(self, text: str) -> int | None:
        try:
            return self._parser.parse_date(text).toordinal() - _EPOCH
        except InputError:
            return None


def _pairs(ones: np.ndarray, others: np.ndarray, lexicon: Lexicon[int, _Party]) -> np.ndarray:
    """Return which answer stands on each row that holds a pair of texts."""
    keys = pa.array((ones.astype(np.int64) << 32) | others).dictionary_encode()
    return lexicon.numbers(keys.dictionary.to_pylist())[keys.indices.to_numpy()]


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.binary()) if pa.types.is_dictionary(column.type) else column


def _same(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text], pa.string()))
