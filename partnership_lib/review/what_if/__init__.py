"""The what-if room."""

from partnership_lib.review.what_if.opening import open_room
from partnership_lib.review.what_if.room import WhatIfRoom

__all__ = ["WhatIfRoom", "open_room"]
