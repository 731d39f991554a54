"""Clean files made wrong in the ways that files go wrong, and in some that only an enemy thinks of."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from random import Random

Operator = Callable[[bytes, Random], bytes]

_SEPARATORS = (b";", b",", b"\t", b"|")
_TOKEN = re.compile(rb"[^\s,;:<>{}\[\]\"'=|\t]+")
LONGEST = 2**21
"""Nothing grows beyond this by being mutated again and again."""

TRICKY = (
    *("", " ", "0", "-0", "-1", "٣", "²", "Ⅷ", "１２", "1_000", "0x1F", "1e5", "1e400", "-1e400", "9" * 20, "9" * 5000),
    *("NaN", "sNaN", "-Infinity", "inf", ".nan", "null", "true", "no", "None", "[]", "{}", "[[]]", '{"a": {}}', "~"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "2026-W53", "9999-T3", "9999-12", "24:00"),
    *("å", "a\u030a", "\ufeff", "\u202e", "\u2028", "\x85", "\x00", "\x1b[31m", "\U0001f4a9", "\\ud800", "\\u0000"),
    *("=1+1", "@SUM(A1)", "-2+3", "../../x", "/etc/passwd", "<b>", "&amp;", "&x;", "]]>", "<!--", "'", '"', '""', "\\"),
    *(
        "811218-9876",
        "5560360793",
        "0000000000",
        "16556036079301",
        "kr",
        "Summa",
        "Totalt",
        "*a",
        "&a",
        "!!python/x",
        "<<",
    ),
    *(
        "x" * 300,
        "x" * 140_000,
        "A-1",
        "A‑1",
        "\r",
        "\n",
        "\r\n",
        "\t",
        ";",
        ",",
        "|",
        ":",
        "- ",
        "? ",
        "#",
        "%",
        "{0}",
    ),
)
_DEEP = ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"- ", b""), (b"(", b")"), (b"a:\n ", b""))
_ENCODINGS = ("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "cp850", "utf-32", "utf-7")


# --- bytes ----------------------------------------------------------------------------------------------------------


def cut(content: bytes, source: Random) -> bytes:
    """End at some byte."""
    return content[: source.randrange(len(content))]


def flip(content: bytes, source: Random) -> bytes:
    """Turn one bit round."""
    place = source.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << source.randrange(8))]) + content[place + 1 :]


def drop_slice(content: bytes, source: Random) -> bytes:
    """Leave out some bytes in the middle."""
    start = source.randrange(len(content))
    return content[:start] + content[start + source.choice((1, 2, 7, 60, 900)) :]


def repeat_slice(content: bytes, source: Random) -> bytes:
    """Say some bytes again, a few times or often."""
    start = source.randrange(len(content))
    piece = content[start : start + source.choice((1, 5, 60, 900))]
    return content[:start] + piece * source.choice((2, 3, 200)) + content[start + len(piece) :]


def put_byte(content: bytes, source: Random) -> bytes:
    """Put in a byte that is seldom meant."""
    place = source.randrange(len(content) + 1)
    return (
        content[:place]
        + source.choice((b"\0", b"\xff", b"\x81", b'"', b"\r", b"\xef\xbb\xbf", b"\xc3"))
        + content[place:]
    )


# --- words ----------------------------------------------------------------------------------------------------------


def change_word(content: bytes, source: Random) -> bytes:
    """Put something unexpected in the place of one word."""
    return _replaced(content, source, source.choice(TRICKY).encode("utf-8", "surrogatepass"))


def copy_word(content: bytes, source: Random) -> bytes:
    """Put one word of the file in the place of another."""
    words = _TOKEN.findall(content)
    return _replaced(content, source, source.choice(words)) if words else content


def nest(content: bytes, source: Random) -> bytes:
    """Put something deep in the place of one word."""
    opened, closed = source.choice(_DEEP)
    depth = source.choice((30, 120, 320, 480, 900, 5_000))
    return _replaced(content, source, opened * depth + closed * depth)


def _replaced(content: bytes, source: Random, new: bytes) -> bytes:
    places = [match.span() for match in _TOKEN.finditer(content)]
    start, end = source.choice(places) if places else (0, len(content))
    return content[:start] + new + content[end:]


# --- lines and columns ----------------------------------------------------------------------------------------------


def drop_line(content: bytes, source: Random) -> bytes:
    """Leave out one line."""
    lines = content.split(b"\n")
    del lines[source.randrange(len(lines))]
    return b"\n".join(lines)


def repeat_line(content: bytes, source: Random) -> bytes:
    """Say one line again, somewhere."""
    lines = content.split(b"\n")
    lines.insert(source.randrange(len(lines) + 1), source.choice(lines))
    return b"\n".join(lines)


def shuffle_lines(content: bytes, source: Random) -> bytes:
    """Put the lines in another order."""
    lines = content.split(b"\n")
    source.shuffle(lines)
    return b"\n".join(lines)


def insert_row(content: bytes, source: Random) -> bytes:
    """Put in a row that is none."""
    lines = content.split(b"\n")
    rows = (b"", b"x", b";;;;;;", b",,,,,", b'"', b"Summa;;;;;;;1,00", b"  - x: 1", b"END:VEVENT", b'{"a": 1}', b"<x/>")
    lines.insert(source.randrange(len(lines) + 1), source.choice(rows))
    return b"\n".join(lines)


def drop_column(content: bytes, source: Random) -> bytes:
    """Leave out a column, in all rows or in some of them."""
    share = source.choice((1.0, 1.0, 0.3))
    return _by_column(content, source, lambda row, n: row[:n] + row[n + 1 :] if source.random() < share else row)


def repeat_column(content: bytes, source: Random) -> bytes:
    """Have a column twice."""
    return _by_column(content, source, lambda row, place: row[: place + 1] + row[place : place + 1] + row[place + 1 :])


def move_column(content: bytes, source: Random) -> bytes:
    """Put a column first."""
    return _by_column(content, source, lambda row, place: row[place : place + 1] + row[:place] + row[place + 1 :])


def change_separator(content: bytes, source: Random) -> bytes:
    """Write another separator, everywhere or in the first places."""
    return content.replace(_separator(content), source.choice((*_SEPARATORS, b":", b"  ")), source.choice((-1, 3, 20)))


def _by_column(content: bytes, source: Random, change: Callable[[list[bytes], int], list[bytes]]) -> bytes:
    separator = _separator(content)
    rows = [line.split(separator) for line in content.split(b"\n")]
    place = source.randrange(max(map(len, rows)))
    return b"\n".join(separator.join(change(row, place)) for row in rows)


def _separator(content: bytes) -> bytes:
    return max(_SEPARATORS, key=content[:2000].count)


# --- encodings ------------------------------------------------------------------------------------------------------


def re_encode(content: bytes, source: Random) -> bytes:
    """Write the same text in another encoding, the whole file or from somewhere on."""
    start = source.choice((0, 0, source.randrange(len(content) + 1)))
    text = content[start:].decode("utf-8", "replace")
    return content[:start] + text.encode(source.choice(_ENCODINGS), "replace")


def mark(content: bytes, source: Random) -> bytes:
    """Begin with one byte order mark, or two."""
    return source.choice((codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) + content


PLAIN: tuple[Operator, ...] = (
    *(cut, flip, drop_slice, repeat_slice, put_byte, copy_word, nest, drop_line, repeat_line, shuffle_lines),
    *(insert_row, drop_column, repeat_column, move_column, change_separator, re_encode, mark),
    *([change_word] * 8),
)


# --- archives -------------------------------------------------------------------------------------------------------


def change_member(content: bytes, source: Random) -> bytes:
    """Mutate what is in an archive; where it is none, the bytes themselves."""
    members = _members(content)
    if not members:
        return flip(content, source)
    name = source.choice(list(members))
    act = source.random()
    if act < 0.05:
        del members[name]
    elif act < 0.1:
        others = [each for each in members if each != name] or [name]
        renamed = source.choice(("../x", "/", "xl/" + name, name.upper(), source.choice(others)))
        members[renamed] = members.pop(name)
    else:
        members[name] = source.choice(PLAIN)(members[name] or b"x", source)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each, held in members.items():
            archive.writestr(each, held)
    return packed.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - whatever is wrong with it: then it is no archive any more
        return {}


PACKED: tuple[Operator, ...] = (cut, flip, drop_slice, put_byte, *([change_member] * 16))


def mutated(content: bytes, source: Random) -> bytes:
    """Return a file made wrong once, or a few times over."""
    operators = PACKED if content.startswith(b"PK\x03\x04") else PLAIN
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        if content:
            content = source.choice(operators)(content, source)[:LONGEST]
    return content
