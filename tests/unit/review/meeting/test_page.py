"""The page's scripts and styles: whole, in words that are there in both languages, and asking for nothing outside."""

import re

import pytest

from partnership_lib.review.meeting.frame import page_words
from partnership_lib.review.meeting.protocol import COMMANDS
from partnership_lib.review.meeting.widget import SCRIPTS, STYLES, page_script, page_style
from partnership_lib.text import LANGUAGES, keys

FAMILIES = ["act_", "save_", "step_", "filter_", "audience_", "band_", "list_of_", "waits_for_", "sign_", "nobody_of_"]
FAMILIES += ["signal_", "climbed_from_", "meet_"]
"""Beginnings of codes whose end is a command, a step, a party and the like."""


def _codes(script):
    """The codes of words that a script writes out, or chooses between."""
    return {code for code in re.findall(r'"([a-z_]+)"', script) if f"page.{code}" in page_words("sv")}


def _asked_for(script):
    """The codes that are asked for by name alone."""
    return set(re.findall(r'word\("([a-z_]+)"', script))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_page_asks_for_is_there(language):
    words = page_words(language)
    assert {code for code in _asked_for(page_script()) if f"page.{code}" not in words} == set()
    saving = {"act_" + name for name in COMMANDS} - {"act_identify", "act_choose", "act_audience", "act_refresh"}
    assert {code for code in saving if f"page.{code}" not in words} == set()


def test_a_word_that_is_not_there_is_seen():
    assert _asked_for('element("p", {}, word("no_such_word"))') == {"no_such_word"}


def test_every_word_is_used():
    script = page_script()
    used = _codes(script) | {code for code in _family_members() if _stem(code) in script}
    assert {key.removeprefix("review.page.") for key in keys("sv") if key.startswith("review.page.")} - used == set()


def _family_members():
    codes = {key.removeprefix("review.page.") for key in keys("sv") if key.startswith("review.page.")}
    return {code for code in codes if code.startswith(tuple(FAMILIES)) or code.endswith(("_one", "_means", "_why"))}


def _stem(code):
    """What of a code stands in a script when its end is filled in."""
    if code.endswith("_one"):
        return "_one`"
    return next((family + "$" for family in FAMILIES if code.startswith(family)), code.rpartition("_")[2])


def test_the_page_fetches_nothing_and_makes_no_markup_of_text():
    whole = page_script() + page_style()
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", whole) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", whole) == []


def test_the_scripts_make_one_module_with_no_name_twice():
    names = re.findall(r"^(?:const|class|let) (\w+)", page_script(), re.MULTILINE)
    assert len(names) == len(set(names))
    assert (page_script().count("export default"), len(SCRIPTS), len(STYLES)) == (1, 20, 5)
