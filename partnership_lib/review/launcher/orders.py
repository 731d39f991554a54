"""What a room is, and what its process is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Room:
    """A notebook that is opened as a room.

    Attributes
    ----------
    notebook : pathlib.Path
        Runs with its own folder as the current one, once for every page that is opened.
    language : str
        ``sv`` or ``en``: what the page itself says while it opens.
    environment : Mapping
        Variables that the notebook finds: which case, which agreement.
    most_kernels : int
        How many pages can be open at once.
    idle_seconds : int
        A kernel whose page has been gone for so long is stopped.
    port : int
        The port that is asked for; when it is taken, and for 0, any free one.
    """

    notebook: Path
    language: str
    environment: Mapping[str, str] = field(default_factory=dict)
    most_kernels: int = 4
    idle_seconds: int = 900
    port: int = 0


@dataclass(frozen=True)
class Orders:
    """What the process of a room is told when it starts, in one line of JSON."""

    room: Room
    token: str = field(repr=False)

    def as_line(self) -> str:
        """Return the orders as they are sent."""
        told = {**asdict(self.room), "notebook": str(self.room.notebook.resolve())}
        return json.dumps({"room": told, "token": self.token}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Orders:
        """Return the orders that were sent."""
        told = json.loads(line)
        return cls(Room(**{**told["room"], "notebook": Path(told["room"]["notebook"])}), told["token"])
