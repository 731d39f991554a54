"""A bundle of the plan opened as a case of its own: the form, the start and the cost are those of the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.consolidation.costs.engine import charged_alone
from partnership_lib.consolidation.planning.consolidating import Consolidation, bundle_columns, consolidate
from partnership_lib.consolidation.planning.spread import bundle_components_sek
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.components import COMPONENTS
from partnership_lib.decision.engine.expect import expect
from partnership_lib.decision.plans.compiled import compile_case
from partnership_lib.decision.plans.plan import Plan, make_plan
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.workspace import Workspace
from partnership_lib.workspace.consolidations import register_case, rules_of

ABLE = "supplier,need,source,date\n"
RULES = """draws: 4
forms:
- {name: merged, terms: {term_months: 36, option_months: [12]}}
- name: functional
  terms: {term_months: 48, requirements: functional, governance: partnership, changes_described: true}
starts: [2028-01-01, 2028-10-01]
must_link: [[A-054, A-055, A-056]]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo, with rules of its own and suppliers who are able to deliver the needs of three agreements."""
    root = tmp_path_factory.mktemp("demo")
    build_demo_workspace(root)
    opened = partnership_lib.open(root)
    parts = [each for each in opened.content().agreement_parts if each.agreement_id in ("A-054", "A-055", "A-056")]
    rows = "".join(f"S-{n},{part.need_id},market dialogue,2026-05-01\n" for part in parts for n in range(6))
    (root / "data" / "capability.csv").write_text(ABLE + rows, encoding="utf-8")
    (root / "data" / "consolidation.yaml").write_text(RULES, encoding="utf-8")
    return opened


@cache
def found_in(root: Path) -> Consolidation:
    place = partnership_lib.open(root)
    return consolidate(register_case(place), rules_of(place))


def engine_components_sek(case: Case, values: np.ndarray) -> dict[str, float]:
    """Return what the engine expects the proposal of a case to cost beyond its agreements of today, by component."""
    plans = [Plan(charged_alone(make_plan(case, proposed).slots)) for proposed in (case.proposed, ())]
    costs = expect(compile_case(case, (plans[0], plans[1])), values).mean(axis=0)
    return dict(zip(COMPONENTS, costs[0] - costs[1], strict=True))


def without_outside(found: Consolidation, needs: list[str]) -> Consolidation:
    """The same plan of a register in which only the needs of one bundle exchange information with each other."""
    case = found.instance.case
    own = tuple(need if need.id in needs else replace(need, domain="") for need in case.needs)
    case = replace(case, needs=own)
    return replace(found, columns=replace(found.columns, instance=replace(found.instance, case=case)))


def test_every_bundle_opens_as_a_case_that_costs_what_the_plan_says(place: Workspace, tmp_path: Path) -> None:
    found = found_in(place.root)
    assert len(bundle_columns(found)) >= 2
    known = set()
    for number, column in enumerate(bundle_columns(found)):
        (proposal,) = found.columns.proposals([int(column)])
        form = found.instance.rules.forms[found.columns.form[column]]
        file = tmp_path / f"bundle-{number}.yaml"
        options = ["--form", form.name, "--start", f"{proposal.start:%Y-%m}", "-o", str(file)]
        asked = ["compare", "--from-agreements", ",".join(found.pool.ids(int(column))), *options]
        answer = CliRunner().invoke(main, [*asked, "--workspace", str(place.root)])
        assert answer.exit_code == 0, answer.output
        case = place.case(file)
        (opened,) = case.proposed
        assert (opened.terms, opened.start) == (form.terms, proposal.start)
        drawn = {key: found.columns.values[:, place] for place, key in enumerate(found.instance.sampler.keys)}
        keys = sorted(each.key for each in case.assumptions)
        values = np.column_stack([drawn[key] for key in keys])
        planned = dict(
            zip(COMPONENTS, bundle_components_sek(found, int(column), found.columns.values).mean(0), strict=True)
        )
        engine = engine_components_sek(case, values)
        # The case knows only the needs of the bundle: interfaces with the rest of the register are not in it. Without
        # them the plan costs the same, component by component.
        outside = planned["interfaces"] - engine["interfaces"]
        alone = without_outside(found, [need.id for need in case.needs])
        costs = bundle_components_sek(alone, int(column), found.columns.values).mean(0)
        within = dict(zip(COMPONENTS, costs, strict=True))
        assert engine == pytest.approx(within, rel=1e-6, abs=1e-3)
        assert sum(engine.values()) == pytest.approx(sum(within.values()), rel=1e-6)
        assert {name: planned[name] for name in planned if name != "interfaces"} == pytest.approx(
            {name: within[name] for name in within if name != "interfaces"}, rel=1e-9, abs=1e-6
        )
        # What is outside is what changes of supplier cost at the border of the bundle.
        assert 0.0 < abs(outside) < 0.05 * abs(found.difference_sek(int(column)))
        known |= {need.capable_suppliers for need in case.needs}
    assert len(known) > 1  # both bundles whose market is known and such as nobody has asked about


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--form", "functionel"], "unknown_form"),
        (["--form", "merged", "--rules", "nowhere.yaml"], "rules_missing"),
        (["--start", "next year"], "date_unreadable"),
    ],
)
def test_a_form_or_a_start_that_is_not_there_is_refused_and_nothing_is_written(
    place: Workspace, tmp_path: Path, options: list[str], code: str
) -> None:
    file = tmp_path / "bundle.yaml"
    asked = ["compare", "--from-agreements", "A-009,A-047", "-o", str(file), "--json", *options]
    answer = CliRunner().invoke(main, [*asked, "--workspace", str(place.root)])
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["code"] == code
    assert not file.exists()


def test_without_a_form_a_partnership_is_proposed(place: Workspace) -> None:
    drafted = place.draft_case(["A-009", "A-047"])
    assert "requirements: functional" in drafted
    assert "governance: partnership" in drafted
    assert (
        "requirements: detailed" in place.draft_case(["A-009", "A-047"], "merged").partition("proposed_agreements")[2]
    )
