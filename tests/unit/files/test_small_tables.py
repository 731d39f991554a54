"""Small tables by their headings: short rows are filled, what is no table is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnership_lib.errors import InputError
from partnership_lib.files.small_tables import read_rows, read_utf8


@pytest.mark.parametrize("text", ['a,b\n"x', 'a,b\n"x"y,1\n'])
def test_quotes_that_cannot_be_understood_are_refused_with_their_line(text: str) -> None:
    with pytest.raises(InputError, match="table_unreadable") as caught:
        read_rows(text, "x.csv")
    assert caught.value.values["line"] == 2


def test_a_cell_may_be_longer_than_usual_only_where_that_is_said() -> None:
    text = f"a\n{'x' * 140_000}\n"
    with pytest.raises(InputError, match="table_unreadable"):
        read_rows(text, "x.csv")
    [row] = read_rows(text, "x.csv", longest_cell=150_000)[1]
    assert len(row.cells["a"]) == 140_000
    with pytest.raises(InputError, match="table_unreadable"):
        read_rows(text, "x.csv")


def test_a_file_in_another_encoding_is_refused_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a\nå\n".encode("cp1252"))
    with pytest.raises(InputError, match="table_not_utf8") as caught:
        read_utf8(path)
    assert caught.value.values["position"] == 2
