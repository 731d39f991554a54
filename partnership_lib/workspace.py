"""A workspace: a folder with ``partnership.toml``, ``data/`` and ``reports/``; one-line questions to what it holds."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.text import LANGUAGES
from partnership_lib.units.dates import parse_date
from partnership_lib.units.period import Period, PeriodKind

if TYPE_CHECKING:
    import pandas as pd

    from partnership_lib.display.view import View
    from partnership_lib.findings import Analysis
    from partnership_lib.ledger.warehouse import Warehouse
    from partnership_lib.register.store import Register

SETTINGS_FILE = "partnership.toml"
DATABASE_VARIABLE = "PARTNERSHIP_DATABASE_URL"

_ALLOWED: dict[str, dict[str, type]] = {
    "workspace": {"name": str, "language": str, "currency": str, "as_of": date},
    "reports": {"portfolio_rhythm": str, "workers": int},
}


@dataclass(frozen=True)
class Settings:
    """What ``partnership.toml`` says; everything has a default."""

    name: str = ""
    language: str = "sv"
    currency: str = "SEK"
    as_of: date | None = None
    portfolio_rhythm: str = "tertial"
    workers: int = 2


@dataclass(frozen=True)
class Workspace:
    """An open workspace.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds ``partnership.toml``.
    as_of : datetime.date
        The day that every question about time is asked of.
    language : str
        ``sv`` or ``en``.
    """

    root: Path
    settings: Settings
    as_of: date
    language: str

    @property
    def currency(self) -> str:
        """Return the currency that money is in; ``*_ore`` is its minor unit."""
        return self.settings.currency

    @property
    def reports_folder(self) -> Path:
        """Return the folder that reports are published in."""
        return self.root / "reports"

    @property
    def ledger_folder(self) -> Path:
        """Return the folder of the ledger warehouse."""
        return self.root / "data" / "ledger"

    @property
    def quarantine_folder(self) -> Path:
        """Return the folder that refused register rows are kept in."""
        return self.root / "data" / "quarantine"

    @property
    def register_url(self) -> str:
        """Return the address of the register: SQLite in the workspace unless the environment names another."""
        return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{self.root / 'data' / 'register.sqlite'}"

    @cached_property
    def register(self) -> Register:
        """Return the register, opened (and made or brought up to date) at first use."""
        from partnership_lib.register.store import Register

        return Register.open(self.register_url)

    @cached_property
    def warehouse(self) -> Warehouse:
        """Return the ledger warehouse."""
        from partnership_lib.ledger.warehouse import Warehouse

        return Warehouse(self.ledger_folder)

    def content(self) -> RegisterContent:
        """Return everything in the register as it stands now."""
        return self.register.load()

    def matched_lines(self, content: RegisterContent) -> Any:
        """Return the ledger lines (Ibis table) with the agreements that each can belong to."""
        from partnership_lib.analysis.matching import agreement_segments, match_lines

        return match_lines(self.warehouse.lines(), agreement_segments(content))

    def agreement_spend(self, agreement: str, content: RegisterContent | None = None) -> pd.DataFrame:
        """Return spend per month of one agreement: month, certain_ore, possible_ore, lines."""
        from partnership_lib.analysis.matching import agreement_spend

        content = content or self.content()
        spend = agreement_spend(self.matched_lines(content))
        chosen = spend[spend["agreement_id"] == agreement]
        return chosen.drop(columns="agreement_id").reset_index(drop=True)

    def follow_up(self, agreement: str, period: str | Period, audience: str = "internal") -> Analysis:
        """Return the follow-up of an agreement in a period, for the ``internal`` or the ``shared`` audience."""
        from partnership_lib.analysis.follow_up import follow_up

        content = self.content()
        return follow_up(
            content,
            self.agreement_spend(agreement, content),
            agreement,
            as_period(period),
            self.as_of,
            audience=audience,
            currency=self.currency,
        )

    def portfolio(self, period: str | Period) -> Analysis:
        """Return the follow-up of all agreements together in a period."""
        from partnership_lib.analysis.matching import portfolio_spend
        from partnership_lib.analysis.portfolio import portfolio

        content = self.content()
        spend = portfolio_spend(self.matched_lines(content))
        return portfolio(content, spend, as_period(period), self.as_of, currency=self.currency)

    def view(self, kind: str, language: str | None = None, audience: str = "internal") -> View:
        """Return what shows an analysis of `kind` to a reader."""
        from partnership_lib.display.view import View

        return View(kind=kind, language=language or self.language, currency=self.currency, audience=audience)

    def input_fingerprint(self, kind: str, agreement: str | None = None, audience: str = "internal") -> dict[str, Any]:
        """Return what identifies the data that a report is made from: hashes, records, lines and öre.

        A report on one agreement depends on that agreement's records and on what all agreements share
        (organisations, people, needs, index values); the portfolio depends on the whole register.
        """
        from partnership_lib.register.store import content_hash

        content = self.content()
        if agreement is not None:
            content = content.for_agreement(agreement)
        return {
            "register": {"sha256": content_hash(content), "records": len(content)},
            "ledger": {"sha256": self.warehouse.content_hash(), **self.warehouse.totals()},
        }


def as_period(period: str | Period) -> Period:
    """Return a period from its label."""
    return period if isinstance(period, Period) else Period.parse(period)


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("settings_unreadable", file=str(file), found=str(error)) from error
    values: dict[str, Any] = {}
    for table, keys in tables.items():
        allowed = _ALLOWED.get(table)
        if allowed is None or not isinstance(keys, dict):
            raise UsageError("settings_unknown_key", file=str(file), key=table, allowed=", ".join(_ALLOWED))
        for key, value in keys.items():
            if key not in allowed:
                raise UsageError("settings_unknown_key", file=str(file), key=key, allowed=", ".join(allowed))
            values[key] = _checked(file, key, value, allowed[key])
    return Settings(**values)


def _checked(file: Path, key: str, value: Any, kind: type) -> Any:
    choices = {
        "language": LANGUAGES,
        "portfolio_rhythm": tuple(PeriodKind),
        "currency": ("SEK", "EUR", "GBP", "NOK", "DKK"),
    }.get(key)
    if type(value) is not kind or (choices and value not in choices) or (isinstance(value, int) and value < 1):
        allowed = ", ".join(choices) if choices else kind.__name__
        raise UsageError("settings_wrong_value", file=str(file), key=key, found=repr(value), allowed=allowed)
    return value


def open_workspace(
    path: Path | str | None = None, *, as_of: date | str | None = None, language: str | None = None
) -> Workspace:
    """Return the workspace at `path` (default: the current folder or the nearest one above).

    Parameters
    ----------
    path : path, optional
        A folder in the workspace.
    as_of : date or str, optional
        Overrides the as-of date of ``partnership.toml``; without either it is today.
    language : str, optional
        Overrides the language, ``sv`` or ``en``.

    Raises
    ------
    UsageError
        ``no_workspace``, ``unknown_language`` or what is wrong in ``partnership.toml``.
    """
    root = find_root(path)
    settings = read_settings(root / SETTINGS_FILE)
    language = language or settings.language
    if language not in LANGUAGES:
        raise UsageError("unknown_language", found=language, allowed=", ".join(LANGUAGES))
    day = parse_date(as_of) if isinstance(as_of, str) and as_of else as_of
    workspace = Workspace(root, settings, day or settings.as_of or date.today(), language)
    if "IPython" in sys.modules:
        _show_objects_well(workspace)
    return workspace


def _show_objects_well(workspace: Workspace) -> None:
    """Let a notebook show findings, analyses and register records as tables and figures."""
    from partnership_lib.display.formatters import register_formatters

    register_formatters(workspace.view("follow_up"))


def create_workspace(root: Path, *, name: str = "", as_of: date | None = None) -> Path:
    """Return the new workspace's settings file; an existing one is left as it is."""
    file = root / SETTINGS_FILE
    for folder in (root / "data", root / "reports"):
        folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        from partnership_lib.files.atomic import write_text

        fixed = f"as_of = {as_of.isoformat()}\n" if as_of else ""
        write_text(file, _NEW_SETTINGS.format(name=name.replace('"', "'"), as_of=fixed))
    return file


_NEW_SETTINGS = """# Settings of this workspace; what is left out has its default.
[workspace]
name = "{name}"
language = "sv"
currency = "SEK"
{as_of}
[reports]
portfolio_rhythm = "tertial"
workers = 2
"""
