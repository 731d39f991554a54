"""What a new workspace lacks next on its way from an empty folder to a case; nothing once it has come that far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from partnership_lib.workspace.case_files import case_names

if TYPE_CHECKING:
    from partnership_lib.domain import Agreement, RegisterContent
    from partnership_lib.workspace import Workspace

EXAMPLE_CASE = "example"  # comes with every workspace, about agreements that nobody has


class NextStep(NamedTuple):
    """A code under ``cli.next`` and what its sentence names."""

    code: str
    values: dict[str, Any]


def next_step(workspace: Workspace) -> NextStep | None:
    """Return the first step that the workspace lacks, or None where it lacks none.

    What is asked is what stands in the workspace, never what was typed before: the answer is the same whoever did
    the earlier steps, and in whatever order.
    """
    content = workspace.content()
    return next(
        (NextStep(code, lacking) for code, lacking in _lacking(workspace, content) if lacking is not None), None
    )


def _lacking(workspace: Workspace, content: RegisterContent) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Yield every step in its order, with what its sentence names where it is lacking, else None."""
    yield "needs", None if content.needs or content.agreements else {}
    yield "agreements", None if content.agreements else {}
    yield "ledger", None if workspace.warehouse.current_files() else {}
    yield "spend", None if _is_published(workspace, "spend") else {}
    yield "follow_up", None if _is_published(workspace, "follow_up") else {"agreement": _first(content).id}
    cases = [name for name in case_names(workspace.root) if name != EXAMPLE_CASE]
    yield "case", None if cases else _pair(content)
    yield "comparison", None if _is_published(workspace, "comparison") or not cases else {"case": cases[0]}


def _is_published(workspace: Workspace, kind: str) -> bool:
    published = workspace.reports_folder / "published"
    return next(published.glob(f"{kind}_*/*/MANIFEST.json"), None) is not None


def _first(content: RegisterContent) -> Agreement:
    """Return the agreement to follow up first: a partnership where there is one."""
    return next((each for each in content.agreements if each.is_partnership), content.agreements[0])


def _pair(content: RegisterContent) -> dict[str, Any] | None:
    """Return two agreements that a first case can bring together, as like each other as there are any."""
    known = {each.id: each.category for each in content.agreements if not each.is_partnership}

    def likeness(pair: Iterable[str]) -> int:
        return _common(*(known[each] for each in pair))

    pairs = list(combinations(known, 2))
    return {"agreements": ",".join(max(pairs, key=likeness))} if pairs else None


def _common(one: str, other: str) -> int:
    """Return how many signs two codes begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
