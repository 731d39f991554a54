"""What an analyst asks a workspace for, in the order of its table of contents; the rest is the machinery behind it."""

from __future__ import annotations

ASKED = (
    # What the register and the ledger hold.
    *("agreements", "agreement", "activities", "meetings", "suppliers", "needs", "records"),
    *("ledger", "import_ledger", "check"),
    # Reports, by the names that `partnership report` knows them by.
    *("follow_up", "portfolio", "spend", "comparison", "consolidation", "outcome", "outcome_programme"),
    *("agenda", "minutes"),
    # Deciding and planning.
    *("cases", "case", "compare", "draft_case", "assumptions", "proposed_meetings", "plan_meetings"),
    # Showing, and where this is.
    *("figure", "view", "as_of", "currency", "language", "root", "settings"),
)
