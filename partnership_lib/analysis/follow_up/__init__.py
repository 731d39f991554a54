"""The follow-up of one agreement in one period."""

from partnership_lib.analysis.follow_up.context import FollowUpContext, prepare
from partnership_lib.analysis.follow_up.report import follow_up

__all__ = ["FollowUpContext", "follow_up", "prepare"]
