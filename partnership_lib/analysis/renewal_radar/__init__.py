"""When the procurement of what comes after an agreement must begin, and what all of them take at once."""
