"""What the launcher of JupyterLab offers: a card for each kind of report, and what its form asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnership_lib import text
from partnership_lib.reports.catalogue import KINDS, ReportKind
from partnership_lib.review.lab.start_page import START_NOTEBOOKS, runs_by_itself

if TYPE_CHECKING:
    from partnership_lib.domain import RegisterContent
    from partnership_lib.workspace import Workspace

_WORDS = ("section", "start", "make", "cancel", "failed")


def launcher(workspace: Workspace) -> dict[str, Any]:
    """Return the section of the launcher as plain values: its words, the start page and the cards."""
    content = workspace.content()
    language = workspace.language
    start = f"notebooks/{START_NOTEBOOKS[language]}"
    return {
        "words": {code: text.sentence(f"lab.{code}", {}, language) for code in _WORDS},
        "start": {"path": start, "runs_by_itself": runs_by_itself(workspace.root / start)},
        "cards": [_card(workspace, kind, content) for kind in KINDS.values()],
    }


def _card(workspace: Workspace, kind: ReportKind, content: RegisterContent) -> dict[str, Any]:
    language = workspace.language
    label = text.word("report_kind", kind.name, language)
    fields = {
        "agreement": _agreements(kind, content) if kind.subject in ("agreement", "meeting") else None,
        "case": [(name, name) for name in workspace.cases] if kind.subject == "case" else None,
        "period": [] if kind.of_a_period else None,
        "audience": _words_of("audience", kind.audiences, language) if len(kind.audiences) > 1 else None,
        "language": _words_of("language", (language, *(each for each in text.LANGUAGES if each != language)), language),
        "date": [],
    }
    return {
        "kind": kind.name,
        "label": label,
        "caption": text.sentence("lab.caption", {"report": label}, language),
        "fields": [
            {
                "name": name,
                "label": text.sentence(f"lab.field.{name}", {}, language),
                "hint": text.sentence(f"lab.hint.{name}", {}, language),
                "value": workspace.as_of.isoformat() if name == "date" else "",
                "options": options,
            }
            for name, options in fields.items()
            if options is not None
        ],
    }


def _agreements(kind: ReportKind, content: RegisterContent) -> list[tuple[str, str]]:
    chosen = (each for each in content.agreements if each.is_partnership or not kind.only_partnerships)
    return [(each.id, f"{each.id} {each.name}") for each in sorted(chosen, key=lambda a: (not a.is_partnership, a.id))]


def _words_of(group: str, codes: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    return [(code, text.word(group, code, language)) for code in codes]
