"""The published page as PDF: tagged for screen readers (PDF/UA-1) and fit for the archive (PDF/A-3a) in one file."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from partnership_lib.errors import ReportError
from partnership_lib.reports.render import page_css
from partnership_lib.reports.vector_figures import vector_figures

_PANGO_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_NOT_ON_PAPER = re.compile(
    r'<details>.*?</details>|<nav class="contents".*?</nav>|<a class="skip".*?</a>'
    r'|<div class="scroll on-screen".*?</table></div>|<tr class="on-screen">.*?</tr>'
    r'|<p class="more-rows on-screen">.*?</p>|<div class="finding \w+ whole on-screen">.*?</div>',
    re.DOTALL,
)
_FACES = (
    ("DejaVuSans.ttf", "normal", "normal"),
    ("DejaVuSans-Bold.ttf", "bold", "normal"),
    ("DejaVuSans-Oblique.ttf", "normal", "italic"),
)

_METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF: its name, and what it is, in words."""

    name: str
    about: str
    content: bytes


def render_pdf(
    html: str, *, title: str, language: str, attached: Sequence[Attached] = (), day: date = date(2000, 1, 1)
) -> bytes:
    """Return a published page as PDF; the same bytes for the same page, on any machine with the same packages.

    Nothing is fetched: pictures are embedded data, the letters come from the packages, every other address is refused.

    Parameters
    ----------
    html : str
        A whole page from `render_html`. What is for the screen only is not printed.
    title : str
        Title of the document.
    language : str
        Language of the document.
    attached : sequence of Attached
        Data files that go into the PDF.
    day : datetime.date
        When they are said to have been made.

    Raises
    ------
    ReportError
        ``pango_missing`` when the system library that sets the text is not installed.
    """
    setting = _setting()
    paper, figures = _for_paper(html)
    sheets = [setting.fonts_sheet]
    if setting.page_style in paper:
        paper, sheets = paper.replace(setting.page_style, ""), [setting.page_sheet, setting.fonts_sheet]
    page = setting.weasyprint.HTML(string=paper, url_fetcher=setting.fetcher, base_url="about:blank")
    made = page.write_pdf(
        stylesheets=sheets,
        font_config=setting.fonts,
        pdf_variant="pdf/a-3a",
        cache=figures,
        attachments=[_attachment(each, day) for each in attached],
    )
    return _with_both_marks(made, title, language)


def _attachment(file: Attached, day: date) -> Any:
    from weasyprint import Attachment

    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Attachment(
        string=file.content,
        name=file.name,
        description=file.about,
        created=noon,
        modified=noon,
        relationship="Data",
    )


def _for_paper(html: str) -> tuple[str, dict[str, Any]]:
    """Return the page as it is set on paper, and its figures by their address there.

    What is on the screen only is not printed (``report.css``); left out here, it need not be read and styled.
    """
    html = _NOT_ON_PAPER.sub("", html)
    figures: dict[str, Any] = {}
    for number, (address, figure) in enumerate(vector_figures(html).items(), start=1):
        figures[f"figure:{number}"] = figure
        html = html.replace(f'src="{address}"', f'src="figure:{number}"')
    return html, figures


@dataclass(frozen=True)
class _Setting:
    """What all PDFs are set with: WeasyPrint, what it may fetch, letters, and style sheets that have been read."""

    weasyprint: Any
    fetcher: Any
    fonts: Any
    fonts_sheet: Any
    page_style: str
    page_sheet: Any


@cache
def _setting() -> _Setting:
    weasyprint, fetcher = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()

    def sheet(css: str) -> Any:
        return weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)

    css = page_css()
    return _Setting(weasyprint, fetcher, fonts, sheet(_font_css()), f"<style>{css}</style>", sheet(css))


def _weasyprint() -> tuple[Any, Any]:
    """Return WeasyPrint and what it may fetch: embedded data and our own letters."""
    try:
        import weasyprint
    except OSError as error:  # WeasyPrint loads Pango at import.
        raise ReportError("pango_missing", found=str(error).split("\n")[0], packages=_PANGO_PACKAGES) from error
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Embedded(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in _font_files():
                return URLFetcherResponse(url, _font_files()[url].read_bytes(), {"Content-Type": "font/ttf"})
            return super().fetch(url, headers)

    return weasyprint, Embedded(allowed_protocols=("data",), allow_redirects=False)


@cache
def _font_files() -> dict[str, Path]:
    """Return the letters of the PDF by address: those that come with matplotlib, the same on every machine."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return {f"report-font:{name}": folder / name for name, _, _ in _FACES}


def _font_css() -> str:
    faces = "".join(
        f'@font-face {{ font-family: "Report"; font-weight: {weight}; font-style: {slant}; '
        f"src: url(report-font:{name}); }}"
        for name, weight, slant in _FACES
    )
    return faces + 'body, .partnership { font-family: "Report" !important; }'


def _with_both_marks(made: bytes, title: str, language: str) -> bytes:
    """Return the PDF with metadata that names both standards; WeasyPrint can only name one."""
    import pikepdf

    with pikepdf.open(io.BytesIO(made)) as pdf:
        packet = _METADATA.format(title=_xml(title), language=_xml(language), producer=_xml(_producer(pdf)))
        metadata = pikepdf.Stream(pdf, packet.encode("utf-8"))
        metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        pdf.Root.Metadata = pdf.make_indirect(metadata)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.Root.Lang = language
        pdf.docinfo[pikepdf.Name.Title] = title
        stream = io.BytesIO()
        pdf.save(stream, compress_streams=False, deterministic_id=True)
    return stream.getvalue()


def _producer(pdf: Any) -> str:
    return str(pdf.docinfo.get("/Producer", ""))


def _xml(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
