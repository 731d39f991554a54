"""The what-if room without a browser: controls change an input, the answer follows, nothing good is lost."""

import ast
import asyncio
import json
import math
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import partnership_lib
from partnership_lib.cli import main
from partnership_lib.decision.cases.scenarios import apply_changes
from partnership_lib.decision.measures.answer_json import as_json
from partnership_lib.errors import InputError, StorageError, UsageError
from partnership_lib.review import servers
from partnership_lib.review.what_if import WhatIfRoom, columns, open_room, saving
from partnership_lib.review.what_if.knobs import assumption_knobs, nice_step
from partnership_lib.review.what_if.latest import Latest
from partnership_lib.review.what_if.numbers import format_exact, read_number
from partnership_lib.review.what_if.pictures import pictures_of
from partnership_lib.workspace import create_workspace

SAVING = "scope_saving_share"
SMALL = """
name: Städning & <b>vård</b>
settings: {base_month: 2026-09, horizon_months: 60}
effort: {paths: 512, randomisations: 2, points: 64, seed: 3}
needs:
  - {id: N-1, name: Golv, category: "90", annual_value_sek: 900000, source: register}
  - {id: N-2, name: Fönster, category: "90", annual_value_sek: 400000, source: register}
present_agreements:
  - {id: A-1, name: Golvvård, needs: [N-1], supplier: Golvbolaget, expiry: 2027-09-01, source: register,
     terms: {term_months: 36, requirements: detailed}}
  - {id: A-2, name: Fönsterputs, needs: [N-2], supplier: Glasbolaget, expiry: 2027-09-01, source: register,
     terms: {term_months: 36, requirements: detailed}}
proposed_agreements:
  - {id: P-1, name: Städpartner, needs: [N-1, N-2], start: 2027-09-01, source: förslag,
     terms: {term_months: 48, requirements: functional, governance: partnership}}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("kommunen")
    create_workspace(root)
    (root / "data" / "cases").mkdir(parents=True, exist_ok=True)
    (root / "data" / "cases" / "stad.yaml").write_text(SMALL.lstrip(), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def workspace(root):
    return partnership_lib.open(root, as_of="2026-09-15")


@pytest.fixture(scope="module")
def opened(workspace):
    room = WhatIfRoom(workspace, "stad.yaml")
    _fold(room).selected_index = 0
    return room


@pytest.fixture
def room(opened, monkeypatch):
    """The room as it was opened; its pictures are only noted down, drawing them takes time."""
    monkeypatch.setattr(columns, "picture_html", lambda chart, language, said, size: f"{size} {chart.frame.to_json()}")
    opened.alternative.value = "A"
    opened.side_by_side.value = False
    for name in opened.changes:
        opened.changes[name] = {}
    opened.reset_all.click()
    return opened


def _fold(room):
    return next(child for child in room._controls.children if type(child).__name__ == "Accordion")


def _answer(room, name="A"):
    return room.columns[name].text.value


# --- what can be turned -----------------------------------------------------------------------------------------------


def test_the_assumptions_come_in_the_order_of_what_is_most_worth_knowing(room):
    assumptions = [key for key in room.rows if not key.startswith(("settings.", "proposed."))]
    assert assumptions == list(room._quick.order[: len(assumptions)])


def test_terms_start_requirements_governance_rate_and_horizon_can_be_chosen(room):
    assert {
        "proposed.P-1.term_months",
        "proposed.P-1.start",
        "proposed.P-1.requirements",
        "proposed.P-1.meeting_hours_per_year",
        "settings.discount_rate_share",
        "settings.horizon_months",
    } <= room.rows.keys()


def test_the_folded_assumptions_are_made_when_they_are_opened_and_then_all_can_be_turned(workspace, monkeypatch):
    monkeypatch.setattr(columns, "picture_html", lambda *_: "")
    room = WhatIfRoom(workspace, "stad.yaml")
    before = len(room.rows)
    _fold(room).selected_index = 0
    assert len(room.rows) > before
    assert set(room._quick.order) <= room.rows.keys()


def test_a_knob_says_its_unit_and_where_it_lies_today(workspace):
    (knob,) = assumption_knobs(workspace.case("stad.yaml"), [SAVING], "sv")
    assert (knob.unit, knob.scale, knob.name) == ("%", 100.0, "Samordningsvinst")
    assert knob.low <= knob.p10 < knob.today < knob.p90 <= knob.high


def test_a_slider_stands_where_the_browser_would_put_it_too(room):
    for row in room.rows.values():
        if hasattr(row, "slider"):
            steps = (row.slider.value - row.slider.min) / row.slider.step
            assert math.isclose(steps, round(steps), abs_tol=1e-6), row.key


@given(st.floats(min_value=1e-4, max_value=1e6))
def test_a_slider_has_about_a_hundred_steps_of_a_round_size(width):
    assert 20 <= width / nice_step(0.0, width) <= 100 * (1 + 1e-6)


# --- numbers ----------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**9), 10**9), st.sampled_from(["sv", "en"]))
def test_a_number_is_read_as_it_is_written(millionths, language):
    number = millionths / 1e3
    assert read_number(format_exact(number, language), "n", "", -math.inf, math.inf, language) == pytest.approx(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number_missing"),
        ("  ", "number_missing"),
        ("abc", "number_unreadable"),
        ("nan", "number_unreadable"),
        ("1e9", "number_unreadable"),
        ("1,2,3", "number_unreadable"),
        ("<b>1</b>", "number_unreadable"),
        ("101", "number_out_of_range"),
        ("−1", "number_out_of_range"),
    ],
)
def test_what_is_no_allowed_number_is_refused_by_name(typed, code):
    with pytest.raises(InputError) as caught:
        read_number(typed, "Samordningsvinst", "%", 0, 100, "sv")
    assert caught.value.code == code
    assert caught.value.values["allowed"] == "0–100 %"


# --- the answer follows -----------------------------------------------------------------------------------------------


def test_a_slider_changes_the_words_and_the_pictures(room):
    before = _answer(room), *(picture.value for picture in room.columns["A"].pictures.values())
    room.rows[SAVING].slider.value = room.rows[SAVING].slider.max
    after = _answer(room), *(picture.value for picture in room.columns["A"].pictures.values())
    assert room.changes["A"] == {SAVING: pytest.approx(0.12)}
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_what_is_shown_is_what_the_quick_room_answers(room):
    room.rows[SAVING].box.value = "7,5"
    assert room.changes["A"] == {SAVING: 0.075}
    expected = room._quick.answer({SAVING: 0.075})
    shown = room.columns["A"].answer
    assert shown.difference == expected.difference
    assert room._words.difference(expected.difference.mean) in _answer(room)


def test_box_and_slider_show_the_same(room):
    row = room.rows[SAVING]
    row.box.value = "7"
    assert row.slider.value == pytest.approx(7.0)
    row.slider.value = 5.0
    assert row.box.value == "5"


def test_a_value_beyond_the_slider_stretches_it(room):
    row = room.rows[SAVING]
    row.box.value = "40"
    assert room.changes["A"] == {SAVING: 0.4}
    assert row.slider.max >= 40


def test_the_echo_of_a_slider_that_is_drawn_is_no_change(room):
    row = room.rows[SAVING]
    row.slider.value = row.slider.value + 1e-9
    assert room.changes["A"] == {}


def test_a_reset_gives_the_whole_distribution_back(room):
    before = _answer(room)
    row = room.rows[SAVING]
    row.slider.value = 0.0
    assert not row.reset.disabled
    row.reset.click()
    assert row.reset.disabled
    assert room.changes["A"] == {}
    assert _answer(room) == before


def test_a_choice_that_is_what_the_case_has_is_no_change(room):
    row = room.rows["proposed.P-1.term_months"]
    row.list.value = 96
    assert room.changes["A"] == {"proposed.P-1.term_months": 96}
    row.list.value = 48
    assert room.changes["A"] == {}


@pytest.mark.parametrize("typed", ["", "mycket", "1000"])
def test_a_bad_value_gets_a_calm_message_and_the_last_good_answer_stays(room, typed):
    room.rows[SAVING].box.value = "6"
    before = _answer(room), dict(room.changes["A"])
    room.rows[SAVING].box.value = typed
    assert "Samordningsvinst" in room.message.value
    assert "Det senaste svaret står kvar" in room.message.value
    assert (_answer(room), room.changes["A"]) == before
    room.rows[SAVING].box.value = "5"
    assert room.message.value == ""


def test_what_the_checks_of_a_case_refuse_is_said_and_the_last_good_answer_stays(room, monkeypatch):
    before = _answer(room)

    def refuse(changes):
        raise UsageError("change_refused", key="x", found="y", allowed="z", reason="r")

    monkeypatch.setattr(room._quick, "answer", refuse)
    room.rows[SAVING].slider.value = 3.0
    assert room.message.value
    assert _answer(room) == before


# --- two alternatives -------------------------------------------------------------------------------------------------


def test_a_and_b_are_turned_apart_and_compared(room):
    room.alternative.value = "B"
    assert room.side_by_side.value
    room.rows[SAVING].box.value = "12"
    assert (room.changes["A"], room.changes["B"]) == ({}, {SAVING: 0.12})
    assert len(room._pair.children) == 2
    first, second = (room.columns[name].answer for name in "AB")
    assert room._between.value == room._words.comparison_html(first, second)


def test_pictures_side_by_side_have_the_same_steps_and_the_same_scale(room):
    room.alternative.value = "B"
    room.rows[SAVING].box.value = "-90"
    a, b = (room.columns[name].answer for name in "AB")
    for left, right in zip(pictures_of(a, "SEK", 3, b), pictures_of(b, "SEK", 3, a), strict=True):
        assert left.values["reach_sek"] == right.values["reach_sek"]
    stairs, others = pictures_of(a, "SEK", 3, b)[0].frame, pictures_of(b, "SEK", 3, a)[0].frame
    assert list(stairs["component"]) == list(others["component"])
    assert stairs["difference_sek"].sum() == pytest.approx(a.difference.mean)
    # The control: alone each would have steps and a reach of its own.
    assert list(pictures_of(b, "SEK", 1)[0].frame["component"]) != list(pictures_of(a, "SEK", 1)[0].frame["component"])


def test_a_picture_whose_answer_and_scale_stay_is_not_drawn_again(room, monkeypatch):
    room.alternative.value = "B"
    drawn = []
    monkeypatch.setattr(columns, "picture_html", lambda chart, *_: drawn.append(chart.code) or "<svg>")
    room._draw()
    assert drawn == []
    room.rows[SAVING].box.value = "-30"
    assert "cost_waterfall" in drawn


def test_the_room_says_how_many_assumptions_nobody_has_confirmed(room):
    case = room._quick.case
    unconfirmed = sum(each.varies and not each.confirmed_by for each in case.assumptions)
    assert f"{unconfirmed} antaganden är obekräftade" in room.columns["A"].text.value
    room.rows[SAVING].box.value = "12"
    assert f"{unconfirmed - 1} antaganden är obekräftade" in room.columns["A"].text.value


def test_the_controls_show_the_alternative_that_they_change(room):
    room.rows[SAVING].box.value = "12"
    room.alternative.value = "B"
    assert room.rows[SAVING].reset.disabled
    room.alternative.value = "A"
    assert room.rows[SAVING].box.value == "12"


def test_a_is_copied_to_b_and_then_they_give_the_same_answer(room):
    room.rows[SAVING].box.value = "12"
    room.side_by_side.value = True
    room.copy.click()
    assert room.changes["B"] == room.changes["A"] == {SAVING: 0.12}
    assert "samma svar" in room._between.value


# --- the latest value wins --------------------------------------------------------------------------------------------


def test_many_changes_are_answered_with_the_latest_and_nothing_queues_up():
    state, seen = {"value": 0}, []

    async def drag() -> None:
        latest = Latest([lambda: (time.sleep(0.02), seen.append(state["value"]))], lambda error: None)
        for value in range(1, 60):
            state["value"] = value
            latest.request()
            await asyncio.sleep(0.001)
        await latest._task

    asyncio.run(drag())
    assert seen[-1] == 59
    assert len(seen) < 20


def test_an_unexpected_failure_is_told_and_the_next_change_works_again():
    failures, seen = [], []

    def fail_once() -> None:
        if not failures and not seen:
            raise ZeroDivisionError
        seen.append(True)

    async def turn() -> None:
        latest = Latest([fail_once], failures.append)
        for _ in range(2):
            latest.request()
            await asyncio.wait([latest._task])
            await asyncio.sleep(0)

    asyncio.run(turn())
    assert [type(error) for error in failures] == [ZeroDivisionError]
    assert seen == [True]


# --- saving -----------------------------------------------------------------------------------------------------------


def test_notebook_command_and_widget_give_identical_figures(room, root, workspace):
    room.rows[SAVING].box.value = "7,5"
    room.rows["proposed.P-1.term_months"].list.value = 96
    room.rows["settings.discount_rate_share"].box.value = "2"
    room.save_form.name.value = "Mer samordning"
    room.save_form.save.click()
    file = root / "data" / "cases" / "stad-mer-samordning.yaml"
    assert "Sparat" in room.save_form.message.value

    widget = as_json(room.save_form.comparison)
    notebook = as_json(partnership_lib.open(root).compare(str(file)))
    command = CliRunner().invoke(main, ["compare", str(file), "--json", "--workspace", str(root)])
    assert command.exit_code == 0, command.output
    assert widget == notebook == json.loads(command.stdout)

    changed = apply_changes(workspace.case("stad.yaml"), room.changes["A"], workspace.as_of)
    assert (
        as_json(room.save_form.comparison)["difference_sek"]
        != as_json(workspace.compare("stad.yaml"))["difference_sek"]
    )
    assert workspace.case(file).assumptions == changed.assumptions
    assert workspace.case(file).proposed == changed.proposed
    assert workspace.case(file).settings == changed.settings


def test_an_existing_scenario_is_never_written_over(room, root):
    file = root / "data" / "cases" / "stad-redan.yaml"
    file.write_text("mitt", encoding="utf-8")
    room.save_form.name.value = "Redan"
    room.save_form.save.click()
    assert "INTE SPARAT" in room.save_form.message.value
    assert "stad-redan.yaml" in room.save_form.message.value
    assert file.read_text(encoding="utf-8") == "mitt"
    file.unlink()


@pytest.mark.parametrize("name", ["", "   ", "…"])
def test_a_scenario_without_a_name_is_not_saved(room, root, name):
    before = sorted(root.rglob("*"))
    room.save_form.name.value = name
    room.save_form.save.click()
    assert "INTE SPARAT" in room.save_form.message.value
    assert sorted(root.rglob("*")) == before


def test_a_full_disk_is_told_and_the_name_is_kept(room, monkeypatch):
    def full(target, content):
        raise StorageError("disk_full", file=str(target), reason="No space left on device")

    monkeypatch.setattr(saving, "create_text", full)
    room.save_form.name.value = "Viktigt"
    room.save_form.save.click()
    assert "INTE SPARAT" in room.save_form.message.value
    assert room.save_form.name.value == "Viktigt"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "COM1", "<b>&", "x" * 300, "Ärtor, ägg & öl"])
def test_a_scenario_stays_beside_its_case_whatever_its_name(name):
    file = saving.scenario_file(Path("cases", "stad.yaml"), name)
    assert file.parent == Path("cases")
    assert file.name.startswith("stad-")
    assert file.suffix == ".yaml"
    assert len(file.name) < 80


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_refused_case_opens_nothing(workspace, root, monkeypatch):
    (root / "data" / "cases" / "fel.yaml").write_text("name: Fel\nneeds: 3\n", encoding="utf-8")
    monkeypatch.setattr(servers, "running_room", lambda *_: pytest.fail("a server was started"))
    with pytest.raises(InputError):
        servers.start_what_if(workspace, "fel.yaml", browser=False, opened=lambda _: None)
    with pytest.raises(UsageError):
        servers.start_what_if(workspace, "saknas.yaml", browser=False, opened=lambda _: None)
    (root / "data" / "cases" / "fel.yaml").unlink()


def test_the_notebook_says_what_is_wrong_with_its_case_instead_of_failing(root):
    shown = open_room(str(root), "saknas.yaml")
    assert "saknas.yaml" in shown.value
    assert 'role="alert"' in shown.value


def test_the_notebook_takes_what_the_launcher_names_else_the_first_case(root, monkeypatch):
    monkeypatch.setattr(columns, "picture_html", lambda *_: "")
    monkeypatch.setenv(servers.CASE_VARIABLE, "saknas.yaml")
    assert "saknas.yaml" in open_room(str(root)).value
    monkeypatch.delenv(servers.CASE_VARIABLE)
    monkeypatch.setenv(servers.LANGUAGE_VARIABLE, "en")
    assert "What if" in open_room(str(root)).children[1].value


def test_text_from_the_case_is_inert_in_the_room(room):
    assert "<b>vård" not in room.widget.children[1].value
    assert "&lt;b&gt;vård" in room.widget.children[1].value


def test_a_picture_has_a_text_alternative(workspace):
    for picture in WhatIfRoom(workspace, "stad.yaml").columns["A"].pictures.values():
        assert picture.value.startswith('<svg role="img" aria-label="')
        assert "<script" not in picture.value


ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)


def _arithmetic(source: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC)
    ]


@pytest.mark.parametrize("module", ["room", "columns", "saving", "latest"])
def test_the_callbacks_hold_no_arithmetic(repository, module):
    assert _arithmetic((repository / f"partnership_lib/review/what_if/{module}.py").read_text(encoding="utf-8")) == []


def test_arithmetic_in_a_callback_is_seen():
    assert _arithmetic("def slid(change):\n    return change * 2") == [2]
