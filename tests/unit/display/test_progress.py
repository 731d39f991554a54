"""The bar of long work: it moves forward only, says how long is left, and leaves nothing behind."""

from __future__ import annotations

import io
import sys

import pytest

from partnership_lib.display.progress import Steps, by_lines, in_notebook, on_terminal, part, rest_in_words

Drawn = list[tuple[float, float, str]]
SHARES = {"power": 0.5, "estimates": 0.1, "checks": 0.4}


def drawn_by(drawn: Drawn, about: str = "") -> Steps:
    return Steps(lambda *given: drawn.append(given), SHARES, "outcome_step", "sv", about)


def test_steps_become_a_share_of_the_whole_with_words() -> None:
    drawn: Drawn = []
    steps = drawn_by(drawn)
    steps.tell("power", 1, 2)
    steps.tell("estimates")
    steps.tell("checks", 1, 1)
    assert [round(done, 9) for done, _, _ in drawn] == [0.25, 0.5, 1.0]
    assert drawn[0][2] == "statistisk styrka"


def test_a_step_that_comes_again_does_not_draw_the_bar_back() -> None:
    drawn: Drawn = []
    steps = drawn_by(drawn)
    for step in ("checks", "power"):
        steps.tell(step)
    assert [done for done, _, _ in drawn] == [0.6, 0.6]


def test_a_part_of_the_work_fills_its_own_part_of_the_bar() -> None:
    drawn: Drawn = []
    steps = Steps(part(lambda *given: drawn.append(given), 2, 4), SHARES, "outcome_step", "en", "A-3")
    steps.tell("checks", 1, 1)
    assert drawn == [(3.0, 4, "A-3: checks")]


def test_lines_are_told_with_their_speed() -> None:
    drawn: Drawn = []
    by_lines(lambda *given: drawn.append(given), "sv")(50, 100, "reskontra.csv", 1_200)
    assert drawn[0][:2] == (50, 100)
    assert "reskontra.csv 1\xa0200 rader" in drawn[0][2]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1.0, "ungefär 5 sekunder kvar"), (61.0, "ungefär 60 sekunder kvar"), (125.0, "ungefär 2 minuter kvar")],
)
def test_the_time_that_is_left_is_said_as_roughly_as_it_is_known(seconds: float, said: str) -> None:
    assert rest_in_words(seconds, "sv") == said


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_that_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    with on_terminal() as draw:
        draw(1, 2, "räknar")
    shown = terminal.getvalue()
    assert "räknar  50 %" in shown
    assert shown.endswith("\r")


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO(), False), (_Terminal(), True)])
def test_without_a_terminal_or_where_it_is_unwanted_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, quiet: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with on_terminal(quiet=quiet) as draw:
        draw(1, 2, "räknar")
    assert stream.getvalue() == ""


def test_outside_of_a_notebook_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with in_notebook("sv") as draw:
        draw(1, 2, "räknar")
    assert capsys.readouterr() == ("", "")
