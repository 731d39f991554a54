"""What the needs of a partnership cost before and after, quarter by quarter, and the donors beside it."""
