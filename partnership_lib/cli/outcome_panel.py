"""``outcome --panel``: any tidy panel, on its raw values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnership_lib import text
from partnership_lib.cli.call import Call, echo, progress_bar
from partnership_lib.display.progress import Steps
from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    from partnership_lib.analysis.outcome.panel_answer import PanelAnswer


def evaluate_panel(call: Call, file: Path, columns: dict[str, str | None]) -> int:
    """Say what a panel shows; `columns` has the options unit, period, value, treated and start."""
    from partnership_lib.analysis.outcome.evaluation import STEPS
    from partnership_lib.analysis.outcome.panel_answer import answer_panel
    from partnership_lib.analysis.outcome.panel_text import panel_from_text

    missing = [f"--{name}" for name, given in columns.items() if given is None]
    if missing:
        raise UsageError("panel_options_missing", missing=missing)
    given = {name: str(value) for name, value in columns.items()}
    panel = panel_from_text(_content(file), str(file), **given)
    with progress_bar(call) as draw:
        steps = Steps(draw, STEPS, "outcome_step", call.language)
        answer = answer_panel(panel, lambda done, of, step: steps.tell(step, done, of))
    if not call.as_json:
        for line in panel_lines(answer, call.language):
            echo(line)
    call.answer(answer.as_json(call.language))
    return 0


def panel_lines(answer: PanelAnswer, language: str) -> Iterator[str]:
    """Yield the evaluation of a panel as a person reads it on a terminal."""
    panel = answer.panel
    values = {
        "treated": panel.treated,
        "start": str(panel.start),
        "donors": len(panel.donors),
        "before": panel.pre_periods,
        "after": panel.post_periods,
    }
    yield text.sentence("cli.outcome_panel_about", values, language)
    for finding in answer.beforehand():
        yield finding.sentence(language)
    for found in answer.estimates.values():
        values = {
            "estimator": found.estimator,
            "effect": found.effect,
            "low": found.interval[0],
            "high": found.interval[1],
            "level": found.interval_level,
            "p": found.p_placebo,
        }
        code = "cli.outcome_panel_estimate" if answer.has_intervals else "cli.outcome_panel_effect"
        yield "  " + text.sentence(code, values, language)
    for finding in answer.findings():
        yield finding.sentence(language)


def _content(file: Path) -> str:
    from partnership_lib.files.encoding import examine_text, read_text

    try:
        shape = examine_text(lambda: file.open("rb"), str(file))
        with file.open("rb") as binary:
            return read_text(binary, shape.encoding)
    except OSError as error:
        raise InputError("panel_file_unreadable", file=str(file), reason=str(error.strerror or error)) from error
