"""All that a file says, wherever in it: what is packed is unpacked, what is encoded is decoded."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pikepdf
from pypdf import PdfReader

EMBEDDED = re.compile(r"data:[a-z/+.-]+;base64,([A-Za-z0-9+/=]+)")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
PERSONAL = re.compile(r"811218\D{0,4}9876|811278\D{0,4}9873")


def said_by(file: Path) -> str:
    """Return a file's name and everything that it says."""
    return "\n".join([file.name, *_of_bytes(file.name, file.read_bytes())])


def said_in(folder: Path) -> dict[str, str]:
    """Return everything that the files of a folder say, by their path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {file.relative_to(folder).as_posix(): said_by(file) for file in files}


def personal_numbers(text: str) -> list[str]:
    """Return the personal numbers of the canary in a text, however they are written there."""
    return PERSONAL.findall(text)


def _of_bytes(name: str, content: bytes) -> Iterator[str]:
    if content[:5] == b"%PDF-":
        yield from _of_pdf(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield from _of_bytes(part, archive.read(part))
    else:
        text = content.decode("utf-8", "replace")
        yield from (text, unescape(text), ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
        for found in EMBEDDED.findall(text):
            yield from _of_bytes(name, base64.b64decode(found))


def _of_pdf(content: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(content))
    yield from (page.extract_text() for page in reader.pages)
    yield str(reader.metadata)
    yield str(reader.outline)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for name, attached in pdf.attachments.items():
            yield name
            yield from _of_bytes(name, attached.get_file().read_bytes())
        if "/Metadata" in pdf.Root:
            yield pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")
        for thing in pdf.objects:  # alternatives of figures, tooltips, names
            if isinstance(thing, pikepdf.Dictionary):
                yield from (str(thing[key]) for key in ("/Alt", "/ActualText", "/Contents", "/TU") if key in thing)
