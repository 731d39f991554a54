"""How the documentation becomes a site: Sphinx reads the Markdown as it is; nothing is fetched from anywhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "site")]

import reference_pages  # noqa: E402

from partnership_lib import __version__, palette  # noqa: E402

project = "Partnership workbench"
copyright = "The partnership workbench"  # noqa: A001
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["site", "build", "Thumbs.db", ".DS_Store"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4

# The API page shows the signatures as they are written; what they name lives in pages of other projects.
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
nitpick_ignore_regex = [("py:.*", ".*")]  # names of types in signatures; links between pages stay strict
nitpicky = True

html_theme = "furo"
html_title = "Partnership workbench"
html_static_path = ["site/static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
_ROLES = {
    "color-brand-primary": "accent",
    "color-brand-content": "accent",
    "color-brand-visited": "muted",
    "color-foreground-primary": "ink",
    "color-foreground-secondary": "muted",
    "color-background-primary": "paper",
    "color-background-secondary": "band",
    "color-background-border": "rule",
    "focus": "focus",
}
_LIGHT = {"font-stack": palette.LETTERS} | {name: palette.LIGHT[role] for name, role in _ROLES.items()}
_DARK = {name: palette.DARK[role] for name, role in _ROLES.items()}
html_theme_options = {"light_css_variables": _LIGHT, "dark_css_variables": _DARK, "navigation_with_keys": True}

copybutton_exclude = ".linenos, .gp, .go"


def setup(app: Any) -> None:
    """Write the pages that come from the program itself before the others are read."""
    app.connect("builder-inited", lambda app: reference_pages.write_all(HERE / "reference" / "made"))
