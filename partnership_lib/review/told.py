"""What the notebook of a room is told by whoever starts it: the names of environment variables."""

from __future__ import annotations

AGREEMENT_VARIABLE = "PARTNERSHIP_AGREEMENT"
CASE_VARIABLE = "PARTNERSHIP_CASE"
LANGUAGE_VARIABLE = "PARTNERSHIP_LANGUAGE"
