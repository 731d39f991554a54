"""The settings in ``partnership.toml``: found, read strictly, written for a new workspace."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from partnership_lib.errors import UsageError
from partnership_lib.ledger.excluded import ExcludedAccounts
from partnership_lib.text import LANGUAGES
from partnership_lib.units.period import PeriodKind
from partnership_lib.workspace.case_files import place_cases
from partnership_lib.workspace.rules_example import place_rules

SETTINGS_FILE = "partnership.toml"
NO_OCID_PREFIX = "ocds-000000"

RHYTHMS = (*PeriodKind, "agreement", "working_order", "never")
"""How often the calendar can ask for a report: each period, as the register or the working order says, or never."""

_MAY_BE_NONE = ("retries", "retry_wait_seconds")
ALLOWED: dict[str, dict[str, type]] = {
    "workspace": {"name": str, "language": str, "currency": str, "as_of": date},
    "reports": {
        "rhythm": dict,
        "since": date,
        "workers": int,
        "report_minutes": int,
        "cell_minutes": int,
        "retries": int,
        "retry_wait_seconds": int,
    },
    "procurement": {"office_hours_per_year": int},
    "ledger": {"engine": str, "excluded_accounts": list},
    "exchange": {"ocid_prefix": str},
}


@dataclass(frozen=True)
class Settings:
    """What ``partnership.toml`` says; everything has a default.

    Attributes
    ----------
    rhythm : Mapping of str to str
        For kinds of report how often the calendar asks for them, where that is not the kind's own rhythm.
    since : datetime.date or None
        The day before which no closed period is missing a report.
    report_minutes, cell_minutes : int
        How long one report, and one cell of its notebook, may take.
    retries, retry_wait_seconds : int
        How often a report that failed is tried again in the same run, and how long after the first attempt; the wait
        doubles each time.
    """

    name: str = ""
    language: str = "sv"
    currency: str = "SEK"
    as_of: date | None = None
    rhythm: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    workers: int = 2
    office_hours_per_year: int | None = None
    report_minutes: int = 15
    cell_minutes: int = 5
    retries: int = 1
    retry_wait_seconds: int = 60
    engine: str = "duckdb"
    excluded_accounts: tuple[ExcludedAccounts, ...] = ()
    ocid_prefix: str = NO_OCID_PREFIX

    @property
    def has_no_ocid_prefix(self) -> bool:
        """Return whether the municipality's own prefix for published processes is still to be filled in."""
        return self.ocid_prefix == NO_OCID_PREFIX


def find_root(path: Path | str | None = None) -> Path:
    """Return the workspace folder at `path` or the nearest one above it.

    Raises
    ------
    UsageError
        ``no_workspace`` when there is no ``partnership.toml`` on the way up.
    """
    start = Path(path or ".").resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise UsageError("no_workspace", folder=str(start), file=SETTINGS_FILE)


