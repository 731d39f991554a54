"""The seals of the notebooks: what each of them was when the program was released.

A notebook that somebody has changed since, by a slip in JupyterLab or on purpose, is never run on schedule or opened as
a room. Who changes one for good seals it anew: ``python -m partnership_lib.reports.seals``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from partnership_lib.errors import ReportError

NOTEBOOK_PACKAGE = "partnership_lib.notebooks"
SEALS = Path(__file__).with_name("seals.json")


def sealed_notebook(name: str) -> bytes:
    """Return a notebook of the program, byte for byte as it was released.

    Raises
    ------
    ReportError
        ``notebook_missing``; ``notebook_altered`` when it is another than the one that was released.
    """
    for place in _places(name):
        if place.is_file():
            content: bytes = place.read_bytes()
            _assert_seal(name, content)
            return content
    raise ReportError("notebook_missing", notebook=name)


def _assert_seal(name: str, content: bytes) -> None:
    found, allowed = _seal(content), seals().get(name, "")
    if found != allowed:
        raise ReportError("notebook_altered", notebook=name, found=found[:16], allowed=allowed[:16] or "–")


def seals() -> dict[str, str]:
    """Return the SHA-256 of every notebook that was released, by its name."""
    found: dict[str, str] = json.loads(SEALS.read_text(encoding="utf-8"))
    return found


def seals_today() -> dict[str, str]:
    """Return the SHA-256 of every notebook as it is now, by its name."""
    folder = next(place for place in _places("") if place.is_dir())
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".ipynb"))
    return {name: _seal(folder.joinpath(name).read_bytes()) for name in names}


def _seal(content: bytes) -> str:
    # A checkout on Windows may have other line ends.
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _places(name: str) -> Iterator[Path]:
    """Yield where a notebook may be: inside the package, as a wheel has it, else in the checkout that this file is of.

    Not where an import would find it: another checkout may be installed in the same environment.
    """
    program = Path(__file__).parents[1]
    yield program / "notebooks" / name
    yield program.parent / "notebooks" / name


if __name__ == "__main__":
    SEALS.write_text(json.dumps(seals_today(), indent=1) + "\n", encoding="utf-8")
