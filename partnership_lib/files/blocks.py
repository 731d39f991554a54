"""The lines of a text file in blocks of bytes: what many lines are read from at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

import numpy as np

from partnership_lib.errors import InputError
from partnership_lib.files.encoding import LONGEST_LINE, TextShape, decoded

BLOCK_BYTES = 16 * 2**20

_LINE_END, _QUOTE = ord("\n"), ord('"')
_BYTEWISE = {"utf-8", "utf-8-sig", "cp1252", "latin-1", "iso8859-1", "ascii"}


@dataclass(frozen=True)
class Block:
    """Whole lines of a file.

    Attributes
    ----------
    first_line : int
        Number of the first of them in the file.
    content : bytes
        Every line ended by LF, the last one of a file too.
    encoding : str
        What the bytes are decoded with; a byte of a separator, a quotation mark or a line end is always one of these.
    """

    first_line: int
    content: bytes
    encoding: str = "utf-8"

    @cached_property
    def ends(self) -> np.ndarray:
        """Return the place of each line's end."""
        return np.flatnonzero(self._bytes == _LINE_END)

    @cached_property
    def starts(self) -> np.ndarray:
        """Return the place of each line's first byte."""
        return np.concatenate(([0], self.ends[:-1] + 1))

    @property
    def _bytes(self) -> np.ndarray:
        return np.frombuffer(self.content, np.uint8)

    def __len__(self) -> int:
        return len(self.ends)

    def line(self, place: int) -> str:
        """Return a line by its place in the block, without its end."""
        return self.content[self.starts[place] : self.ends[place]].decode(self.encoding)

    def lines(self) -> Iterator[str]:
        """Yield the lines, each with its end."""
        for line in self.content[:-1].decode(self.encoding).split("\n"):
            yield f"{line}\n"

    def counts_of(self, separator: str) -> np.ndarray:
        """Return how often a separator stands in each line."""
        places = np.flatnonzero(self._bytes == ord(separator))
        return np.diff(np.searchsorted(places, self.ends), prepend=0)

    def quoted(self) -> np.ndarray:
        """Return the places of the lines that have a quotation mark in them."""
        return self.places_of(np.flatnonzero(self._bytes == _QUOTE)) if b'"' in self.content else np.array([], np.int64)

    def places_of(self, positions: np.ndarray) -> np.ndarray:
        """Return the places of the lines that these bytes stand in."""
        return np.unique(np.searchsorted(self.ends, positions))

    def joined(self, left_out: np.ndarray) -> bytes:
        """Return the content without the lines at these places."""
        if not len(left_out):
            return self.content
        view, parts, begin = memoryview(self.content), [], 0
        for place in left_out:
            parts.append(view[begin : self.starts[place]])
            begin = self.ends[place] + 1
        return b"".join([*parts, view[begin:]])


def read_blocks(binary: BinaryIO, shape: TextShape, file: str, skipped: int) -> Iterator[Block]:
    """Yield the lines of a file after the first `skipped` ones; CRLF, a bare CR and LF end a line, nothing else does.

    Raises
    ------
    InputError
        ``line_too_long``: without line ends it is no ledger, and reading on would only fill the memory.
    """
    contents = _bytewise(binary) if _is_bytewise(shape) else _decoded(binary, shape.encoding)
    encoding = block_encoding(shape)
    number = 1
    for content in contents:
        block = Block(number, content if content.endswith(b"\n") else content + b"\n", encoding)
        number += len(block)
        _refuse_long_lines(block, file)
        if skipped >= len(block):
            skipped -= len(block)
            continue
        rest = replace(block, first_line=block.first_line + skipped, content=block.content[block.starts[skipped] :])
        yield rest if skipped else block
        skipped = 0


def block_encoding(shape: TextShape) -> str:
    """Return what the bytes of a file's blocks are encoded in."""
    return shape.encoding if _is_bytewise(shape) and not shape.encoding.startswith("utf-8") else "utf-8"


def _is_bytewise(shape: TextShape) -> bool:
    return shape.encoding in _BYTEWISE and not shape.has_bare_returns


def _bytewise(binary: BinaryIO) -> Iterator[bytes]:
    is_first = True
    while content := binary.read(BLOCK_BYTES):
        if not content.endswith(b"\n"):
            content += binary.readline(LONGEST_LINE * 4)
        if is_first:
            is_first = False
            while content.startswith(codecs.BOM_UTF8):
                content = content.removeprefix(codecs.BOM_UTF8)
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n")
        yield content


def _decoded(binary: BinaryIO, encoding: str) -> Iterator[bytes]:
    text = decoded(binary, encoding)
    is_first = True
    while content := text.read(BLOCK_BYTES // 4):
        if not content.endswith("\n"):
            content += text.readline(LONGEST_LINE + 1)
        if is_first:
            content, is_first = content.lstrip("\ufeff"), False
        yield content.encode()


def _refuse_long_lines(block: Block, file: str) -> None:
    longest = int(np.argmax(block.ends - block.starts)) if len(block) else 0
    if block.ends[longest] - block.starts[longest] > LONGEST_LINE and len(block.line(longest)) > LONGEST_LINE:
        raise InputError("line_too_long", file=file, line=block.first_line + longest, allowed=LONGEST_LINE)
