"""Proposed aliases measured on 7,037 names of real suppliers that were sorted by hand (Government of Canada, MIT)."""

from __future__ import annotations

import csv
from pathlib import Path

from partnership_lib.analysis.suppliers.proposals import likest_names


def test_nineteen_of_twenty_proposals_are_right_and_half_of_the_aliases_are_found(public_data: Path) -> None:
    file = public_data / "ca-vendor-normalisation" / "vendor_normalization.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        pairs = [(row["company_name"], row["parent_company"]) for row in csv.DictReader(rows)]
    parents = sorted({parent for _, parent in pairs})
    wanted = [(alias, parent) for alias, parent in pairs if alias != parent]
    found = likest_names([alias for alias, _ in wanted], parents)
    proposed = [(likeness, parent) for likeness, (_, parent) in zip(found, wanted, strict=True) if likeness]
    right = sum(parents[likeness.place] == parent for likeness, parent in proposed)
    precision, recall = right / len(proposed), right / len(wanted)
    assert round(precision, 2) == 0.97
    assert round(recall, 2) == 0.53  # the rest are subsidiaries and companies taken over, whose names say nothing
