"""Names of folders and files made from names that come from outside."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGEST = 80


def safe_name(name: str) -> str:
    """Return a file name that is safe on every system, and different for every different `name`.

    Notes
    -----
    Letters, digits, ``_`` and ``-`` stay; the rest is left out. The first ten characters of the name's SHA-256 end
    it, so that names that differ only in what was left out, in case or in Unicode form still get files of their own,
    and no name is one that Windows keeps for itself.

    Examples
    --------
    >>> safe_name("follow_up/A-001/2026-T2/internal/sv")
    'follow_up_A-001_2026-T2_internal_sv-5bced0da40'
    >>> safe_name("../../etc/passwd")
    'etc_passwd-3754d6cb3a'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")[:_LONGEST].rstrip("_-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable}-{digest}" if readable else digest
