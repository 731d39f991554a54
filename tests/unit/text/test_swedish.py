"""Swedish sentences follow Myndigheternas skrivregler as far as a program can see: agreement, quotes, per cent."""

from __future__ import annotations

import re

import pytest

from partnership_lib.text import catalogue

NONE_IN_THE_SINGULAR = re.compile(
    r"\{(\w+):[nN]umber:\w+\|(?:ingen|inget|Ingen|Inget)\}(?: \w+){0,3} \{\1:plural:(\w+)\|(\w+)"
)
QUOTED_STRAIGHT = re.compile(r'(?<!= )"\{\w+\}"')
PER_CENT_SIGN = re.compile(r"%")
RUNNING_TEXT = ("finding.", "lead.", "error.", "note.", "agreement_rule.", "doctor.", "chart.")
HOW_A_FILE_IS_WRITTEN = {"error.case_number_as_text", "error.register_address"}


def disagreeing(sentence: str) -> list[str]:
    """Values whose word for none is singular before a noun or an adjective that then stands in the plural."""
    return [
        found[1]
        for found in NONE_IN_THE_SINGULAR.finditer(sentence)
        if found[2] != found[3] and found[2] not in "ett en"
    ]


def in_running_text() -> dict[str, str]:
    sentences = catalogue._catalogue("sv")
    return {key: text for key, text in sentences.items() if key.startswith(RUNNING_TEXT)}


def test_none_of_something_agrees_with_what_follows() -> None:
    wrong = {key: disagreeing(text) for key, text in in_running_text().items() if disagreeing(text)}
    assert not wrong, "where nothing is counted the rest stands in the plural: {n:number:en|inga} {n:plural:klar|klara}"


def test_a_value_is_quoted_the_swedish_way() -> None:
    texts = in_running_text() | {
        key: text for key, text in catalogue._catalogue("sv").items() if key.startswith("cli.")
    }
    shell = {key for key in texts if 'cd "{folder}"' in texts[key]}
    assert not [key for key, text in texts.items() if QUOTED_STRAIGHT.search(text) and key not in shell]


def test_a_sentence_says_per_cent_in_letters() -> None:
    assert not [
        k for k, text in in_running_text().items() if PER_CENT_SIGN.search(text) and k not in HOW_A_FILE_IS_WRITTEN
    ]


@pytest.mark.parametrize(
    ("sentence", "seen"),
    [
        ("{n:number:en|ingen} blev {n:plural:klar|klara}", ["n"]),
        ("{n:Number:En|Ingen} {n:plural:dag|dagar} kvar", ["n"]),
        ("{n:number:en|inga} blev {n:plural:klar|klara}", []),
        ("{n:number:en|ingen} har {m:plural:rad|rader}", []),
        ("{n:Number:Ett|Inget} av dem är {n:plural:ett partnerskap|partnerskap}", []),
    ],
)
def test_a_disagreement_is_seen(sentence: str, seen: list[str]) -> None:
    assert disagreeing(sentence) == seen


def test_a_straight_quotation_mark_and_a_sign_are_seen() -> None:
    assert QUOTED_STRAIGHT.search('Profilen "{found}" finns inte.')
    assert not QUOTED_STRAIGHT.search("Profilen ”{found}” finns inte.")
    assert PER_CENT_SIGN.search("80 % av värdet")
