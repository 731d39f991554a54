"""A workspace in safe keeping: backed up while it is used, restored whole, moved between a file and a server."""

from partnership_lib.safekeeping.backup import Backup, back_up
from partnership_lib.safekeeping.moving import Moved, move
from partnership_lib.safekeeping.restore import restore

__all__ = ["Backup", "Moved", "back_up", "move", "restore"]
