"""A profile for a ledger that nobody has described yet: proposed with reasons, and with what cannot be known."""

from partnership_lib.ledger.proposing.proposal import Proposal, propose, propose_profile
from partnership_lib.ledger.proposing.writing import profile_text, proposal_as_json, proposal_sentences

__all__ = ["Proposal", "profile_text", "proposal_as_json", "proposal_sentences", "propose", "propose_profile"]
