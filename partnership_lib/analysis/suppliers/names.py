"""Names of suppliers as they are compared: without case, punctuation and the words for a legal form."""

from __future__ import annotations

import re
import unicodedata

LEGAL_FORMS = frozenset(
    "ab aktiebolag aktiebolaget hb handelsbolag kb kommanditbolag ek ekonomisk förening filial publ bolag bolaget "
    "as asa oy oyj aps gmbh ag bv nv sa sarl srl inc incorporated corp corporation co company compagnie ltd limited "
    "ltee limitee llc llp lp plc".split()
)
_SEPARATORS = re.compile(r"[^\w]+|_+")


def comparable_name(name: str) -> str:
    """Return a name as it is compared; the legal forms are kept where nothing else would be left.

    Examples
    --------
    >>> comparable_name("Onemed Sverige AB (publ)"), comparable_name("ONE-MED, Sverige Aktiebolag")
    ('onemed sverige', 'one med sverige')
    >>> comparable_name("AB Bolaget")
    'ab bolaget'
    """
    words = _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", name).casefold().replace("&", " och ")).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)
