"""Columns with nearly as many values as rows: amounts and numbers of vouchers, read without a look at each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnership_lib.errors import InputError
from partnership_lib.files.profiles import LedgerProfile
from partnership_lib.ledger.lines import PLAIN_AMOUNT, clean_text


def amounts_of(
    column: pa.BinaryArray, profile: LedgerProfile, rule: Callable[[str], int], encoding: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the amounts in öre, and which rows have one that can be read; `rule` reads those that are not plain."""
    sign = profile.decimal_sign
    pattern = PLAIN_AMOUNT if sign == "auto" else PLAIN_AMOUNT.replace("[.,]", f"[{sign}]")
    plain = pc.match_substring_regex(column, f"^(?:{pattern})$")
    digits = pc.binary_replace_slice(pc.if_else(plain, column, b"0.00"), start=-3, stop=-2, replacement=b"")
    ore = digits.cast(pa.string()).cast(pa.int64()).to_numpy(zero_copy_only=False).copy()
    good = plain.to_numpy(zero_copy_only=False).copy()
    others = np.flatnonzero(~good)
    answers: dict[bytes, int | None] = {}
    for place, value in zip(others, column.take(pa.array(others)).to_pylist(), strict=True):
        if value not in answers:
            answers[value] = _asked(value.decode(encoding), rule)
        found = answers[value]
        ore[place], good[place] = found or 0, found is not None
    return ore, good


def texts_of(column: pa.BinaryArray, encoding: str) -> pa.StringArray:
    """Return the texts of a column, each as `clean_text` has it."""
    odd = _rows_beyond_ascii(column)
    ascii_only = column if not len(odd) else pc.replace_with_mask(column, _mask(odd, len(column)), _blanks(len(odd)))
    texts = ascii_only.cast(pa.string())
    plain = pc.or_(pc.ascii_is_printable(texts), pc.equal(texts, ""))
    trimmed = pc.ascii_trim(texts, characters=" ")
    others = np.union1d(np.flatnonzero(~plain.to_numpy(zero_copy_only=False)), odd)
    if not len(others):
        return trimmed
    cleaned = [clean_text(value.decode(encoding)) for value in column.take(pa.array(others)).to_pylist()]
    return pc.replace_with_mask(trimmed, _mask(others, len(column)), pa.array(cleaned, pa.string()))


def _asked(text: str, rule: Callable[[str], int]) -> int | None:
    try:
        return rule(text)
    except InputError:
        return None


def _rows_beyond_ascii(column: pa.BinaryArray) -> np.ndarray:
    """Return the rows with a byte that is not ASCII."""
    _, offsets, data = column.buffers()
    if data is None:
        return np.array([], np.int64)
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    high = np.flatnonzero(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]] >= 0x80)
    return np.unique(np.searchsorted(ends[1:], high + ends[0], side="right")) if len(high) else high


def _mask(places: np.ndarray, rows: int) -> pa.Array:
    mask = np.zeros(rows, bool)
    mask[places] = True
    return pa.array(mask)


def _blanks(rows: int) -> pa.Array:
    return pa.array([b""] * rows, pa.binary())
