"""The spend analyses as somebody would write them in pandas, on the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from partnership_lib.analysis.matching import agreement_segments
from partnership_lib.domain import RegisterContent
from partnership_lib.units.organisation_number import normalise_organisation_number

_COLUMNS = ["buyer_id", "voucher_id", "supplier_key", "supplier", "supplier_is_person", "account", "account_text",
            "amount_ore", "booked_date", "administration", "invoice_id", "ground", "agreement_reference"]  # fmt: skip
_CUBE = ["buyer_id", "window", "year", "supplier_key", "account", "administration", "agreement_id", "coverage",
         "ground_kind", "is_named"]  # fmt: skip


def analyse(folder: Path, content: RegisterContent) -> dict[str, Any]:
    """Return the numbers of `benchmarks.spend` that the contenders are compared by."""
    lines = pd.read_parquet(folder, columns=_COLUMNS, partitioning=None)
    lines["booked_date"] = pd.to_datetime(lines["booked_date"])
    matched = _matched(lines, content)
    recent = matched[matched["booked_date"] >= "2024-09-01"]
    recent = recent.assign(
        window=np.where(recent["booked_date"] >= "2025-09-01", "now", "before"),
        year=recent["booked_date"].dt.year,
        ground_kind=_ground_kind(recent["ground"]),
        debit_ore=recent["amount_ore"].clip(lower=0),
        credit_ore=recent["amount_ore"].clip(upper=0),
    )
    sums = {name: (name, "sum") for name in ("amount_ore", "debit_ore", "credit_ore")}
    cube = recent.groupby(_CUBE, dropna=False, observed=True).agg(**sums, lines=("amount_ore", "size")).reset_index()
    year = cube[cube["window"] == "now"]
    _sections(lines, matched, cube, year)
    states = year.groupby("coverage")["amount_ore"].sum()
    names = "certain shared trailing after_expiry before_start no_agreement".split()
    return {
        "coverage": {state: int(states.get(state, 0)) for state in names},
        "class_a": _class_a(year),
        "accounts": int((year.groupby("account")["amount_ore"].sum() > 0).sum()),
        "largest_hhi": _hhi(year),
        "duplicates": _duplicates(lines),
        "above_limit": _above_limit(cube),
    }


def _matched(lines: pd.DataFrame, content: RegisterContent) -> pd.DataFrame:
    pieces = agreement_segments(content)
    for name in ("start", "end_exclusive"):
        pieces[name] = pd.to_datetime(pieces[name].clip(lower=pd.Timestamp("1900-01-01").date(),
                                                        upper=pd.Timestamp("2200-01-01").date()))  # fmt: skip
    numbers = {o.id: normalise_organisation_number(o.organisation_number) for o in content.organisations}
    named = pd.DataFrame(
        [(numbers[a.supplier_id], a.id, a.id, a.start_date, a.end_date) for a in content.agreements],
        columns=["supplier_key", "agreement_reference", "named_id", "named_start", "named_end"],
    )
    named["named_start"] = pd.to_datetime(named["named_start"])
    named["named_end"] = pd.to_datetime(named["named_end"]) + pd.Timedelta(days=1)
    ours = lines["supplier_key"].isin(pieces["supplier_key"])
    kept = ["supplier_key", "piece", "start", "end_exclusive", "coverage", "candidates", "only_id"]
    joined = lines[ours].merge(pieces[kept], on="supplier_key")
    joined = joined[(joined["booked_date"] >= joined["start"]) & (joined["booked_date"] < joined["end_exclusive"])]
    both = pd.concat([joined.drop(columns=["start", "end_exclusive"]), lines[~ours]], ignore_index=True)
    both = both.merge(named, on=["supplier_key", "agreement_reference"], how="left")
    both["agreement_id"] = both["named_id"].fillna(both["only_id"])
    both["is_named"] = both["named_id"].notna()
    both["coverage"] = _coverage(both)
    return both


def _coverage(both: pd.DataFrame) -> np.ndarray:
    day, sixty = both["booked_date"], pd.Timedelta(days=60)
    return np.select(
        [
            day >= both["named_end"] + sixty,
            day >= both["named_end"],
            day < both["named_start"],
            both["is_named"] | (both["candidates"] == 1),
            both["candidates"] > 1,
            both["coverage"].notna(),
        ],
        ["after_expiry", "trailing", "before_start", "certain", "shared", both["coverage"].astype(object)],
        default="no_agreement",
    )


def _ground_kind(ground: pd.Series) -> np.ndarray:
    words = ground.str.lower()
    direct, framework = words.str.contains("direktupp"), words.str.contains("ramavtal")
    return np.select([direct, framework], ["direct_award", "on_agreement"], default="unknown")


def _sections(lines: pd.DataFrame, matched: pd.DataFrame, cube: pd.DataFrame, year: pd.DataFrame) -> None:
    """Compute what the sections show beside the compared numbers."""
    lines.groupby(["account", lines["booked_date"].dt.to_period("M")])["amount_ore"].agg(["sum", "size"])
    recent = lines[lines["booked_date"] >= "2024-09-01"]
    recent.groupby("supplier_key").agg(name=("supplier", "max"), person=("supplier_is_person", "any"))
    recent.groupby("account")["account_text"].max()
    for key in (cube["account"].str[:2], cube["administration"]):
        cube.groupby([key, "window"])["amount_ore"].sum()
        cube.groupby([key, "window"])["supplier_key"].nunique()
    cube.groupby(["account", "window"])[["supplier_key", "agreement_id"]].nunique()
    year.groupby(["account", "administration", "coverage"])["amount_ore"].sum()
    year.groupby("account").agg(ore=("amount_ore", "sum"), suppliers=("supplier_key", "nunique"))
    under = year["coverage"].isin(["certain", "shared"])
    year[under].groupby("account").agg(ore=("amount_ore", "sum"), suppliers=("supplier_key", "nunique"))
    year[year["is_named"] | (year["ground_kind"] == "on_agreement")].groupby("account")["amount_ore"].sum()
    ours = matched[matched["piece"].notna()]
    ours.groupby("agreement_id")["amount_ore"].sum()
    shared = ours[ours["agreement_id"].isna() & (ours["coverage"] == "shared")]
    for amounts in (shared["amount_ore"].clip(lower=0), shared["amount_ore"].clip(upper=0)):
        amounts.groupby([shared["piece"], shared["account"], shared["administration"]]).sum()
    debits = lines[(lines["booked_date"] >= "2025-09-01") & (lines["amount_ore"] > 0)]
    debits.groupby(["supplier_key", "account", "amount_ore", "booked_date"]).size().gt(1).sum()


def _class_a(year: pd.DataFrame) -> int:
    sums = year.groupby("supplier_key")["amount_ore"].sum().sort_values(ascending=False)
    sums = sums[sums > 0]
    return int(((sums.cumsum() - sums) < 0.8 * sums.sum()).sum())


def _hhi(year: pd.DataFrame) -> float:
    sums = year.groupby(["account", "supplier_key"])["amount_ore"].sum()
    sums = sums[sums > 0] / 100
    whole = sums.groupby("account").sum()
    squares = (sums**2).groupby("account").sum()
    return round(float((squares / whole**2)[whole.idxmax()]), 4)


def _duplicates(lines: pd.DataFrame) -> int:
    year = lines[(lines["booked_date"] >= "2025-09-01") & (lines["invoice_id"] != "") & (lines["amount_ore"] != 0)]
    keyed = year.assign(size_ore=year["amount_ore"].abs(), is_credit=year["amount_ore"] < 0)
    keys = ["supplier_key", "invoice_id", "size_ore"]
    vouchers = keyed[~keyed["is_credit"]].groupby(keys)["voucher_id"].nunique()
    credited = keyed[keyed["is_credit"]].groupby(keys).size()
    twice = vouchers[vouchers > 1]
    return int((~twice.index.isin(credited.index)).sum())


def _above_limit(cube: pd.DataFrame) -> int:
    year = cube[cube["year"] == 2025]
    direct = year["ground_kind"] == "direct_award"
    outside = ~year["coverage"].isin(["certain", "shared"]) & (year["ground_kind"] != "on_agreement")
    chosen = year[direct | outside]
    upper = chosen.groupby(["buyer_id", "account"])["amount_ore"].sum()
    lower = chosen[chosen["ground_kind"] == "direct_award"].groupby(["buyer_id", "account"])["amount_ore"].sum()
    return int(((upper > 70_000_000) | (lower.reindex(upper.index).fillna(0) > 70_000_000)).sum())
