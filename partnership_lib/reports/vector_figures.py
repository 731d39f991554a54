"""The figures of a page written straight into its PDF: matplotlib's SVG speaks PDF's own language of paths.

WeasyPrint interprets an SVG of any origin, letter by letter, which took forty per cent of the time of a PDF. What is
not known here to the last attribute is left to WeasyPrint.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_SOURCE = re.compile(r'src="(data:image/svg\+xml;base64,([^"]+))"')
_TRANSFORM = re.compile(r"(\w+)\(([^)]*)\)")
_XLINK = "{http://www.w3.org/1999/xlink}href"
_SHEET = "*{stroke-linejoin: round; stroke-linecap: butt}"
_OF_EVERY_ELEMENT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}
# What an SVG says of a shape by saying nothing.
_FROM_THE_START = {"fill": "#000000", "stroke": "none", "stroke-width": "1"}
_STYLES = {
    "fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray", "stroke-dashoffset",
    "stroke-miterlimit", "opacity", "fill-opacity", "stroke-opacity",
}  # fmt: skip
_ATTRIBUTES = {"id", "d", "style", "transform", "clip-path", "x", "y", _XLINK}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}
_CAPS = {"butt": 0, "round": 1, "square": 2}
_NUMBERS_OF = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}
_PIXELS_PER_POINT = 4 / 3

Operation = bytes | tuple[float, float, bytes]
"""PDF operators; with the opacity of fills and of strokes before them where they are not opaque."""


class _NotKnownError(Exception):
    """The figure says something that is not matplotlib's usual."""


@dataclass(frozen=True)
class VectorFigure:
    """A figure as WeasyPrint draws images: it has a size, and draws itself."""

    width_points: float
    height_points: float
    operations: tuple[Operation, ...]

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Return width and height [CSS pixels], and their ratio."""
        width, height = self.width_points * _PIXELS_PER_POINT, self.height_points * _PIXELS_PER_POINT
        return width, height, width / height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Write the figure into the stream of a page, `width` by `height` points."""
        stream.transform(width / self.width_points, 0, 0, height / self.height_points, 0, 0)
        for operation in self.operations:
            if isinstance(operation, bytes):
                stream.stream.append(operation)
            else:
                with stream.stacked():
                    stream.set_alpha(operation[0], stroke=False)
                    stream.set_alpha(operation[1], stroke=True)
                    stream.stream.append(operation[2])


def vector_figures(html: str) -> dict[str, VectorFigure]:
    """Return the figures of a page that can be written straight into a PDF, by their address on the page."""
    found = {address: _translated(encoded) for address, encoded in _SOURCE.findall(html)}
    return {address: figure for address, figure in found.items() if figure is not None}


def _translated(encoded: str) -> VectorFigure | None:
    try:
        root = fromstring(base64.b64decode(encoded, validate=True))
        return _Translation(root).figure()
    except (_NotKnownError, ParseError, DefusedXmlException, binascii.Error, ValueError, KeyError):
        return None


class _Translation:
    """One figure on its way from SVG to PDF."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._named = {element.get("id"): element for element in root.iter() if element.get("id")}

    def figure(self) -> VectorFigure:
        root = self._root
        x, y, width, height = (float(part) for part in root.attrib["viewBox"].split())
        if (x, y) != (0, 0) or (root.attrib["width"], root.attrib["height"]) != (f"{width:g}pt", f"{height:g}pt"):
            raise _NotKnownError
        operations = [each for child in root for each in self._drawn(child, _FROM_THE_START)]
        return VectorFigure(width, height, tuple(_joined(operations)))

    def _drawn(self, element: Element, inherited: Mapping[str, str]) -> Iterator[Operation]:
        tag = _tag(element)
        if tag in ("metadata", "defs"):
            _refuse_other_sheets(element)
            return
        if tag not in ("g", "path", "use") or not element.attrib.keys() <= _ATTRIBUTES:
            raise _NotKnownError
        style = {**inherited, **_OF_EVERY_ELEMENT, **_style(element.get("style", ""))}
        place = self._place(element)
        if place:
            yield b"q " + place
        if tag == "g":
            if "opacity" in style:
                raise _NotKnownError  # of a group: not the opacity of its parts
            for child in element:
                yield from self._drawn(child, style)
        elif tag == "use":
            yield from self._drawn(self._named[element.attrib[_XLINK].removeprefix("#")], style)
        else:
            yield _painted(element.get("d", ""), style)  # a space has no path
        if place:
            yield b"Q"

    def _place(self, element: Element) -> bytes:
        """Return the operators that move to an element's own place and cut what lies outside of its frame."""
        moves = [_matrix(*move) for move in _TRANSFORM.findall(element.get("transform", ""))]
        if _tag(element) == "use" and ("x" in element.attrib or "y" in element.attrib):
            moves.append((1, 0, 0, 1, float(element.get("x", 0)), float(element.get("y", 0))))
        written = [f"{' '.join(_number(value) for value in move)} cm" for move in moves]
        if "clip-path" in element.attrib:
            written.append(self._frame(element.attrib["clip-path"]))
        return " ".join(written).encode("ascii")

    def _frame(self, address: str) -> str:
        (frame,) = self._named[address.removeprefix("url(#").removesuffix(")")]
        if _tag(frame) == "path" and frame.attrib.keys() == {"d"}:
            return f"{_path(frame.attrib['d'])} W n"
        if _tag(frame) != "rect" or frame.attrib.keys() != {"x", "y", "width", "height"}:
            raise _NotKnownError
        return f"{' '.join(_number(float(frame.attrib[name])) for name in ('x', 'y', 'width', 'height'))} re W n"


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _refuse_other_sheets(element: Element) -> None:
    if any(_tag(child) == "style" and (child.text or "").strip() != _SHEET for child in element):
        raise _NotKnownError


