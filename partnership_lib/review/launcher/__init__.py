"""Opens a notebook as a room of its own: on this machine only, behind a token, tried from outside before it is used."""

from partnership_lib.review.launcher.orders import Room
from partnership_lib.review.launcher.running import RunningRoom, running_room

__all__ = ["Room", "RunningRoom", "running_room"]
