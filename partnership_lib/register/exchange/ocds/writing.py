"""Writing a release package to a file."""

from __future__ import annotations

import json
import re
from pathlib import Path

from partnership_lib.domain import RegisterContent
from partnership_lib.domain.audience import AUDIENCES
from partnership_lib.errors import UsageError
from partnership_lib.files.atomic import write_text
from partnership_lib.register.exchange.exporting import agreement_named
from partnership_lib.register.exchange.ocds.building import Publication, release_package

_PREFIX = re.compile(r"ocds-[a-z0-9]{6}", re.ASCII)


def export_ocds(content: RegisterContent, path: Path, published: Publication, *, agreement: str | None = None) -> int:
    """Return the number of agreements written to `path` as an OCDS 1.1 release package.

    Raises
    ------
    UsageError
        ``ocds_suffix``, ``ocid_prefix_wrong``, ``unknown_audience``, ``unknown_agreement`` or
        ``ocds_amount_too_large``.
    """
    if path.suffix.lower() != ".json":
        raise UsageError("ocds_suffix", found=path.name, allowed=".json")
    if not _PREFIX.fullmatch(published.ocid_prefix):
        raise UsageError("ocid_prefix_wrong", found=published.ocid_prefix, allowed="ocds-abc123")
    if published.audience not in AUDIENCES:
        raise UsageError("unknown_audience", found=published.audience, allowed=", ".join(AUDIENCES))
    chosen = content.agreements if agreement is None else (agreement_named(content, agreement),)
    package = release_package(content, chosen, published)
    write_text(path, json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    return len(chosen)
