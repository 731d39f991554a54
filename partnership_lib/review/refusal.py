"""What stands in a room that cannot be opened: the sentence that says why."""

from __future__ import annotations

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.errors import PartnershipError
from partnership_lib.review.markup import element


def refusal(error: PartnershipError, language: str) -> widgets.Widget:
    """Return a widget that says what is wrong.

    Parameters
    ----------
    language : str
        What was asked for; anything but a language that there is: the default one.
    """
    said = text.describe(error, language if language in text.LANGUAGES else text.LANGUAGES[0])
    return widgets.HTML(element("p", said, look="room-refusal", role="alert"))
