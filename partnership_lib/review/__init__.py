"""Rooms with widgets for the review meeting, and the servers that open them."""
