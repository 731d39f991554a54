"""Findings, sections, analyses and register records shown well when they stand last in a notebook cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from partnership_lib import text
from partnership_lib.display.html import Html
from partnership_lib.display.safe import escape
from partnership_lib.display.values import format_value, heading, is_missing
from partnership_lib.display.view import View
from partnership_lib.domain import RECORD_TYPES, Record
from partnership_lib.errors import PartnershipError
from partnership_lib.findings import Analysis, Chart, Finding, Section


def register_formatters(view: View | None = None, more: Mapping[type, Callable[[Any], Html]] | None = None) -> bool:
    """Return whether the running IPython now shows the workbench's objects; False outside of IPython.

    Parameters
    ----------
    view : View, optional
        Language, currency and kind that they are shown in.
    more : Mapping, optional
        What rooms above know how to show: type -> what shows it. In a terminal these tell of themselves.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return False
    view = view or View()
    mimebundle = shell.display_formatter.mimebundle_formatter
    shown: dict[type, Callable[[Any], Html]] = {
        Finding: view.finding,
        Chart: view.chart,
        Section: view.section,
        Analysis: lambda analysis: whole(analysis, view),
        **{kind: lambda record: record_table(record, view.language, view.currency) for kind in RECORD_TYPES.values()},
    }
    for kind, show in shown.items():
        mimebundle.for_type(kind, _bundle(show))
    for kind, show in (more or {}).items():
        mimebundle.for_type(kind, _bundle_of_itself(show))
    shell.set_custom_exc((PartnershipError,), _telling(view.language))
    return True


def _telling(language: str) -> Callable[..., None]:
    """Return what ends the account of one of our errors with the sentence for its reader."""

    def told(shell: Any, kind: type, error: PartnershipError, trace: Any, tb_offset: int | None = None) -> None:
        sentence = text.describe(error, language)
        if sentence not in getattr(error, "__notes__", ()):
            error.add_note(sentence)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    return told


def _bundle_of_itself(show: Callable[[Any], Html]) -> Callable[[Any], tuple[dict[str, str], dict[str, str]]]:
    def bundle(thing: Any) -> tuple[dict[str, str], dict[str, str]]:
        data, metadata = show(thing)._repr_mimebundle_()
        written = getattr(type(thing), "__dataclass_params__", None)
        at_length = written is not None and written.repr  # such a record writes every field of its own
        return data if at_length else {**data, "text/plain": repr(thing)}, metadata

    return bundle


def _bundle(show: Callable[[Any], Html]) -> Callable[[Any], tuple[dict[str, str], dict[str, str]]]:
    return lambda thing: show(thing)._repr_mimebundle_()


def whole(analysis: Analysis, view: View) -> Html:
    """Return a whole analysis: its masthead and all its sections."""
    view = View(view.language, view.currency, view.audience, analysis.kind)
    return Html("".join([view.masthead(analysis).source, *(view.section(s).source for s in analysis.sections)]))


def record_table(record: Record, language: str, currency: str = "SEK") -> Html:
    """Return a record as a table of its filled-in fields."""
    values = ((field.name, getattr(record, field.name)) for field in fields(record) if field.name != "version")
    rows = "".join(
        f'<tr><th scope="row">{escape(heading(name, language))}</th>'
        f"<td>{escape(format_value(name, value, language, currency))}</td></tr>"
        for name, value in values
        if not is_missing(value)
    )
    table_name = next(name for name, kind in RECORD_TYPES.items() if kind is type(record))
    caption = text.word("record", table_name, language).capitalize()
    return Html(
        f'<div class="partnership"><table class="plain"><caption>{escape(caption)}</caption><tbody>{rows}</tbody>'
        "</table></div>"
    )