@lru_cache(maxsize=4096)
def _style(written: str) -> Mapping[str, str]:
    pairs = (declaration.split(":") for declaration in written.split(";") if declaration.strip())
    style = {name.strip(): value.strip() for name, value in pairs}
    if not style.keys() <= _STYLES:
        raise _NotKnownError
    return style


def _matrix(kind: str, written: str) -> tuple[float, ...]:
    values = [float(part) for part in written.replace(",", " ").split()]
    match kind, values:
        case "translate", [x, y]:
            return (1, 0, 0, 1, x, y)
        case "scale", [x]:
            return (x, 0, 0, x, 0, 0)
        case "scale", [x, y]:
            return (x, 0, 0, y, 0, 0)
        case "rotate", [degrees]:
            cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
            return (cosine, sine, -sine, cosine, 0, 0)
        case "matrix", [_, _, _, _, _, _]:
            return tuple(values)
    raise _NotKnownError


def _painted(path: str, style: Mapping[str, str]) -> Operation:
    fills, strokes = style["fill"] != "none", style["stroke"] != "none"
    state = [f"{_colour(style['fill'])} rg"] if fills else []
    if strokes:
        state += [f"{_colour(style['stroke'])} RG {_number(float(style['stroke-width']))} w", _line(style)]
    paint = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}[fills, strokes]
    written = f"q {' '.join(state)} {_path(path)} {paint} Q".encode("ascii")
    whole = float(style.get("opacity", 1))
    opacities = [whole * float(style.get(f"{kind}-opacity", 1)) for kind in ("fill", "stroke")]
    if whole != 1 and fills and strokes:
        raise _NotKnownError  # the line would shine through
    return written if opacities == [1, 1] else (*opacities, written)  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _colour(written: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", written):
        raise _NotKnownError
    return " ".join(_number(int(written[place : place + 2], 16) / 255) for place in (1, 3, 5))


def _line(style: Mapping[str, str]) -> str:
    dashes = style.get("stroke-dasharray", "none")
    lengths = [] if dashes == "none" else [_number(float(part)) for part in dashes.replace(",", " ").split()]
    offset = _number(float(style.get("stroke-dashoffset", 0)))
    limit = _number(float(style.get("stroke-miterlimit", 4)))
    join, cap = _JOINS[style["stroke-linejoin"]], _CAPS[style["stroke-linecap"]]
    return f"{join} j {cap} J {limit} M [{' '.join(lengths)}] {offset} d"


@lru_cache(maxsize=4096)
def _path(written: str) -> str:
    """Return PDF's operators for a path; a curve with one control point becomes one with two."""
    parts = written.split()
    operators, place, at = [], 0, (0.0, 0.0)
    while place < len(parts):
        command = parts[place]
        count = _NUMBERS_OF[command]
        values = [float(part) for part in parts[place + 1 : place + 1 + count]]
        place += 1 + count
        if command == "Q":
            values = _with_two_controls(at, values)
        if values:
            at = (values[-2], values[-1])
        operators.append(" ".join([*map(_number, values), {"M": "m", "L": "l", "z": "h"}.get(command, "c")]))
    return " ".join(operators)


def _with_two_controls(at: tuple[float, float], curve: list[float]) -> list[float]:
    (x0, y0), (x1, y1, x2, y2) = at, curve
    return [x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3, x2 + (x1 - x2) * 2 / 3, y2 + (y1 - y2) * 2 / 3, x2, y2]


def _number(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return f"{value:.6f}" if abs(value) < 0.1 else f"{value:.3f}"


def _joined(operations: list[Operation]) -> Iterator[Operation]:
    """Yield neighbouring operators as one, which the page writes faster."""
    together: list[bytes] = []
    for operation in operations:
        if isinstance(operation, bytes):
            together.append(operation)
            continue
        yield b"\n".join(together)
        together = []
        yield operation
    yield b"\n".join(together)
