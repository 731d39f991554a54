"""What goes out before and after a meeting: the agenda, the minutes, and the meetings that should come next."""

from partnership_lib.analysis.meeting_pack.agenda import agenda
from partnership_lib.analysis.meeting_pack.choosing import chosen_meeting
from partnership_lib.analysis.meeting_pack.minutes import minutes
from partnership_lib.analysis.meeting_pack.proposals import ProposedMeeting, planned_records, proposed_meetings

__all__ = ["ProposedMeeting", "agenda", "chosen_meeting", "minutes", "planned_records", "proposed_meetings"]
