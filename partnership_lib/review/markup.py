"""The one place in the rooms where text becomes markup."""

from __future__ import annotations

from partnership_lib.display.safe import escape


def element(tag: str, text: str, look: str = "", role: str = "") -> str:
    """Return an element with text in it, line by line, all of it made harmless.

    Examples
    --------
    >>> element("p", "a < b", look="what-if-mean")
    '<p class="what-if-mean">a &lt; b</p>'
    """
    marks = "".join(f' {name}="{escape(value)}"' for name, value in (("class", look), ("role", role)) if value)
    return f"<{tag}{marks}>{'<br>'.join(map(escape, text.splitlines()))}</{tag}>"
