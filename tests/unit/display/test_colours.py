"""Colours that carry meaning: readable as text, and told apart by eyes that lack one kind of cone.

Contrast: WCAG 2.1, 1.4.3 (4.5:1 for text) and 1.4.11 (3:1 for graphics). Simulated eyes: Machado, Oliveira and
Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG
15(6), 2009, severity 1.0.
Distance: CIE 1976 in CIELAB under D65; about 2.3 is just noticeable, 10 is seen at a glance.
"""

import re
from itertools import combinations

import numpy as np
import pytest

from partnership_lib import text
from partnership_lib.display.figures import style
from partnership_lib.display.view import View
from partnership_lib.findings import Finding, Signal
from partnership_lib.text import LANGUAGES

AT_A_GLANCE = 10.0

EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
TOGETHER = {
    "levels": tuple(style.LEVEL_COLOURS.values()),
    "alternatives": tuple(style.PLAN_COLOURS.values()),
    "cheaper and dearer": (style.CHEAPER, style.DEARER),
    "low and high values": (style.LOW_VALUE, style.HIGH_VALUE),
    "partnerships and others": (style.PARTNERSHIP, style.OTHER),
    "actual, plan and possible": (style.ACTUAL, style.PLAN, style.POSSIBLE),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
WHITE = TO_XYZ @ np.ones(3)


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a colour such as ``#16365c``."""
    shares = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255.0
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((float(TO_XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def seen(colour: str, eyes: str) -> np.ndarray:
    """A colour in CIELAB as such eyes see it."""
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ np.clip(EYES[eyes] @ linear(colour), 0.0, 1.0) / WHITE, 216 / 24389))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, eyes: str) -> float:
    """How far apart two colours are to such eyes."""
    return float(np.linalg.norm(seen(one, eyes) - seen(other, eyes)))


def test_the_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0, abs=1e-4)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails


@pytest.mark.parametrize("colour", [style.INK, style.MUTED, style.GOOD, style.ATTENTION, style.BAD])
def test_every_letter_in_a_figure_can_be_read(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 4.5
    assert contrast(colour, style.BAND) >= 4.5


@pytest.mark.parametrize(
    "colour", [*style.LEVEL_COLOURS.values(), style.ACTUAL, style.PLAN, style.FORECAST, style.OTHER]
)
def test_every_line_and_bar_stands_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, "#ffffff") >= 3.0


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("group", TOGETHER)
def test_colours_that_stand_together_are_told_apart_by_all_eyes(group: str, eyes: str) -> None:
    near = [pair for pair in combinations(TOGETHER[group], 2) if distance(*pair, eyes) < AT_A_GLANCE]
    assert near == []


def test_the_control_a_red_and_a_green_that_only_all_cones_tell_apart_are_found() -> None:
    assert distance("#c83737", "#6e7a1e", "all cones") > 60.0
    assert distance("#c83737", "#6e7a1e", "deuteranopia") < AT_A_GLANCE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signal_is_said_in_a_word_as_well_as_in_a_colour(language: str) -> None:
    # Attention and bad are near each other to eyes without green cones, so colour alone must never say it.
    words = [text.word("signal", signal, language) for signal in ("good", "attention", "bad")]
    assert len(set(words)) == 3
    for signal, word in zip(("good", "attention", "bad"), words, strict=True):
        finding = Finding("follow_up.summary_good", 0, "count", {"number": 0}, signal=Signal(signal))
        assert word.casefold() in re.sub(r"<[^>]+>", " ", View(language=language).finding(finding).source).casefold()
