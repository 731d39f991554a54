"""``outcome``: did it pay off; of a partnership, of the whole programme, or of any tidy panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, main, progress_bar
from partnership_lib.cli.outcome_panel import evaluate_panel
from partnership_lib.errors import UsageError

if TYPE_CHECKING:
    from partnership_lib.analysis.outcome.evaluation import Evaluation
    from partnership_lib.findings import Analysis


@command(main, "outcome")
@click.argument("agreement", required=False, metavar="[AGREEMENT]")
@click.option("--plan", is_flag=True, help="Freeze the plan of the evaluation, as everything stands on the as-of date.")
@click.option("--actor", metavar="PERSON", help="With --plan: who freezes it, a person's id in the register.")
@click.option("--reason", default="", help="With --plan: why, where another plan stands already.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD.")
@click.option("--panel", metavar="FILE.csv", type=Path, help="Any tidy panel: a row per unit and period.")
@click.option("--unit", metavar="COLUMN", help="With --panel: the column that names the unit.")
@click.option("--period", metavar="COLUMN", help="With --panel: the column that names the period.")
@click.option("--value", metavar="COLUMN", help="With --panel: the column that holds the outcome.")
@click.option("--treated", metavar="NAME", help="With --panel: the unit that was treated.")
@click.option("--start", metavar="PERIOD", help="With --panel: the first treated period.")
def outcome(
    call: Call,
    agreement: str | None,
    plan: bool,
    actor: str | None,
    reason: str,
    date: str | None,
    panel: Path | None,
    **columns: str | None,
) -> int:
    """Find what a partnership did to the cost of its needs, and how sure that is.

    Without AGREEMENT: all partnerships that have begun, each and together.
    """
    given = {"AGREEMENT": agreement, "--plan": plan, "--actor": actor, "--reason": reason, "--date": date}
    if panel is not None:
        _refuse(given, "--panel")
        return evaluate_panel(call, panel, columns)
    _refuse({f"--{name}": value for name, value in columns.items()}, "AGREEMENT")
    if not plan:
        _refuse({"--actor": actor, "--reason": reason}, "AGREEMENT")
        return _evaluate(call, agreement) if agreement else _programme(call)
    if agreement is None or actor is None:
        raise UsageError("outcome_plan_needs", missing="AGREEMENT" if agreement is None else "--actor")
    return _freeze(call, agreement, actor, reason)


def _refuse(options: dict[str, Any], beside: str) -> None:
    """Raise where an option was given that does not go with what is asked for."""
    found = [name for name, value in options.items() if value]
    if found:
        raise UsageError("outcome_options_differ", found=", ".join(found), beside=beside)


def _evaluate(call: Call, agreement: str) -> int:
    from partnership_lib.analysis.outcome.answer_json import evaluation_json
    from partnership_lib.workspace.outcomes import evaluation_report

    with progress_bar(call) as draw:
        found, report = evaluation_report(call.open(), agreement, draw)
        answer = evaluation_json(found, report, call.language)
    _say(call, report, "beforehand", "answer", "limits")
    call.answer(answer)
    return 0


def _programme(call: Call) -> int:
    from partnership_lib.analysis.outcome.answer_json import programme_json
    from partnership_lib.workspace.outcomes import programme_of_today

    with progress_bar(call) as draw:
        found, report = programme_of_today(call.open(), draw)
        answer = programme_json(found, report, call.language)
    if not call.as_json:
        for each in found:
            echo(_line(each, call.language))
    _say(call, report, "answer", "not_told", "limits")
    call.answer(answer)
    return 0


def _line(each: Evaluation, language: str) -> str:
    conclusion = text.word("conclusion", each.conclusion, language)
    values: dict[str, Any] = {"id": each.agreement.id, "name": each.agreement.name, "conclusion": conclusion}
    if not each.is_told:
        return text.sentence("cli.outcome_line_not_told", values, language)
    low, high = each.main.interval_share
    values |= {"effect": each.main.fit.effect_share, "low": low, "high": high}
    return text.sentence("cli.outcome_line", values, language)


def _freeze(call: Call, agreement: str, actor: str, reason: str) -> int:
    from partnership_lib.workspace.outcomes import freeze_plan

    document = freeze_plan(call.open(), agreement, actor=actor, reason=reason)
    call.say("outcome_plan_frozen", agreement=agreement, number=document.number, day=document.frozen_date,
             sha256=document.sha256)  # fmt: skip
    call.answer(
        {
            "agreement": agreement,
            "number": document.number,
            "frozen_date": document.frozen_date,
            "sha256": document.sha256,
            "plan": document.content,
        }
    )
    return 0


def _say(call: Call, report: Analysis, *sections: str) -> None:
    """Print the sentences of some sections of a report, for a person."""
    if call.as_json:
        return
    for code in sections:
        section = report.get(code)
        for finding in section.findings if section else ():
            echo(finding.sentence(call.language))
