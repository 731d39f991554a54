"""``consolidate``: which agreements to bring together, with proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, echo, import_group, main, progress_bar
from partnership_lib.display.progress import Steps
from partnership_lib.errors import InputError, UsageError

if TYPE_CHECKING:
    from partnership_lib.consolidation.planning.beside import Beside
    from partnership_lib.consolidation.planning.consolidating import Consolidation
    from partnership_lib.consolidation.problems.solving import Solved
    from partnership_lib.consolidation.solving.search import Answer
    from partnership_lib.consolidation.solving.watching import Standing

_SEARCH = {"bound": 0.2, "plan": 0.2, "proof": 0.6}
"""Roughly what share of the time a search spends where."""
_ORE = 100.0


@command(main, "consolidate")
@click.argument("case", required=False, metavar="[CASE]")
@click.option("--rules", metavar="FILE.yaml", help="What a consolidation may do; default: data/consolidation.yaml.")
@click.option("--max-agreements", type=click.IntRange(1), metavar="K", help="No more agreements than this in the plan.")
@click.option("--front", is_flag=True, help="Also what fewer agreements, and less dependence, would cost.")
@click.option("--advice", is_flag=True, help="Also how stable each bundle is, next-best plans, reasons for the file.")
@click.option("--problem", metavar="FILE.json", help="Solve a stand-alone problem: needs, bundles and constraints.")
@click.option("--time-limit", type=float, metavar="SECONDS", help="Stop then with the best plan so far and its gap.")
@click.option("--date", metavar="DATE", help="The as-of date, YYYY-MM-DD: the agreements in force then.")
def consolidate(
    call: Call,
    case: str | None,
    rules: str | None,
    max_agreements: int | None,
    front: bool,
    advice: bool,
    problem: str | None,
    time_limit: float | None,
    date: str | None,
) -> int:
    """Find which agreements to bring together: the cheapest plan and the proof that none is cheaper.

    Without CASE: all agreements in force in the register.
    """
    if problem is None:
        return _consolidate(call, case, rules, max_agreements, time_limit, front=front, advice=advice)
    given = {"CASE": case, "--rules": rules, "--max-agreements": max_agreements, "--front": front, "--date": date}
    given["--advice"] = advice
    if any(given.values()):
        raise UsageError("consolidate_needs_one", found=", ".join(name for name, value in given.items() if value))
    return _solve(call, Path(problem), time_limit)


@command(import_group, "capability")
@click.argument("file", metavar="FILE.csv")
def add_capability(call: Call, file: str) -> int:
    """Add which suppliers are able to deliver which needs: supplier, need, source, date."""
    from partnership_lib.workspace.consolidations import import_capability

    new, replaced = import_capability(call.open(), file)
    call.say("capability_imported", new=new, replaced=replaced)
    call.answer({"file": file, "new": new, "replaced": replaced})
    return 0


def _consolidate(
    call: Call,
    case: str | None,
    rules: str | None,
    max_agreements: int | None,
    seconds: float | None,
    *,
    front: bool,
    advice: bool,
) -> int:
    from partnership_lib.consolidation.planning.answer_json import answer_json
    from partnership_lib.consolidation.planning.beside import look_beside
    from partnership_lib.consolidation.planning.consolidating import STEPS, consolidate
    from partnership_lib.consolidation.solving.watching import Watch
    from partnership_lib.workspace.consolidations import register_case, rules_of

    workspace = call.open()
    chosen = rules_of(workspace, rules)
    if max_agreements is not None:
        chosen = replace(chosen, max_agreements=max_agreements)
    whole = register_case(workspace) if case is None else workspace.case(case)
    with progress_bar(call) as draw:
        steps = Steps(draw, STEPS, "consolidation_step", call.language)
        watch = Watch(seconds, tell=_standing(steps, call.language))
        found = consolidate(whole, chosen, watch, steps.tell)
        beside = look_beside(found, watch, front=front, advice=advice, tell=steps.tell)
    if not call.as_json:
        for line in consolidation_lines(found, beside, call.language, workspace.currency, rules or ""):
            echo(line)
    call.answer(answer_json(found, beside))
    return 0


def _solve(call: Call, file: Path, time_limit: float | None) -> int:
    from partnership_lib.consolidation.problems.reading import read_problem
    from partnership_lib.consolidation.problems.solving import answer_json, solve_problem
    from partnership_lib.consolidation.solving.watching import Watch

    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("problem_file_unreadable", file=str(file), reason=str(error)) from error
    with progress_bar(call) as draw:
        steps = Steps(draw, _SEARCH, "consolidation_step", call.language)
        watch = Watch(time_limit, tell=_standing(steps, call.language))
        solved = solve_problem(read_problem(content, str(file)), watch)
    _say_problem(call, solved)
    call.answer(answer_json(solved))
    return 0


def _standing(steps: Steps, language: str) -> Callable[[Standing], None]:
    """Return what shows how far a search has come on the bar: the step, the bound, the best plan."""

    def tell(standing: Standing) -> None:
        steps.tell(standing.step)
        words = [text.word("consolidation_step", standing.step, language)]
        if standing.bound_sek is not None:
            values = {"bound": standing.bound_sek}
            words.append(text.sentence("cli.consolidation_progress_bound", values, language))
        if standing.best_sek is not None:
            values = {"best": standing.best_sek}
            words.append(text.sentence("cli.consolidation_progress_best", values, language))
        steps.say(", ".join(words))

    return tell


def _say_problem(call: Call, solved: Solved) -> None:
    answer = solved.answer
    call.say("consolidation_answer", agreements=len(answer.plan.bundles), cost_ore=answer.plan.cost_sek * _ORE)
    if not call.as_json:
        echo(certainty(answer, call.language))
    for number, names in enumerate(solved.bundles, start=1):
        call.say("consolidation_bundle", number=number, names=names)
    if solved.one_fewer_sek is not None:
        call.say("consolidation_one_fewer", price_ore=solved.one_fewer_sek * _ORE)
    elif not answer.stopped:
        call.say("consolidation_none_fewer")
    if solved.by_hand is not None:
        dearer = solved.by_hand.cost_sek - answer.plan.cost_sek
        if dearer * _ORE < 1.0:
            call.say("consolidation_by_hand_same")
        else:
            call.say("consolidation_by_hand", cost_ore=solved.by_hand.cost_sek * _ORE, dearer_ore=dearer * _ORE)


def consolidation_lines(
    found: Consolidation, beside: Beside, language: str, currency: str, rules: str = ""
) -> Iterator[str]:
    """Yield a consolidation as a person reads it on a terminal; `rules` is the file of the rules that was given."""
    from partnership_lib.consolidation.report.certainty import uncertainty

    def say(code: str, **values: Any) -> str:
        return text.sentence(f"cli.consolidation_{code}", {"currency": currency, **values}, language)

    apart, cost = found.apart_sek, found.cost_sek
    yield say("plan", today=len(found.instance.ids), agreements=len(found.answer.plan.bundles), cost=cost)
    yield say("saves" if cost <= apart else "costs", difference=abs(apart - cost), share=abs(apart - cost) / abs(apart))
    for finding in uncertainty(found, beside):
        yield text.sentence(f"finding.{finding.code}", {"currency": currency, **finding.values}, language)
    yield certainty(found.answer, language, found.columns.constant_sek)
    yield from _bundle_lines(found, beside, say, language, rules)
    if beside.one_fewer_sek is not None:
        yield say("one_fewer", price_ore=beside.one_fewer_sek * _ORE)
    if found.by_hand is not None:
        dearer = found.total_sek(found.by_hand.bundles) - cost
        kept = found.pool.within(found.by_hand.bundles)
        yield say("hand_same" if abs(dearer) < 1.0 else "hand" if kept else "hand_breaks", dearer=dearer)
    yield from _beside_lines(found, beside, say, language)
    for cut in found.columns.found.cuts:
        yield say("cut", count=len(cut.items), size=cut.size, allowed=cut.allowed, first=cut.items[0])
    if len(found.instance.unknown):
        yield say("unknown", count=len(found.instance.unknown), of=len(found.instance.ids))
    for code in found.instance.case.fallbacks:
        yield text.sentence(f"finding.fallback.{code}", {}, language)


def _beside_lines(found: Consolidation, beside: Beside, say: Callable[..., str], language: str) -> Iterator[str]:
    """Yield what was looked at beside the plan, under headings."""
    headings = {
        "front": [
            say("point", agreements=point.agreements, cost=point.answer.plan.cost_sek + found.columns.constant_sek)
            for point in beside.front
        ],
        "dependence": [
            say(
                "dependence_point",
                most=point.largest_bundle_share,
                agreements=point.agreements,
                cost=point.cost_sek,
                concentration=point.concentration,
            )
            for point in beside.dependence
        ],
        "alternatives": [
            say(
                "alternative",
                number=number,
                dearer=each.cost_sek - found.cost_sek,
                bundles=len(each.bundles),
                best_cheaper=each.contest.best_cheaper_share,
                futures=each.contest.futures,
            )
            for number, each in enumerate(beside.alternatives, start=1)
            if each.contest is not None
        ],
        "reasons": [f"{number}. {each.reasons[language]}" for number, each in enumerate(beside.advice, start=1)],
    }
    for heading, lines in headings.items():
        if lines:
            yield f"\n{say(heading)}"
            yield from lines
    if any(headings.values()):
        yield ""


def _bundle_lines(
    found: Consolidation, beside: Beside, say: Callable[..., str], language: str, rules: str
) -> Iterator[str]:
    from partnership_lib.consolidation.planning.consolidating import bundle_columns

    advice = {each.agreements: each for each in beside.advice}
    for number, column in enumerate(bundle_columns(found), start=1):
        (proposal,) = found.columns.proposals([column])
        form = found.instance.rules.forms[found.columns.form[column]].name
        ids = found.pool.ids(int(column))
        names = [found.instance.agreements[item].name for item in found.columns.members(int(column))]
        saved = -found.difference_sek(int(column))
        written = text.word("consolidation_form", form, language)
        yield say("proposed", number=number, names=names, start=proposal.start, form=written, saved=saved)
        if ids in advice:
            yield from _advice_lines(found, beside, ids, say)
        where = f" --rules {rules}" if rules else ""
        yield say("open", ids=",".join(ids), number=number, form=form, month=f"{proposal.start:%Y-%m}", rules=where)


def _advice_lines(found: Consolidation, beside: Beside, ids: tuple[str, ...], say: Callable[..., str]) -> Iterator[str]:
    from partnership_lib.consolidation.planning.stability import RECOMMENDED_SHARE

    if beside.stability is not None:
        share = beside.stability.together_share(ids)
        code = "stable" if share >= RECOMMENDED_SHARE else "unstable"
        yield say(code, share=share, draws=beside.stability.draws)
    excluded = next(each.excluded for each in beside.advice if each.agreements == ids)
    if excluded is not None:
        name = next(each.name for each in found.instance.agreements if each.id == excluded.agreement)
        code = "excluded" if excluded.difference_sek >= 0.0 else "excluded_saves"
        yield say(code, name=name, difference=abs(excluded.difference_sek))


def certainty(answer: Answer, language: str, constant_sek: float = 0.0) -> str:
    """Return the sentence on whether the plan is proven best, and if not how much too dear it may be."""
    values: dict[str, Any] = {"pool": answer.pool_size}
    if answer.certified:
        code = "certified"
    elif answer.proven:
        code = "proven"
    elif answer.lower_bound_sek == float("-inf"):
        code = "unbounded"
    else:
        cost, bound = answer.plan.cost_sek + constant_sek, answer.lower_bound_sek + constant_sek
        code, values = "bounded", {"gap": (cost - bound) / abs(cost) if cost else 0.0, "bound_ore": bound * _ORE}
    stopped = answer.stopped and not answer.proven
    first = text.sentence("cli.consolidation_stopped_early", {}, language) + " " if stopped else ""
    return first + text.sentence(f"cli.consolidation_{code}", values, language)
