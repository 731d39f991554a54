"""Opening a workspace: found from below, strict about its settings, asked as of a fixed day."""

import re
from datetime import date, datetime

import pytest

import partnership_lib
from partnership_lib.errors import UsageError
from partnership_lib.text import describe
from partnership_lib.units.dates import SWEDISH_TIME
from partnership_lib.workspace import create_workspace, find_root, read_settings


def test_a_new_workspace_is_found_from_any_folder_inside_it(tmp_path):
    create_workspace(tmp_path, name='Kommunen "X"')
    deep = tmp_path / "data" / "deep"
    deep.mkdir(parents=True)
    assert find_root(deep) == tmp_path
    assert partnership_lib.open(deep).settings.name == "Kommunen 'X'"


def test_an_existing_workspace_is_left_as_it_is(tmp_path):
    file = create_workspace(tmp_path, name="Först")
    create_workspace(tmp_path, name="Sedan")
    assert read_settings(file).name == "Först"


def test_a_folder_without_a_workspace_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(UsageError) as caught:
        partnership_lib.open(tmp_path)
    assert "partnership init" in describe(caught.value, "sv")


def test_the_as_of_date_is_the_calls_then_the_settings_then_today(tmp_path):
    create_workspace(tmp_path)
    assert partnership_lib.open(tmp_path).as_of == datetime.now(SWEDISH_TIME).date()
    (tmp_path / "partnership.toml").write_text("[workspace]\nas_of = 2026-09-15\n")
    assert partnership_lib.open(tmp_path).as_of == date(2026, 9, 15)
    assert partnership_lib.open(tmp_path, as_of="2025-01-31").as_of == date(2025, 1, 31)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("[workspace]\nlangauge = 'sv'\n", "settings_unknown_key"),
        ("[wrkspace]\nname = 'x'\n", "settings_unknown_key"),
        ("name = 'x'\n", "settings_unknown_key"),
        ("[workspace]\nlanguage = 'fi'\n", "settings_wrong_value"),
        ("[workspace]\nas_of = '2026-09-15'\n", "settings_wrong_value"),
        ("[reports]\nworkers = 0\n", "settings_wrong_value"),
        ("[reports]\nworkers = true\n", "settings_wrong_value"),
        ("[[ledger.excluded_accounts]]\naccounts = '45*'\nreason = 'bidrag'\n", "settings_wrong_value"),
        ("[[ledger.excluded_accounts]]\naccounts = '45*'\nreason = ' '\nsource = 'x'\n", "settings_wrong_value"),
        ("[ledger]\nexcluded_accounts = ['45*']\n", "settings_wrong_value"),
        ("[workspace\n", "settings_unreadable"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path, written, code):
    file = tmp_path / "partnership.toml"
    file.write_text(written)
    with pytest.raises(UsageError, match=code) as caught:
        read_settings(file)
    assert str(file) in describe(caught.value, "sv")


def test_accounts_to_leave_out_stand_in_the_settings_with_reason_and_source(tmp_path):
    file = create_workspace(tmp_path)
    assert read_settings(file).excluded_accounts == ()
    commented = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"\n# (\[\[|accounts|reason|source)", r"\n\1", commented), encoding="utf-8")
    [rule] = read_settings(file).excluded_accounts
    assert (rule.accounts, rule.reason) == ("45*", "bidrag och transfereringar")
    assert rule.source.startswith("Kommun-Bas")


def test_the_register_can_stand_elsewhere(tmp_path, monkeypatch):
    create_workspace(tmp_path)
    workspace = partnership_lib.open(tmp_path)
    monkeypatch.delenv("PARTNERSHIP_DATABASE_URL", raising=False)
    assert workspace.register_url.endswith("data/register.sqlite")
    monkeypatch.setenv("PARTNERSHIP_DATABASE_URL", "sqlite:////elsewhere.sqlite")
    assert workspace.register_url == "sqlite:////elsewhere.sqlite"
