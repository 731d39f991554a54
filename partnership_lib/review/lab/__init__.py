"""JupyterLab as a workplace: a start page, and cards in the launcher that make new copies of the report notebooks.

Jupyter's server finds its part here; the page's part, plain JavaScript without a build step, lies in ``labextension``.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "partnership_lib.review.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from partnership_lib.review.lab.handlers import add_handlers

    add_handlers(server.web_app)
