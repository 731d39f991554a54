"""Text from outside becomes harmless text."""

import pytest

from partnership_lib.display.safe import clean_text, escape, safe_label


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Nord\x00 AB", "Nord AB"),
        ("\ufeffNord AB", "Nord AB"),
        ("Nord\u202eBA", "NordBA"),
        ("rad ett\nrad två\t!", "rad ett rad två !"),
        ("1\u00a0234\u00a0kr", "1\u00a0234\u00a0kr"),
        ("Åkeri Öst & Söner", "Åkeri Öst & Söner"),
        (12, "12"),
    ],
)
def test_invisible_signs_are_taken_away_and_the_rest_is_kept(written: object, shown: str) -> None:
    assert clean_text(written) == shown


def test_markup_is_escaped_also_for_attributes() -> None:
    assert escape("\"><img src=x onerror='a'>") == "&quot;&gt;&lt;img src=x onerror=&#x27;a&#x27;&gt;"


def test_a_label_never_begins_with_an_underscore() -> None:
    assert not safe_label("_dold").startswith("_")


def test_a_long_label_is_cut_to_the_length_asked_for() -> None:
    assert len(safe_label("a" * 500, 40)) == 40


def test_a_label_is_cut_between_words() -> None:
    title = "Aktuell plan för att lämna avtalet: data, format, bemanning och kostnad"
    assert safe_label(title, 52) == "Aktuell plan för att lämna avtalet: data, format…"