def read_settings(file: Path) -> Settings:
    """Return the settings in ``partnership.toml``; unknown keys and wrong types are refused.

    Raises
    ------
    UsageError
        ``settings_unreadable``, ``settings_unknown_key`` or ``settings_wrong_value``.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # also letters that are none, and numbers beyond measure
        raise UsageError("settings_unreadable", file=str(file), found=str(error)) from error
    values: dict[str, Any] = {}
    for table, keys in tables.items():
        allowed = ALLOWED.get(table)
        if allowed is None or not isinstance(keys, dict):
            raise UsageError("settings_unknown_key", file=str(file), key=table, allowed=", ".join(ALLOWED))
        for key, value in keys.items():
            if key not in allowed:
                raise UsageError("settings_unknown_key", file=str(file), key=key, allowed=", ".join(allowed))
            checked = _checked(file, key, value, allowed[key])
            values[key] = _STRICTER[key](file, checked) if key in _STRICTER else checked
    return Settings(**values)


def _checked(file: Path, key: str, value: Any, kind: type) -> Any:
    choices = {
        "language": LANGUAGES,
        "currency": ("SEK", "EUR", "GBP", "NOK", "DKK"),
        "engine": ("duckdb", "pyspark"),
    }.get(key)
    least = 0 if key in _MAY_BE_NONE else 1
    if type(value) is not kind or (choices and value not in choices) or (isinstance(value, int) and value < least):
        allowed = ", ".join(choices) if choices else kind.__name__
        raise UsageError("settings_wrong_value", file=str(file), key=key, found=repr(value), allowed=allowed)
    return value


def _excluded_accounts(file: Path, rules: list[Any]) -> tuple[ExcludedAccounts, ...]:
    """Return the rules for accounts to leave out; each needs its accounts, a reason and a source."""
    names = ("accounts", "reason", "source")
    for rule in rules:
        told = isinstance(rule, dict) and sorted(rule) == sorted(names)
        if not told or not all(isinstance(rule[name], str) and rule[name].strip() for name in names):
            raise UsageError(
                "settings_wrong_value", file=str(file), key="excluded_accounts", found=repr(rule),
                allowed='[[ledger.excluded_accounts]] accounts = "…", reason = "…", source = "…"',
            )  # fmt: skip
    return tuple(ExcludedAccounts(**{name: rule[name].strip() for name in names}) for rule in rules)


def _rhythm(file: Path, rhythms: dict[str, Any]) -> dict[str, str]:
    """Return how often each kind of report is asked for; which kinds there are is known where reports are made."""
    for kind, rhythm in rhythms.items():
        if rhythm not in RHYTHMS:
            raise UsageError(
                "settings_wrong_value", file=str(file), key=f"rhythm.{kind}", found=repr(rhythm),
                allowed=", ".join(RHYTHMS),
            )  # fmt: skip
    return rhythms


_STRICTER: Mapping[str, Callable[[Path, Any], Any]] = {"excluded_accounts": _excluded_accounts, "rhythm": _rhythm}


def create_workspace(
    root: Path, *, name: str = "", as_of: date | None = None, office_hours_per_year: int | None = None
) -> Path:
    """Return the new workspace's settings file; examples of a case and of rules come with it. What is there stays."""
    file = root / SETTINGS_FILE
    from partnership_lib.files.atomic import storage_errors, write_text

    for folder in (root / "data", root / "reports"):
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        fixed = f"as_of = {as_of.isoformat()}\n" if as_of else ""
        hours = f"office_hours_per_year = {office_hours_per_year or 1600}"
        told = hours if office_hours_per_year else f"# {hours}"
        write_text(file, NEW_SETTINGS.format(name=name.replace('"', "'"), as_of=fixed, office_hours=told))
    place_cases(root, ("example.yaml",))
    place_rules(root)
    return file


NEW_SETTINGS = """# Settings of this workspace; what is left out has its default.
[workspace]
name = "{name}"
language = "sv"
currency = "SEK"
{as_of}
[reports]
workers = 2  # reports at a time

# How often the calendar asks for a report: "month", "quarter", "tertial", "year" or "never". For a report on an
# agreement also "agreement" (as the register says for each) or "working_order" (as often as its parties meet).
[reports.rhythm]
portfolio = "tertial"
follow_up = "agreement"

[procurement]
# Hours a year that the procurement office has for procurements; the renewal radar holds its quarters against them.
{office_hours}

[ledger]
engine = "duckdb"  # or "pyspark", with the extra `cluster`: the same questions on Spark

# Accounts that are no purchases in the sense of the law, left out of the spend report and counted apart in it:
# [[ledger.excluded_accounts]]
# accounts = "45*"
# reason = "bidrag och transfereringar"
# source = "Kommun-Bas 25, kontogrupp 45"

[exchange]
# The prefix of the municipality, from those who keep the Open Contracting Data Standard; this one is nobody's.
ocid_prefix = "ocds-000000"
"""
