"""Profile files are strict: what is not understood is refused, not passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnership_lib.errors import InputError, UsageError
from partnership_lib.files.profiles import read_profile
from partnership_lib.ledger.dialects import find_profile, shipped_profiles
from partnership_lib.text import describe

WHOLE = """
required = ["supplier", "amount"]
currency = "GBP"
{extra}
[columns]
supplier = ["Payee"]
amount = ["Net"]
{column}
"""


def written(folder: Path, extra: str = "", column: str = "") -> Path:
    path = folder / "mine.toml"
    path.write_text(WHOLE.format(extra=extra, column=column), encoding="utf-8")
    return path


def test_a_profile_is_named_after_its_file_and_the_rest_has_defaults(tmp_path: Path) -> None:
    profile = find_profile(written(tmp_path))
    assert (profile.name, profile.currency, profile.separator) == ("mine", "GBP", "auto")
    assert profile.columns["supplier"] == ("Payee",)


@pytest.mark.parametrize("name", shipped_profiles())
def test_every_shipped_profile_can_be_read(name: str) -> None:
    profile = find_profile(name)
    assert profile.name == name
    assert profile.description
    assert profile.source.startswith("https://")


@pytest.mark.parametrize(
    ("extra", "column", "code", "named"),
    [
        ('seperator = ";"', "", "profile_key_unknown", "separator"),
        ("", 'supplyer = ["X"]', "profile_key_unknown", "supplier_id"),
        ('constants = {buyr = "x"}', "", "profile_key_unknown", "buyer"),
        ("separator = 3", "", "profile_value_wrong", "separator"),
        ('separator = ":"', "", "profile_value_wrong", ";"),
        ('decimal_sign = ";"', "", "profile_value_wrong", "."),
        ('encoding = "klingon"', "", "profile_value_wrong", "cp850"),
        ('date_formats = ["%d/%m"]', "", "profile_value_wrong", "%Y-%m-%d"),
        ('date_formats = "%Y-%m-%d"', "", "profile_value_wrong", "date_formats"),
        ('vat_basis = "included"', "", "profile_key_missing", "columns.vat_amount"),
        ("", 'buyer = "Body"', "profile_value_wrong", "columns"),
        ("this is no toml", "", "profile_unreadable", "mine.toml"),
    ],
)
def test_what_is_wrong_in_a_profile_is_named(tmp_path: Path, extra: str, column: str, code: str, named: str) -> None:
    path = written(tmp_path, extra, column)
    with pytest.raises(InputError) as caught:
        read_profile(path)
    assert caught.value.code == code
    assert all(named in describe(caught.value, language) for language in ("sv", "en"))


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        find_profile("stockholm")
    assert "leverantorsreskontra-1.1" in caught.value.values["allowed"]


def test_the_profile_in_the_documentation_can_be_read(repository: Path, tmp_path: Path) -> None:
    documentation = (repository / "docs" / "importing.md").read_text("utf-8")
    (tmp_path / "documented.toml").write_text(
        documentation.split("```toml profile\n")[1].split("```")[0], encoding="utf-8"
    )
    profile = read_profile(tmp_path / "documented.toml")
    assert profile.constants["buyer_id"] == "2120003005"
