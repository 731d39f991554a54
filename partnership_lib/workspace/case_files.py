"""Case files opened: the defaults they rest on, what scenarios are based on, and a hash of it all."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    from partnership_lib.decision.cases.assumptions import AssumptionSet
    from partnership_lib.decision.cases.records import Case

CASES, ASSUMPTIONS, REFERENCE = "cases", "assumptions", "reference"
LARGEST_FILE_MB = 5
_SHIPPED = {CASES: "example_cases", ASSUMPTIONS: "assumptions", REFERENCE: "reference"}


def open_case(root: Path, path: Path | str) -> Case:
    """Return the case in a file; scenarios with what they inherit, all with the defaults of the workspace.

    Parameters
    ----------
    root : pathlib.Path
        The workspace; its ``data/assumptions`` and ``data/reference`` stand before what is shipped.
    path : path
        The file, from the current folder, from the workspace or from its ``data/cases``; there by name too.

    Raises
    ------
    UsageError
        ``case_missing``.
    InputError
        ``case_refused`` with everything that is wrong in it, or what keeps the file from being read.
    """
    from partnership_lib.decision.cases.reading import read_case

    file = find_case(root, path)
    shelf = root / "data" / CASES
    allowed = shelf.resolve() if file.is_relative_to(shelf.resolve()) else file.parent

    def base(name: str, where: str) -> tuple[str, str]:
        target = ((root / where).parent / name).resolve()
        if not target.is_relative_to(allowed):
            raise InputError("case_base_outside", file=where, found=name, allowed=str(allowed))
        if not target.is_file():
            raise InputError("case_base_missing", file=where, found=name, allowed=_nearest(target.parent, name))
        return read_file(target), _shown(root, target)

    return read_case(read_file(file), _shown(root, file), default_assumptions(root), base, bidder_counts(root))


def find_case(root: Path, path: Path | str) -> Path:
    """Return where a case file is: looked for from the current folder, in the workspace and in its ``data/cases``.

    Raises
    ------
    UsageError
        ``case_missing``.
    """
    path = Path(path)
    shelf = root / "data" / CASES
    for place in (path, root / path, shelf / path, shelf / f"{path}.yaml"):
        if place.is_file():
            return place.resolve()
    raise UsageError("case_missing", file=str(path), allowed=_nearest(shelf, path.name))


def case_files(root: Path) -> tuple[Path, ...]:
    """Return the case files in the workspace's ``data/cases``, in order."""
    return tuple(sorted((root / "data" / CASES).rglob("*.yaml")))


def case_names(root: Path) -> tuple[str, ...]:
    """Return the names of the cases in ``data/cases``, in order: their files without ``.yaml``."""
    shelf = root / "data" / CASES
    return tuple(file.relative_to(shelf).with_suffix("").as_posix() for file in case_files(root))


def case_name(root: Path, path: Path | str) -> str:
    """Return the name of the case in a file of ``data/cases``.

    Raises
    ------
    UsageError
        ``case_missing``, or ``case_not_in_workspace`` when the file lies elsewhere.
    """
    file, shelf = find_case(root, path), (root / "data" / CASES).resolve()
    if not file.is_relative_to(shelf):
        raise UsageError("case_not_in_workspace", file=str(path), allowed=f"data/{CASES}")
    return file.relative_to(shelf).with_suffix("").as_posix()


def default_assumptions(root: Path) -> AssumptionSet:
    """Return the default assumptions: the shipped ones, with the workspace's own in their place.

    Raises
    ------
    InputError
        ``assumptions_refused``.
    """
    own = _texts(root / "data" / ASSUMPTIONS, "*.yaml", f"data/{ASSUMPTIONS}/")
    return _assumptions(tuple(sorted(own.items())))


@cache
def _assumptions(own: tuple[tuple[str, str], ...]) -> AssumptionSet:
    from partnership_lib.decision.cases.defaults import read_assumptions

    shipped = {entry.name: entry.read_text(encoding="utf-8") for entry in shipped_files(ASSUMPTIONS, ".yaml")}
    if list(shipped.values()) == [text for _, text in own]:
        return read_assumptions(dict(own))
    return read_assumptions(dict(own), read_assumptions(shipped))


def bidder_counts(root: Path) -> Mapping[str, tuple[float, ...]]:
    """Return how many bidders procedures draw per category: the workspace's own counts, else the shipped ones.

    Without counts of its own, what is known of its market (``data/market.csv``) comes before what is shipped.
    """
    from partnership_lib.decision.uncertainty.bidders import parse_bidder_counts
    from partnership_lib.workspace.market import market_bidder_counts

    own = root / "data" / REFERENCE / "bidders.csv"
    shipped = next(iter(shipped_files(REFERENCE, ".csv"))).read_text(encoding="utf-8")
    # A copy of what is shipped, as the demonstration has, says nothing of a municipality's own.
    if own.is_file() and (written := read_file(own)) != shipped:
        return parse_bidder_counts(written)
    return {**parse_bidder_counts(shipped), **market_bidder_counts(root)}


def shipped_files(kind: str, suffix: str) -> tuple[Traversable, ...]:
    """Return the files of a kind that travel with the program, by name; in the repository they stand in ``data/``."""
    installed = files("partnership_lib").joinpath(_SHIPPED[kind])
    folder = installed if installed.is_dir() else Path(__file__).parents[2] / "data" / kind
    return tuple(sorted((each for each in folder.iterdir() if each.name.endswith(suffix)), key=lambda each: each.name))


def place_cases(root: Path, names: Sequence[str]) -> None:
    """Put shipped case files into ``data/cases`` of a workspace; what is there already stays as it is."""
    from partnership_lib.files.atomic import write_bytes

    for entry in shipped_files(CASES, ".yaml"):
        target = root / "data" / CASES / entry.name
        if entry.name in names and not target.exists():
            write_bytes(target, entry.read_bytes())


def _nearest(folder: Path, name: str) -> str:
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.yaml"))
    return ", ".join(difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names[:5]) or "–"


def _texts(folder: Path, pattern: str, prefix: str) -> dict[str, str]:
    return {prefix + file.name: read_file(file) for file in sorted(folder.glob(pattern))}


def read_file(file: Path) -> str:
    """Return the text of a file that somebody has written for us.

    Raises
    ------
    InputError
        ``case_too_large``, ``case_not_utf8`` or ``file_unreadable``.
    """
    try:
        if file.stat().st_size > LARGEST_FILE_MB * 2**20:
            raise InputError("case_too_large", file=str(file), allowed=LARGEST_FILE_MB)
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("case_not_utf8", file=str(file), position=error.start) from error
    except OSError as error:
        raise InputError("file_unreadable", file=str(file), reason=error.strerror or str(error)) from error


def _shown(root: Path, file: Path) -> str:
    """Return a file as errors name it: from the workspace where it is inside."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
