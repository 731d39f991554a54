"""``compare``: today's agreements against a proposed partnership; or a case file drafted from the register."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, main, progress_bar
from partnership_lib.display.progress import Steps
from partnership_lib.errors import UsageError

if TYPE_CHECKING:
    from partnership_lib.decision.measures.comparison import Comparison
    from partnership_lib.findings import Analysis

QUESTIONS_SHOWN = 5
WIDEST_LINE = 110
_FIRST_COLUMN, _GAP = 34, 3


@command(main, "compare")
@click.argument("case", required=False, metavar="[CASE]")
@click.option("--from-agreements", "agreements", metavar="A1,A2,...", help="Draft a case from these agreements.")
@click.option("--form", metavar="NAME", help="Of a draft: a form in the rules of consolidation, such as merged.")
@click.option("--start", metavar="YYYY-MM", help="Of a draft: the month in which the proposed agreement begins.")
@click.option("--rules", metavar="FILE.yaml", help="Where --form is named; default: data/consolidation.yaml.")
@click.option("-o", "--output", metavar="CASE.yaml", help="Where the drafted case is written; nothing is overwritten.")
@click.option("--quick", is_flag=True, help="Fewer random futures: sooner, and less exact.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD; a draft stands as the register did then.")
def compare(
    call: Call,
    case: str | None,
    agreements: str | None,
    output: str | None,
    quick: bool,
    date: str | None,
    **proposed: str | None,
) -> int:
    """Compare today's agreements with the partnership proposed in CASE, or draft a case from the register."""
    asked = {f"--{name}": value for name, value in proposed.items() if value}
    if case and not agreements and not output and not asked:
        return _compare(call, case, quick)
    if agreements and output and not case:
        names = [name.strip() for name in agreements.split(",") if name.strip()]
        return _draft(call, names, Path(output), proposed)
    given = {"CASE": case, "--from-agreements": agreements, "-o": output, **asked}
    raise UsageError("compare_needs_one", found=", ".join(name for name, value in given.items() if value) or "–")


def _draft(call: Call, agreements: list[str], file: Path, proposed: Mapping[str, str | None]) -> int:
    from partnership_lib.files.atomic import write_text
    from partnership_lib.units.dates import parse_date

    if file.exists():
        raise UsageError("case_exists", file=str(file))
    start = parse_date(f"{proposed['start']}-01") if proposed["start"] else None
    workspace = call.open()
    write_text(file, workspace.draft_case(agreements, proposed["form"] or "", start, proposed["rules"] or ""))
    call.say("case_drafted", file=file, agreements=len(agreements))
    call.say_next(workspace)
    call.answer({"file": str(file), "agreements": agreements})
    return 0


def _compare(call: Call, name: str, quick: bool) -> int:
    from partnership_lib.decision.measures.compare import STEPS

    workspace = call.open()
    case = workspace.case(name)
    with progress_bar(call) as draw:
        steps = Steps(draw, STEPS, "compare_step", call.language)
        comparison = workspace.compare(case, quick=quick, progress=steps.tell)
    if call.as_json:
        from partnership_lib.decision.measures.answer_json import as_json

        call.answer(as_json(comparison))
        return 0
    for line in comparison_lines(comparison, workspace.comparison(comparison), call.language, workspace.currency):
        echo(line)
    call.say_next(workspace)
    return 0


def comparison_lines(comparison: Comparison, analysis: Analysis, language: str, currency: str) -> Iterator[str]:
    """Yield the answer as a person reads it on a terminal: words, components, questions, where it turns."""
    yield _heading("compare_heading", language, case=comparison.case.name)
    yield from _sentences(analysis, "answer", language)
    yield _heading("compare_components", language)
    yield from _table(comparison, language, currency)
    yield _heading("compare_questions", language)
    yield from _questions(comparison, analysis, language, currency)
    yield _heading("compare_break_evens", language)
    yield from _sentences(analysis, "break_evens", language, bullet="- ", most=-1)
    yield from _to_know(comparison, analysis, language)


def _heading(code: str, language: str, **values: object) -> str:
    heading = text.sentence(f"cli.{code}", values, language)
    return f"\n{heading}\n{'-' * len(heading)}"


def _sentences(
    analysis: Analysis, code: str, language: str, bullet: str = "", most: int | None = None
) -> Iterator[str]:
    section = next(section for section in analysis.sections if section.code == code)
    for finding in section.findings[:most]:
        yield from _wrapped(finding.sentence(language), bullet)


def _wrapped(sentence: str, bullet: str = "") -> list[str]:
    """Return the lines of a sentence on a terminal, the later ones under the text and not under the bullet."""
    width = min(shutil.get_terminal_size().columns, WIDEST_LINE)
    return textwrap.wrap(bullet + sentence, width, subsequent_indent=" " * len(bullet), break_long_words=False)


def _table(comparison: Comparison, language: str, currency: str) -> Iterator[str]:
    from partnership_lib.text.formatting import format_count, millions_unit

    plans = [text.word("plan", plan, language) for plan in ("fragmented", "consolidated", "difference")]
    widths = [_FIRST_COLUMN, *(len(plan) + _GAP for plan in plans)]
    yield _row(widths, millions_unit(language, currency), *plans)
    rows: list[tuple[str, float, float, float]] = [
        (
            text.word("component", row["component"], language),
            row["fragmented_sek"],
            row["consolidated_sek"],
            row["difference_sek"],
        )
        for row in comparison.components.to_dict("records")
    ]
    total = text.sentence("cli.compare_total", {}, language)
    fragmented, consolidated = (choice.total_cost.mean for choice in comparison.choices)
    for name, *numbers in (*rows, (total, fragmented, consolidated, comparison.difference.mean)):
        if any(round(number / 1e6, 1) for number in numbers):
            yield _row(widths, name, *(format_count(round(number / 1e6, 1) + 0.0, language, 1) for number in numbers))


def _row(widths: list[int], first: str, *rest: str) -> str:
    return first.ljust(widths[0]) + "".join(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))


def _questions(comparison: Comparison, analysis: Analysis, language: str, currency: str) -> Iterator[str]:
    """Yield the questions that are worth asking; where none is, the report's sentence that says so."""
    from partnership_lib.decision.report.answer import WORTH_ASKING_SEK
    from partnership_lib.text.formatting import format_some_millions

    asked = comparison.information[comparison.information["evppi_sek"] >= WORTH_ASKING_SEK]
    if asked.empty:
        yield from _sentences(analysis, "questions", language, most=1)
    for row in asked.head(QUESTIONS_SHOWN).to_dict("records"):
        worth = format_some_millions(row["evppi_sek"], language, currency)
        question = text.word("question", row["name"], language)
        scope = f" ({row['scope']})" if row["scope"] else ""
        sentence = text.sentence("cli.compare_question", {"question": question + scope, "worth": worth}, language)
        yield from _wrapped(sentence, "- ")


def _to_know(comparison: Comparison, analysis: Analysis, language: str) -> Iterator[str]:
    """Yield whether the rules of an honest comparison are kept, what is unusual in the case, and what was missing."""
    case = comparison.case
    yield _heading("compare_to_know", language)
    yield from _sentences(analysis, "honesty", language, bullet="- ")
    for flag in case.flags:
        yield from _wrapped(text.sentence(f"finding.flag.{flag.code}", vars(flag), language), "- ")
    for code in case.fallbacks:
        yield from _wrapped(text.sentence(f"finding.fallback.{code}", {}, language), "- ")
