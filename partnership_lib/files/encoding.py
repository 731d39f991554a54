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
_DOS_BYTES = (b"\x84", b"\x86", b"\x94")
_NOT_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"
LONGEST_LINE = 2**20
LARGEST_BYTES = 32 * 2**30
"""No ledger is larger; what unpacks to more is a bomb."""


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
    has_bare_returns : bool
        Whether a carriage return without a line feed ends a line somewhere.
    """

    encoding: str
    sha256: str
    size: int
    has_bare_returns: bool = False


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
    for name in candidates:
        scan = _Scan(name)
        with open_file() as handle:
            scan.run(handle, file)
        scan.refuse_what_is_no_text(file)
        if not scan.problem:
            return TextShape(name, scan.sha256.hexdigest(), scan.size, scan.has_bare_returns)
    if len(candidates) == 1:
        raise InputError("encoding_wrong", file=file, encoding=candidates[0], found=scan.problem)
    raise InputError("encoding_unknown", file=file, found=scan.problem)


def read_lines(binary: BinaryIO, encoding: str, file: str) -> Iterator[str]:
    """Yield the lines of a file; CRLF, a bare CR and LF end a line and nothing else does.

    ``str.splitlines`` would also break at form feeds and Unicode separators inside a supplier's name.

    Raises
    ------
    InputError
        ``line_too_long``: without line ends it is no ledger, and reading on would only fill the memory.
    """
    text = decoded(binary, encoding)
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InputError("line_too_long", file=file, line=number, allowed=LONGEST_LINE)
        # A second byte order mark hides in the first heading.
        yield line.lstrip("\ufeff") if number == 1 else line


def read_text(binary: BinaryIO, encoding: str) -> str:
    """Return the whole text of a file."""
    return decoded(binary, encoding).read().lstrip("\ufeff")


def decoded(binary: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Return the text of a file, opened for reading; every way of ending a line reads as LF."""
    return io.TextIOWrapper(binary, encoding=encoding, errors="strict", newline=None)


def _candidates(head: bytes, encoding: str) -> list[str]:
    if encoding != "auto":
        return [encoding]
    for bom, codec in _BOMS.items():
        if head.startswith(bom):
            return [codec]
    return ["utf-8", "cp1252"]


class _Scan:
    """One pass over a file with one codec; `problem` says what the codec could not decode."""

    def __init__(self, encoding: str) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.problem = ""
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._nuls = 0
        self._blank = True
        self._returns = 0
        self._ends_in_return = False

    @property
    def has_bare_returns(self) -> bool:
        """Return whether a carriage return stands without a line feed after it."""
        return self._returns != 0

    def run(self, handle: BinaryIO, file: str) -> None:
        """Read to the end, or to the first thing that cannot be decoded."""
        while not self.problem and (chunk := handle.read(_CHUNK)):
            if b"\0" in chunk:  # to look for one byte is ten times as fast as to count it
                self._nuls += chunk.count(b"\0")
            self._blank = self._blank and not chunk.strip(_BLANK)
            self._count_returns(chunk)
            self._decode(chunk)
            self.sha256.update(chunk)
            self.size += len(chunk)
            if self.size > LARGEST_BYTES:
                raise InputError("file_too_large", file=file, allowed=LARGEST_BYTES // 2**30)
        if not self.problem:
            self._decode(b"", final=True)

    def refuse_what_is_no_text(self, file: str) -> None:
        """Raise when there is nothing to read, each kind of nothing with its own words."""
        if self.problem:
            return
        if self.size == 0:
            raise InputError("file_empty", file=file)
        wide = self._encoding.startswith("utf-16")
        if self._nuls == self.size or (self._nuls * 10 > self.size and not wide):
            raise InputError("file_not_text", file=file, nuls=self._nuls)
        if self._blank:
            raise InputError("file_blank", file=file, size=self.size)

    def _count_returns(self, chunk: bytes) -> None:
        if b"\r" in chunk or self._ends_in_return:
            self._returns += chunk.count(b"\r") - chunk.count(b"\r\n")
            self._returns -= self._ends_in_return and chunk.startswith(b"\n")
        self._ends_in_return = chunk.endswith(b"\r")

    def _decode(self, chunk: bytes, final: bool = False) -> None:
        if self._encoding == "cp1252":
            self._look_for_what_cp1252_has_not(chunk)
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self._refuse(error.object[error.start], error.start)

    def _look_for_what_cp1252_has_not(self, chunk: bytes) -> None:
        # To look for a few bytes is ten times as fast as to decode.
        places = [place for byte in _NOT_IN_CP1252 if (place := chunk.find(byte)) >= 0]
        if any(byte in chunk for byte in _DOS_BYTES) and (dos := _DOS_LETTER.search(chunk)):
            places.append(dos.start() + 1)
        if places:
            self._refuse(chunk[min(places)], min(places))

    def _refuse(self, byte: int, place: int) -> None:
        self.problem = self.problem or f"0x{byte:02x} near byte {self.size + place:,}"
