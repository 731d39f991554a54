"""What a notebook shows of a workspace and its material: tables, escaped; in a terminal their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.display.formatters import record_table
from partnership_lib.display.html import Html
from partnership_lib.display.safe import escape
from partnership_lib.display.tables import safe_table
from partnership_lib.workspace.asked import ASKED
from partnership_lib.workspace.material.agreement import Agreements, OneAgreement
from partnership_lib.workspace.material.cases import Cases
from partnership_lib.workspace.material.ledger import Ledger
from partnership_lib.workspace.material.selection import Activities, Meetings, Records
from partnership_lib.workspace.material.shelf import Shelf

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.decision.cases.records import Case
    from partnership_lib.decision.measures.comparison import Comparison
    from partnership_lib.workspace.place import Workspace

_COLUMNS: Mapping[type, tuple[str, ...]] = {
    Agreements: ("id", "name", "supplier", "status", "start_date", "end_date", "is_partnership", "owner"),
    Activities: ("id", "agreement_id", "level", "title", "status", "due_date", "buyer_responsible"),
    Meetings: ("id", "agreement_id", "level", "planned_date", "held_date", "state"),
}
_LARGEST = 10
"""Suppliers of a ledger that are shown; the rest is asked for."""


def shown(workspace: Workspace) -> dict[type, Callable[[Any], Html]]:
    """Return how each kind of object that a workspace hands out is shown, in its language."""
    from partnership_lib.decision.cases.records import Case
    from partnership_lib.decision.measures.comparison import Comparison

    views = Views(workspace)
    return {
        type(workspace): views.contents,
        Records: views.records,
        OneAgreement: views.agreement,
        Shelf: views.shelf,
        Ledger: views.ledger,
        Cases: views.cases,
        Case: views.case,
        Comparison: views.comparison,
    }


class Views:
    """Shows what a workspace hands out."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.language = workspace.language

    def contents(self, workspace: Workspace) -> Html:
        """Return the table of contents of a workspace: what can be asked, and what comes back."""
        rows = "".join(
            f'<tr><th scope="row"><code>ws.{escape(asked)}</code></th><td>{_with_code(said)}</td></tr>'
            for asked, said in questions(workspace)
        )
        name = escape(workspace.settings.name or workspace.root.name)
        told = escape(self._said("as_of", day=workspace.as_of))
        return _html(
            f'<h2>{name}</h2><p class="lead">{told}</p>'
            f'<table class="plain"><caption>{escape(self._said("contents"))}</caption><tbody>{rows}</tbody></table>'
        )

    def records(self, records: Records[Any]) -> Html:
        """Return some records as a table; of many, the first."""
        columns = next((told for kind, told in _COLUMNS.items() if isinstance(records, kind)), None)
        frame = records.frame if columns is None else records.frame[list(columns)]
        kept = [name for name in frame.columns if columns or not (name.endswith("_id") or frame[name].isna().all())]
        word = text.word("records", records.name, self.language)
        return _html(self._table(frame[kept], self._said("counted", what=word, count=len(records))))

    def agreement(self, agreement: OneAgreement) -> Html:
        """Return an agreement: its facts, and what more there is of it."""
        facts = record_table(agreement.record, self.language, self.workspace.currency)
        return Html(facts.source + self.shelf(agreement).source)

    def shelf(self, shelf: Shelf) -> Html:
        """Return how many records there are of each kind."""
        counts = shelf.counts
        counts = counts[counts["count"] > 0].reset_index(drop=True)
        rows = "".join(
            f'<tr><th scope="row"><code>.{escape(name)}</code></th>'
            f'<td>{escape(text.word("records", name, self.language))}</td><td class="number">{count}</td></tr>'
            for name, count in zip(counts["records"], counts["count"], strict=True)
        )
        caption = escape(self._said("records"))
        return _html(f'<table class="plain"><caption>{caption}</caption><tbody>{rows}</tbody></table>')

    def ledger(self, ledger: Ledger) -> Html:
        """Return the largest suppliers of some ledger lines, and what the lines sum to."""
        suppliers = ledger.by("supplier")
        values = {"suppliers": len(suppliers), "lines": int(suppliers["lines"].sum())}
        total = self._said("ledger", ore=int(suppliers["amount_ore"].sum()), **values)
        largest = suppliers.head(_LARGEST).drop(columns="supplier_key")
        return _html(f'<p class="lead">{escape(total)}</p>' + self._table(largest, self._said("largest")))

    def cases(self, cases: Cases) -> Html:
        """Return what there is to compare."""
        return _html(self._table(cases.frame, self._said("cases")))

    def case(self, case: Case) -> Html:
        """Return a case: what it asks, and its needs with the agreements of today and the proposed ones."""
        from partnership_lib.analysis.tables import table

        today = {need: each.name for each in case.present for need in each.need_ids}
        proposed = {need: each.name for each in case.proposed for need in each.need_ids}
        rows = [
            {
                "need": need.name,
                "agreement_today": today.get(need.id),
                "agreement_proposed": proposed.get(need.id),
                "annual_value_sek": need.annual_value_sek,
            }
            for need in case.needs
        ]
        question = escape(case.text.get("question", ""))
        columns = ("need", "agreement_today", "agreement_proposed", "annual_value_sek")
        lead = f'<p class="lead">{question}</p>' if question else ""
        return _html(f"<h2>{escape(case.name)}</h2>{lead}{self._table(table(rows, columns), self._said('case'))}")

    def comparison(self, comparison: Comparison) -> Html:
        """Return the answer of a comparison and the parts that it is the sum of."""
        report = self.workspace.comparison(comparison)
        view = self.workspace.view("comparison")
        return Html(view.section(report.get("answer")).source + view.section(report.get("waterfall")).source)

    def _table(self, frame: pd.DataFrame, caption: str) -> str:
        return safe_table(frame, language=self.language, caption=caption, currency=self.workspace.currency)

    def _said(self, code: str, **values: Any) -> str:
        return text.sentence(f"asking.{code}", {"currency": self.workspace.currency, **values}, self.language)


def questions(workspace: Workspace) -> list[tuple[str, str]]:
    """Return what can be asked of a workspace and what comes back, in the words of its own documentation.

    Examples
    --------
    >>> import partnership_lib as plib
    >>> dict(questions(plib.open()))["agenda(…)"]
    'the agenda of a meeting, the next one planned unless it is named'
    """
    kind = type(workspace)
    told = []
    for name in ASKED:
        asked = getattr(kind, name, None)
        described = (getattr(asked, "__doc__", None) or "").partition("\n")[0]
        if described.startswith("Return "):
            told.append(
                (f"{name}(…)" if callable(asked) else name, described.removeprefix("Return ").removesuffix("."))
            )
    return told


def _with_code(said: str) -> str:
    """Return words as HTML, what stands between double grave accents as code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escape(said))


def _html(inner: str) -> Html:
    return Html(f'<div class="partnership">{inner}</div>')
