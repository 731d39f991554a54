"""The whole examination, in the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from partnership_lib.doctor.installation import installation
from partnership_lib.doctor.observation import Refusal, Seen
from partnership_lib.doctor.places import places
from partnership_lib.doctor.registers import register
from partnership_lib.doctor.servers import servers
from partnership_lib.errors import PartnershipError

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace


def examine(open_workspace: Callable[[], Workspace], language: str) -> list[dict[str, str]]:
    """Return what was seen, as rows with severity, where, what, section and remedy; nothing is changed or repaired.

    Parameters
    ----------
    open_workspace : callable
        Opens the workspace; where it cannot be opened, that is one of the things seen.
    language : str
        ``sv`` or ``en``.
    """
    return [seen.row(language) for seen in _everything(open_workspace, language)]


def _everything(open_workspace: Callable[[], Workspace], language: str) -> Iterator[Seen]:
    yield from installation()
    try:
        workspace = open_workspace()
    except PartnershipError as error:
        yield Refusal("workspace", "partnership.toml", error)
        return
    yield from places(workspace)
    yield from register(workspace.register_url, language)
    yield from servers(workspace)
