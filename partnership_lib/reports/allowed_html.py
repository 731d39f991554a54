"""A second look at the HTML of a report: nothing may be in it that `display` cannot have made."""

from __future__ import annotations

from html.parser import HTMLParser

_TAGS = frozenset(
    "div section header nav a h1 h2 h3 p span strong em ul ol li dl dt dd br table caption thead tbody tfoot tr th td "
    "figure figcaption img details summary".split()
)
_ATTRIBUTES = frozenset("class id scope alt role tabindex lang colspan rowspan".split())
_PICTURES = ("data:image/svg+xml;base64,", "data:image/png;base64,")


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if tag == "img" and name == "src" and (value or "").startswith(_PICTURES):
                continue
            if tag == "a" and name == "href" and (value or "").startswith("#"):
                continue
            if name not in _ATTRIBUTES and not name.startswith("aria-"):
                self.found.append(f"<{tag} {name}>")

    def handle_comment(self, data: str) -> None:
        self.found.append("<!-- -->")

    def handle_decl(self, decl: str) -> None:
        self.found.append("<!>")

    def handle_pi(self, data: str) -> None:
        self.found.append("<?>")

    def unknown_decl(self, data: str) -> None:
        self.found.append("<![>")


def not_allowed(html: str) -> list[str]:
    """Return what in `html` may not stand in a report; empty when all is well.

    Examples
    --------
    >>> not_allowed('<p class="lead">Hej</p>')
    []
    >>> not_allowed('<p onclick="x()"><script>y()</script><img src="https://example.org/a.png">')
    ['<p onclick>', '<script>', '<img src>']
    """
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found
