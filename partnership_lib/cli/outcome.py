"""``outcome``: did it pay off."""

from __future__ import annotations

from pathlib import Path

import click

from partnership_lib.cli.call import Call, command, main
from partnership_lib.cli.outcome_panel import evaluate_panel


@command(main, "outcome")
@click.option("--panel", metavar="FILE.csv", type=Path, required=True, help="Any tidy panel: a row per unit, period.")
@click.option("--unit", metavar="COLUMN", help="With --panel: the column that names the unit.")
@click.option("--period", metavar="COLUMN", help="With --panel: the column that names the period.")
@click.option("--value", metavar="COLUMN", help="With --panel: the column that holds the outcome.")
@click.option("--treated", metavar="NAME", help="With --panel: the unit that was treated.")
@click.option("--start", metavar="PERIOD", help="With --panel: the first treated period.")
def outcome(
    call: Call,
    panel: Path,
    unit: str | None,
    period: str | None,
    value: str | None,
    treated: str | None,
    start: str | None,
) -> int:
    """Find what a partnership did to the outcome, and how sure that is."""
    columns = {"unit": unit, "period": period, "value": value, "treated": treated, "start": start}
    return evaluate_panel(call, panel, columns)
