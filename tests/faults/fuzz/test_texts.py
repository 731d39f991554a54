"""D11, texts: whatever is written, a parser takes it or refuses it in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.fuzz.judging import ESCAPED, judged
from tests.faults.fuzz.mutations import mutated
from tests.faults.fuzz.parsers import EXAMPLES, PARSERS
from tests.faults.fuzz.running import REPOSITORY

pytestmark = pytest.mark.faults

GUIDED = ("line of a ledger", "amount with a comma", "date in a ledger", "cell OPTIONS", "JSON")
PROOF = os.environ.get("PARTNERSHIP_PROOF") == "1"
_LETTERS = "0123456789 ,.-+/:;'\"()[]{}=\n\t\u00a0\u2212\u0663åÅeETQWkr\ufeff\x00\U0001f600\ud800"
_MADE_WRONG = st.builds(
    lambda example, seed: mutated(example.encode(), Random(seed)).decode("utf-8", "surrogateescape")[:1_000],
    st.sampled_from(EXAMPLES),
    st.integers(0, 2**32),
)
_TEXTS = st.one_of(st.text(max_size=60), st.text(st.sampled_from(_LETTERS)), _MADE_WRONG, st.sampled_from(EXAMPLES))


def escapes(parser: str, written: str) -> str:
    """What came out of a parser that should not; empty where nothing did."""
    verdict, escape = judged(PARSERS[parser], written)
    return f"{parser}: {escape} of {written[:200]!a}" if verdict == ESCAPED else ""


@pytest.mark.target(name="D11")
def test_no_text_brings_a_parser_down(rounds: Callable[[int, int], int], target: Callable[..., None]) -> None:
    tried = 0

    @settings(max_examples=rounds(100, 10_000), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_TEXTS)
    def every_parser(written: str) -> None:
        nonlocal tried
        tried += 1
        assert not [found for parser in PARSERS if (found := escapes(parser, written))]

    every_parser()
    target(texts=tried, parsers=len(PARSERS), escaped=0)


def test_the_texts_that_others_are_made_of_bring_no_parser_down() -> None:
    assert not [found for written in EXAMPLES for parser in PARSERS if (found := escapes(parser, written))]


@pytest.mark.target(name="D11", control=True)
def test_a_parser_with_a_fault_is_found(monkeypatch: pytest.MonkeyPatch, target: Callable[..., None]) -> None:
    monkeypatch.setitem(PARSERS, "careless", lambda written: int(written) if written.isdigit() else None)
    found = [each for written in ("12", "²") if (each := escapes("careless", written))]
    target(texts_found=len(found))
    assert len(found) == 1 and found[0].startswith("careless: ValueError")


@pytest.mark.target(name="D11")
@pytest.mark.parametrize(
    "parser", ["amount with a comma", "date in a ledger", "line of a ledger", "cell OPTIONS", "JSON"]
)
def test_guided_by_what_it_reaches_no_text_brings_a_parser_down(
    parser: str, rounds: Callable[[int, int], int], target: Callable[..., None]
) -> None:
    pytest.importorskip("atheris", reason="no coverage-guided fuzzing on this machine")
    runs = rounds(2_000, 200_000)
    found = _guided(parser, runs)
    target(guided=found["runs"], escaped=len(found["escapes"]))
    assert not found["escapes"]
    assert found["runs"] >= runs


@pytest.mark.target(name="D11", control=True)
def test_guided_by_what_it_reaches_a_hidden_fault_is_found(target: Callable[..., None]) -> None:
    """By chance one text of four bytes in 16 million would reach it."""
    pytest.importorskip("atheris", reason="no coverage-guided fuzzing on this machine")
    found = _guided("hidden fault", 1_000_000)
    target(guided_found=len(found["escapes"]))
    assert any("KeyError" in escape for escape in found["escapes"])


def _guided(parser: str, runs: int) -> dict[str, list[str]]:
    """Return what a child of its own has found: its library never comes back from a run."""
    command = [sys.executable, "-m", "tests.faults.fuzz.guided", parser, str(runs)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=1_800, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr[-2_000:]
    return json.loads(lines[-1])
