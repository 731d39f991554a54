"""The published page on paper: what is read from its HTML, how wide its columns are, and how it is set."""

from partnership_lib.reports.paper.tree import paper_tree

__all__ = ["paper_tree"]
