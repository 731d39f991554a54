"""Saving an alternative as a scenario file, and what a full computation of that file says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.cases.scenarios import scenario_text
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.errors import PartnershipError, UsageError
from partnership_lib.files.atomic import create_text
from partnership_lib.review.what_if.controls import Value
from partnership_lib.review.what_if.words import Words
from partnership_lib.workspace import Workspace

_LONGEST = 60


def scenario_file(case_file: Path, name: str) -> Path:
    """Return where a scenario with this name is saved: beside its case, whose name it begins with.

    Raises
    ------
    UsageError
        ``scenario_without_name``.

    Examples
    --------
    >>> scenario_file(Path("cases/skola.yaml"), "Fler anbud, lägre pris").as_posix()
    'cases/skola-fler-anbud-lagre-pris.yaml'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
    if not slug:
        raise UsageError("scenario_without_name")
    return case_file.with_name(f"{case_file.stem}-{slug}.yaml")


def save_scenario(case_file: Path, case: Case, name: str, changes: Mapping[str, Value], day: date) -> Path:
    """Return the new file that replays a scenario; an existing one is never written over.

    Raises
    ------
    UsageError
        ``scenario_without_name``, or what `scenario_text` refuses.
    StorageError
        ``file_exists`` when there is a scenario with this name, or why it cannot be written; nothing is saved then.
    """
    file = scenario_file(case_file, name)
    create_text(file, scenario_text(case, name.strip(), changes, day, based_on=case_file.name))
    return file


class SaveForm:
    """Saves the edited alternative under a name, and shows what the full computation makes of the saved file.

    Parameters
    ----------
    changes : callable
        Returns the changes of the alternative that is edited.

    Attributes
    ----------
    comparison : Comparison or None
        The full answer to the file that was saved last: what `partnership compare` says of it.
    """

    def __init__(
        self, workspace: Workspace, case_file: Path, case: Case, words: Words, changes: Callable[[], dict[str, Value]]
    ) -> None:
        self._workspace, self._file, self._case = workspace, case_file, case
        self._words, self._changes = words, changes
        self.comparison: Comparison | None = None
        self.name = widgets.Text(description=words.say("scenario_name"), style={"description_width": "auto"})
        self.save = widgets.Button(description=words.say("save"), button_style="primary")
        self.message = widgets.HTML().add_class("what-if-status")
        self.save.on_click(lambda _: self._save())
        self.widget = widgets.VBox([words.heading("save"), widgets.HBox([self.name, self.save]), self.message])
        self.widget.add_class("what-if-save")

    def _save(self) -> None:
        try:
            saved = save_scenario(self._file, self._case, self.name.value, self._changes(), self._workspace.as_of)
        except PartnershipError as error:
            # What was typed stays, so that nothing is lost.
            self._tell(f"{self._words.say('not_saved')} {text.describe(error, self._words.language)}", "refused")
            return
        said = self._words.say("saved", file=_shown(saved, self._workspace.root))
        self._tell(f"{said} {self._words.say('computing')}")
        try:
            self.comparison = self._workspace.compare(saved)
        except PartnershipError as error:
            self._tell(f"{said} {text.describe(error, self._words.language)}", "refused")
            return
        self._tell(f"{said} {self._words.full_answer(self.comparison)}")

    def _tell(self, message: str, kind: str = "calm") -> None:
        self.message.value = self._words.message_html(message, kind)


def _shown(file: Path, root: Path) -> str:
    """Return a file's name as people know it: from the workspace, where it lies in there."""
    inside = file.is_relative_to(root)
    return (file.relative_to(root) if inside else file).as_posix()
