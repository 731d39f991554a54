"""Frames become tables that can be read, by people and by screen readers."""

from datetime import date
from html.parser import HTMLParser

import pandas as pd
import pytest

from partnership_lib.display.tables import safe_table
from partnership_lib.display.values import MISSING, format_value


class _Cells(HTMLParser):
    """Reads a table back: an independent judge of what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th", "caption"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def _read(html: str) -> _Cells:
    cells = _Cells()
    cells.feed(html)
    return cells


ACTIVITIES = pd.DataFrame(
    {
        "title": ["Skolval", "Betyg"],
        "level": ["strategic", "operational"],
        "due_date": [date(2026, 9, 15), None],
        "status": ["overdue", "open"],
        "amount_ore": [123_456_700, None],
        "used_share": [0.125, float("nan")],
        "overdue_days": [47, 0],
    }
)


def test_column_names_decide_how_values_are_written() -> None:
    html = safe_table(ACTIVITIES, language="sv", caption="Aktiviteter")
    shown = [cell.replace("\u00a0", " ") for cell in _read(html).cells]
    assert shown[8:15] == ["Skolval", "strategisk", "2026-09-15", "försenad", "1 234 567 kr", "12,5 %", "47"]
    assert shown[15:] == ["Betyg", "operativ", MISSING, "pågår", MISSING, MISSING, "0"]


def test_the_table_has_a_caption_and_scoped_headings() -> None:
    read = _read(safe_table(ACTIVITIES, language="sv", caption="Aktiviteter"))
    assert read.cells[0] == "Aktiviteter"
    assert sum(tag == "th" and attributes.get("scope") == "col" for tag, attributes in read.tags) == 7
    assert sum(tag == "th" and attributes.get("scope") == "row" for tag, attributes in read.tags) == 2


def test_english_is_written_with_english_signs() -> None:
    shown = [c.replace("\u00a0", " ") for c in _read(safe_table(ACTIVITIES, language="en", caption="A")).cells]
    assert "12.5%" in shown
    assert "strategic" in shown


def test_an_empty_frame_is_a_sentence() -> None:
    html = safe_table(ACTIVITIES.head(0), language="sv", caption="Aktiviteter")
    assert html == '<p class="no-rows">Här finns inga rader.</p>'


def test_a_long_table_is_cut_on_paper_and_tells_where_the_rest_is() -> None:
    frame = pd.DataFrame({"name": [f"Avtal {number}" for number in range(25)]})
    html = safe_table(frame, language="sv", caption="Avtal", file="avtal.csv")
    assert html.count('<tr class="on-screen">') == 5
    assert html.endswith('<p class="on-paper">… och 5 rader till på webbsidan och i datafilen avtal.csv.</p>')
    assert "on-paper" not in safe_table(frame.head(20), language="sv", caption="Avtal", file="avtal.csv")


def test_rows_beyond_the_limit_are_counted() -> None:
    frame = pd.DataFrame({"name": [f"Avtal {number}" for number in range(45)]})
    html = safe_table(frame, language="sv", caption="Avtal", rows_shown=40)
    assert html.count("<tr>") == 41  # without a file that has the rest, everything that is shown is printed too
    assert "… och 5 rader till i datafilen." in html


@pytest.mark.parametrize("place", ["cell", "heading", "caption"])
def test_markup_from_outside_stays_text(place: str) -> None:
    bad = '"><script>document.title=1</script>'
    frame = pd.DataFrame({bad if place == "heading" else "name": [bad if place == "cell" else "x"]})
    html = safe_table(frame, language="sv", caption=bad if place == "caption" else "x")
    assert {tag for tag, _ in _read(html).tags} == {"div", "table", "caption", "thead", "tbody", "tr", "th"}


def test_the_control_pandas_asked_not_to_escape_lets_markup_through() -> None:
    frame = pd.DataFrame({"name": ["<script>1</script>"]})
    assert "script" in {tag for tag, _ in _read(frame.to_html(escape=False)).tags}


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("month", date(2026, 8, 1), "2026-08"),
        ("year", 2026, "2026"),
        ("period", "2026-T2", "tertial 2 2026"),
        ("period", "när som helst", "när som helst"),
        ("is_partnership", True, "ja"),
        ("hhi", 0.3333, "0,33"),
        ("effective_number", 12.34, "12,3"),
        ("status", "not_assessed", "inte bedömd"),
        ("legal_ground", "17:10", "17 kap. 10 § – ändringsklausul"),
        ("persons", ("Eva", "Per"), "Eva och Per"),
        ("due_date", pd.NaT, MISSING),
    ],
)
def test_values_are_written_for_swedish_readers(column: str, value: object, shown: str) -> None:
    assert format_value(column, value, "sv").replace("\u00a0", " ") == shown
