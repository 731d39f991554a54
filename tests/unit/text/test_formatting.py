"""Numbers, money and dates as a Swedish or an English reader writes them."""

from datetime import date

import pytest

from partnership_lib.errors import UsageError
from partnership_lib.text import describe, sentence, word
from partnership_lib.text.formatting import SentenceFormatter


def _filled(template, language="sv", **values):
    formatter = SentenceFormatter(language, lambda group, value: word(group, value, language))
    return formatter.vformat(template, (), values).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("template", "language", "value", "written"),
    [
        ("{x:money}", "sv", 123456789, "1 234 568 kr"),
        ("{x:money_exact}", "sv", -1250, "−12,50 kr"),
        ("{x:money_exact}", "en", 1250, "12.50 SEK"),
        ("{x:money_short}", "sv", 1_234_500_000, "12,3 miljoner kronor"),
        ("{x:share}", "sv", 0.5, "50 procent"),
        ("{x:share1}", "en", 0.125, "12.5%"),
        ("{x:date}", "en", date(2026, 9, 1), "1 September 2026"),
        ("{x:period}", "sv", "2026-T2", "tertial 2 2026"),
        ("{x:list}", "sv", ["a", "b", "c"], "a, b och c"),
        ("{x:word:level}", "sv", "operational", "operativ"),
        ("{x:count} {x:plural:rad|rader}", "sv", 1, "1 rad"),
        ("{x:count} {x:plural:rad|rader}", "sv", 1200, "1 200 rader"),
    ],
)
def test_a_value_is_written_as_its_reader_expects(template, language, value, written):
    assert _filled(template, language, x=value) == written


def test_the_currency_of_the_workspace_is_used():
    assert _filled("{x:money_exact}", "en", x=1250, currency="GBP") == "12.50 £"


def test_an_error_becomes_a_sentence_in_both_languages():
    error = UsageError("unknown_period", found="2026-T9")
    assert "2026-T9" in describe(error, "sv")
    assert "2026-T9" in describe(error, "en")
    assert describe(error, "sv") != describe(error, "en")


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match="unknown_language"):
        sentence("cli.index", {"file": "x"}, "fi")
