"""The review meeting's room: the lists, the figures, what is decided and what is agreed."""
