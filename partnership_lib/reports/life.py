"""Whether processes can be forked here, and how a forked one is tied to the life of its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

CAN_FORK = sys.platform == "linux"
"""macOS has fork, but its own libraries do not survive it; Windows has none."""

_SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG, prctl(2)


def end_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent, the process `parent`, ends."""
    ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)
