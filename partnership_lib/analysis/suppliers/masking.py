"""Natural persons behind a running number: what leaves the warehouse names no sole trader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from partnership_lib.units.organisation_number import mask_personal_numbers

if TYPE_CHECKING:
    import pandas as pd

SOLE_TRADER = "sole_trader"
"""Stands instead of a natural person's name; the reader's word for it is in `text` under ``word.supplier``."""


def person_numbers(keys: Iterable[str]) -> dict[str, str]:
    """Return what stands for each natural person's key, ``person:1`` and on, in an order that says nothing about them.

    Examples
    --------
    >>> sorted(person_numbers(["9001010017", "8504120005"]).values())
    ['person:1', 'person:2']
    """
    shuffled = sorted(set(keys), key=lambda key: hashlib.sha256(key.encode()).hexdigest())
    return {key: f"person:{place}" for place, key in enumerate(shuffled, start=1)}


def masked_suppliers(frame: pd.DataFrame, numbers: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with natural persons under their number and without a name.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``supplier_key``, ``supplier``, ``supplier_is_person`` and more.
    numbers : Mapping
        From `person_numbers`, of all persons that the frames of one analysis can hold.
    """
    persons = frame["supplier_is_person"].astype(bool)
    keys = [numbers[key] if person else key for key, person in zip(frame["supplier_key"], persons, strict=True)]
    names = [SOLE_TRADER if person else name for name, person in zip(frame["supplier"], persons, strict=True)]
    return frame.assign(supplier_key=keys, supplier=names, supplier_is_person=persons)


def without_personal_numbers(values: Iterable[Any]) -> list[Any]:
    """Return the values with everything in their texts that reads as a personal number made unreadable.

    Examples
    --------
    >>> without_personal_numbers(["Firma 900101-0017", 12])
    ['Firma ******-****', 12]
    """
    return [mask_personal_numbers(value) if isinstance(value, str) else value for value in values]
