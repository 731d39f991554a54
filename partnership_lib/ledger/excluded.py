"""Accounts that are not open to procurement, such as grants and taxes: named in the settings with reason and source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class ExcludedAccounts:
    """Accounts that analyses of spend leave out.

    Attributes
    ----------
    accounts : str
        An account number, or a pattern: ``*`` stands for any digits, ``?`` for one.
    reason, source : str
        Why they are no purchases in the sense of the law, and who says so.
    """

    accounts: str
    reason: str
    source: str


def excluding(accounts: Iterable[str], excluded: Sequence[ExcludedAccounts]) -> dict[str, int]:
    """Return for each account that is left out the place of the first rule that says so.

    Examples
    --------
    >>> rules = [ExcludedAccounts("45*", "Bidrag", "Kommun-Bas"), ExcludedAccounts("4?11", "Skatt", "Kommun-Bas")]
    >>> excluding(["4511", "4611", "6811"], rules)
    {'4511': 0, '4611': 1}
    """
    found = {}
    for account in accounts:
        place = next((n for n, rule in enumerate(excluded) if fnmatchcase(account, rule.accounts)), None)
        if place is not None:
            found[account] = place
    return found
