"""Case files of a workspace: found, inherited from inside only, the own defaults before the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnership_lib.errors import InputError, UsageError
from partnership_lib.register.exchange.notices.lots import Lot, write_market
from partnership_lib.text import describe
from partnership_lib.workspace import create_workspace, open_workspace
from partnership_lib.workspace.case_files import bidder_counts, place_cases, shipped_files


@pytest.fixture
def workspace(tmp_path):
    create_workspace(tmp_path)
    place_cases(tmp_path, ["skoladministration.yaml"])
    return open_workspace(tmp_path)


def _write(workspace, name, text) -> Path:
    file = workspace.root / "data" / "cases" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_new_workspace_has_the_example_and_can_read_it(workspace):
    assert workspace.case("example.yaml").id == "example"


def test_what_is_in_the_workspace_is_not_replaced_by_what_is_shipped(workspace):
    file = _write(workspace, "example.yaml", "mine")
    create_workspace(workspace.root)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("path", ["example", "example.yaml", "data/cases/example.yaml"])
def test_a_case_is_found_by_its_name_and_by_its_path(path, workspace):
    assert workspace.case(path).id == "example"
    assert workspace.case(workspace.root / "data" / "cases" / "example.yaml").id == "example"


def test_a_missing_case_is_named_with_the_nearest(workspace):
    with pytest.raises(UsageError, match="case_missing") as caught:
        workspace.case("skoladmin.yaml")
    assert "skoladministration.yaml" in describe(caught.value, "sv")


def test_a_scenario_is_read_with_what_it_inherits(workspace):
    _write(workspace, "tried/longer.yaml", "based_on: ../example.yaml\nname: Longer\nsettings: {horizon_months: 180}\n")
    case = workspace.case("tried/longer.yaml")
    assert (case.id, case.settings.horizon_months, len(case.needs)) == ("longer", 180, 3)


@pytest.mark.parametrize("elsewhere", ["../../outside.yaml", "/etc/hostname", "../../../x.yaml"])
def test_a_scenario_inherits_only_from_inside_its_folder(elsewhere, workspace):
    (workspace.root / "outside.yaml").write_text("name: secret")
    _write(workspace, "thief.yaml", f"based_on: {elsewhere}\nname: Thief\n")
    with pytest.raises(InputError, match="case_base_outside") as caught:
        workspace.case("thief.yaml")
    assert "secret" not in describe(caught.value, "sv")


def test_a_scenario_of_a_missing_base_says_which_there_are(workspace):
    _write(workspace, "orphan.yaml", "based_on: exampel.yaml\nname: Orphan\n")
    with pytest.raises(InputError, match="case_base_missing") as caught:
        workspace.case("orphan.yaml")
    assert "example.yaml" in describe(caught.value, "en")


def test_a_link_out_of_the_folder_is_no_way_out(workspace):
    (workspace.root / "outside.yaml").write_text("name: secret")
    (workspace.root / "data" / "cases" / "link.yaml").symlink_to(workspace.root / "outside.yaml")
    _write(workspace, "thief.yaml", "based_on: link.yaml\nname: Thief\n")
    with pytest.raises(InputError, match="case_base_outside"):
        workspace.case("thief.yaml")


@pytest.mark.parametrize(
    ("content", "code"), [(b"name: \xe5\xe4", "case_not_utf8"), (b"# " + b"x" * 6 * 2**20, "case_too_large")]
)
def test_what_cannot_be_a_case_file_is_refused_before_it_is_read(content, code, workspace):
    (workspace.root / "data" / "cases" / "odd.yaml").write_bytes(content)
    with pytest.raises(InputError, match=code) as caught:
        workspace.case("odd.yaml")
    assert "odd.yaml" in describe(caught.value, "sv")


def test_a_byte_order_mark_does_no_harm(workspace):
    text = (workspace.root / "data" / "cases" / "example.yaml").read_text(encoding="utf-8")
    (workspace.root / "data" / "cases" / "bom.yaml").write_text(text, encoding="utf-8-sig")
    assert workspace.case("bom").needs == workspace.case("example").needs


def test_the_workspaces_own_assumptions_and_bidder_counts_hold_before_the_shipped(workspace):
    (workspace.root / "data" / "assumptions").mkdir()
    (workspace.root / "data" / "assumptions" / "ours.yaml").write_text(
        """assumptions:
  - name: hours_per_bid
    description: Hours to check and evaluate one bid here.
    unit: h
    distribution: {pert: [4, 9, 20]}
    basis: measured
    source: time sheets of the procurement unit 2025
    grade: A
    date: 2026-01-01
    confirmed_by: head of procurement
""",
        encoding="utf-8",
    )
    (workspace.root / "data" / "reference").mkdir()
    (workspace.root / "data" / "reference" / "bidders.csv").write_text(
        "division,bidders,lots,source\n48,1,50,ours\n48,2,50,ours\n", encoding="utf-8"
    )
    case = workspace.case("example")
    assert case.assumption("hours_per_bid").confirmed_by == "head of procurement"
    assert case.assumption("appeal_hours").distribution.values == (40.0, 120.0, 400.0)
    assert tuple(case.bidder_counts["48"][:2]) == (0.5, 0.5)


def test_a_copy_of_the_shipped_bidders_does_not_hide_what_is_known_of_the_market(workspace, repository):
    """The demonstration has such a copy: awards that were brought in there came to nothing."""
    own = workspace.root / "data" / "reference" / "bidders.csv"
    own.parent.mkdir()
    own.write_bytes((repository / "data" / "reference" / "bidders.csv").read_bytes())
    before = bidder_counts(workspace.root)
    awarded = {"source": "ocds", "file": "a.json", "lot_id": "1", "cpv": "72000000", "bids": 2}
    lots = [Lot(notice_id=f"N-{number}", **awarded) for number in range(120)]
    write_market(workspace.root / "data" / "market.csv", lots)
    after = bidder_counts(workspace.root)
    assert after["72"] == (0.0, 1.0) != before["72"]
    assert (after["45"], after[""]) == (before["45"], before[""])


def test_what_is_wrong_in_the_workspaces_own_assumptions_is_refused_with_its_file_and_line(workspace):
    (workspace.root / "data" / "assumptions").mkdir()
    (workspace.root / "data" / "assumptions" / "ours.yaml").write_text("assumptions:\n  - name: hours_per_bids\n")
    with pytest.raises(InputError, match="assumptions_refused") as caught:
        workspace.case("example")
    assert "data/assumptions/ours.yaml, rad 2" in describe(caught.value, "sv")


def test_what_is_shipped_is_what_stands_in_the_repository(repository):
    for kind in ("assumptions", "cases", "reference"):
        suffix = ".csv" if kind == "reference" else ".yaml"
        shipped = {entry.name for entry in shipped_files(kind, suffix)}
        assert shipped == {file.name for file in (repository / "data" / kind).glob(f"*{suffix}")}
