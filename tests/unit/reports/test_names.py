"""Names of folders made from names that come from outside (T17)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from partnership_lib.reports.names import safe_name

HOSTILE = [
    "../../etc/passwd", "/absolute", "a/b", "a\\b", "C:\\x", "nul\0byte", "x" * 300, "CON", "nul.txt", "COM1",
    "trailing.", "trailing ", "{pm}", "{0}", "%2e%2e", "\u202egnp.exe", "åäö",
    "a\nb", "-rf", "~root", "", ".", "..", "A-1", "a-1",
]  # fmt: skip


def test_hostile_names_stay_inside_the_folder_and_differ(tmp_path: Path) -> None:
    names = [*HOSTILE, unicodedata.normalize("NFD", "åäö")]
    made = [safe_name(name) for name in names]
    for name in made:
        (tmp_path / name).mkdir()
        assert (tmp_path / name).resolve().parent == tmp_path.resolve()
    assert len({name.lower() for name in made}) == len(names)


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_name_becomes_one_plain_part_of_a_path(name: str) -> None:
    made = safe_name(name)
    assert made.isascii()
    assert 10 <= len(made) <= 91
    assert all(letter.isalnum() or letter in "_-" for letter in made)


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
)
def test_two_names_never_share_a_folder(one: str, other: str) -> None:
    assert (safe_name(one).lower() == safe_name(other).lower()) == (one == other)


def test_without_the_hash_two_names_would_share_a_folder() -> None:
    readable = [safe_name(name).rpartition("-")[0] for name in ("a/b", "a\\b")]
    assert readable[0] == readable[1]
