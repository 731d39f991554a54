"""What a text file is encoded in, without guessing: BOM, then strict UTF-8, then cp1252, else refused."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from partnership_lib.errors import InputError

_CHUNK = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# å ä ö of DOS code pages inside a word are daggers and quotation marks in cp1252: not text that anybody wrote.
_DOS_LETTER = re.compile(rb"[A-Za-z][\x84\x86\x94][A-Za-z]")
_BLANK = b" \t\r\n"


@dataclass(frozen=True)
class TextShape:
    """How to decode a file, and what identifies it.

    Attributes
    ----------
    encoding : str
        Name of the Python codec; decoding the whole file with it is known to succeed.
    sha256 : str
        Hash of the file's bytes.
    size : int
        Number of bytes.
    """

    encoding: str
    sha256: str
    size: int


def examine_text(open_file: Callable[[], BinaryIO], file: str, encoding: str = "auto") -> TextShape:
    """Return the shape of a text file after one pass over all its bytes.

    Parameters
    ----------
    open_file : callable
        Opens the file for reading bytes.
    file : str
        Name that errors give.
    encoding : str
        A codec's name, or ``auto``.

    Raises
    ------
    InputError
        ``file_empty``, ``file_blank``, ``file_not_text``, ``encoding_unknown`` or ``encoding_wrong``.
    """
    with open_file() as handle:
        candidates = _candidates(handle.read(4), encoding)
        handle.seek(0)
        scan = _Scan(candidates)
        while chunk := handle.read(_CHUNK):
            scan.feed(chunk)
    scan.refuse_what_is_no_text(file)
    return TextShape(scan.encoding(file), scan.sha256.hexdigest(), scan.size)


def open_text(binary: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines of a file; CRLF, a bare CR and LF end a line and nothing else does.

    ``str.splitlines`` would also break at form feeds and Unicode separators inside a supplier's name.
    """
    lines = io.TextIOWrapper(binary, encoding=encoding, errors="strict", newline=None)
    first = next(lines, "")
    yield first.lstrip("\ufeff")  # a second byte order mark hides in the first heading
    yield from lines


def _candidates(head: bytes, encoding: str) -> list[str]:
    if encoding != "auto":
        return [encoding]
    for bom, codec in _BOMS.items():
        if head.startswith(bom):
            return [codec]
    return ["utf-8", "cp1252"]


class _Scan:
    """Feeds every chunk to the decoders that are still possible."""

    def __init__(self, candidates: list[str]) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self._nuls = 0
        self._blank = True
        self._wide = candidates[0].startswith("utf-16")
        self._candidates = candidates
        self._decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in candidates}
        self._problems: dict[str, str] = {}

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        offset = self.size
        self.sha256.update(chunk)
        self.size += len(chunk)
        self._nuls += chunk.count(b"\0")
        self._blank = self._blank and not chunk.strip(_BLANK + b"\0\xef\xbb\xbf")
        for name in [name for name in self._candidates if name not in self._problems]:
            self._try(name, chunk, offset)

    def _try(self, name: str, chunk: bytes, offset: int, final: bool = False) -> None:
        try:
            self._decoders[name].decode(chunk, final)
        except UnicodeDecodeError as error:
            self._problems[name] = f"0x{error.object[error.start]:02x} near byte {offset + error.start}"
        if name == "cp1252" and (dos := _DOS_LETTER.search(chunk)):
            self._problems.setdefault(name, f"0x{dos[0][1]:02x} near byte {offset + dos.start() + 1}")

    def refuse_what_is_no_text(self, file: str) -> None:
        """Raise when there is nothing to read, each kind of nothing with its own words."""
        if self.size == 0:
            raise InputError("file_empty", file=file)
        if self._nuls == self.size or (self._nuls * 10 > self.size and not self._wide):
            raise InputError("file_not_text", file=file, nuls=self._nuls)
        if self._blank:
            raise InputError("file_blank", file=file, size=self.size)

    def encoding(self, file: str) -> str:
        """Return the first codec that decodes the whole file."""
        for name in self._candidates:
            if name not in self._problems:
                self._try(name, b"", self.size, final=True)
            if name not in self._problems:
                return name
        if len(self._candidates) == 1:
            name = self._candidates[0]
            raise InputError("encoding_wrong", file=file, encoding=name, found=self._problems[name])
        raise InputError("encoding_unknown", file=file, found=self._problems["cp1252"])
