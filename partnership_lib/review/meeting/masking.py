"""Personal numbers never reach the page, and a text that comes back masked does not overwrite the one that stands."""

from __future__ import annotations

import uuid
from typing import Any

from partnership_lib.units.organisation_number import mask_personal_numbers

_NO_TEXT = frozenset({"id", "save", "svg"})
"""What the page and its kernel know things by, and drawings, whose labels are masked where they are drawn."""


def masked(part: Any) -> Any:
    """Return a part of the state, or an answer, with every personal number in its texts made unreadable.

    Examples
    --------
    >>> masked({"id": "A-1", "title": "Ring 900101-0017", "comments": [{"text": "9001010017"}]})
    {'id': 'A-1', 'title': 'Ring ******-****', 'comments': [{'text': '******-****'}]}
    """
    if isinstance(part, dict):
        return {name: each if name in _NO_TEXT else masked(each) for name, each in part.items()}
    if isinstance(part, list):
        return [masked(each) for each in part]
    return mask_personal_numbers(part) if isinstance(part, str) and not _is_uuid(part) else part


def as_it_stands(written: str, standing: str) -> str:
    """Return the text that stands where what was written is only its masked form, else what was written.

    Examples
    --------
    >>> as_it_stands("Ring ******-****", "Ring 900101-0017"), as_it_stands("Ring Eva", "Ring 900101-0017")
    ('Ring 900101-0017', 'Ring Eva')
    """
    return standing if written == mask_personal_numbers(standing).strip() else written


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and str(uuid.UUID(text)) == text
    except ValueError:
        return False
