"""The published page as an exporter, for the peers: ``jupyter nbconvert --to benchmarks.peer_page.PageExporter``."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter

from partnership_lib.reports.render import render_html

PAPER = 'body, .partnership { font-family: "DejaVu Sans" !important; }'


class PageExporter(Exporter):
    """Makes the page that the workbench publishes, without what it tells about itself at the end."""

    file_extension = ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        notebook, found = super().from_notebook_node(nb, resources, **kw)
        return render_html(notebook, title="Uppföljning", language="sv"), found
