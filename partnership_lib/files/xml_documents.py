"""An XML file, read without document types, entities or anything from outside, and not too large or deep."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from partnership_lib.errors import InputError

LARGEST_BYTES = 20 * 2**20
DEEPEST = 100


def read_xml(path: Path) -> Element:
    """Return the root of an XML file. To be called in a guarded child process.

    Raises
    ------
    InputError
        ``notice_too_large``, ``xml_unreadable``, ``xml_with_entities`` or ``xml_too_deep``.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import parse

    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise InputError("notice_too_large", file=path.name, found=size, allowed=LARGEST_BYTES)
    try:
        root: Element = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as error:
        raise InputError("xml_with_entities", file=path.name) from error
    except (ParseError, ValueError, LookupError) as error:  # also an encoding that nobody knows
        raise InputError("xml_unreadable", file=path.name, reason=str(error)[:200]) from error
    _refuse_deep(root, path.name)
    return root


def _refuse_deep(root: Element, file: str) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    raise InputError("xml_too_deep", file=file, allowed=DEEPEST)
