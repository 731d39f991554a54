"""Runs every benchmark with its defaults, or those that are named: ``python -m benchmarks [NAME...]``."""

import sys

from benchmarks import (
    consolidation,
    decision,
    decision_convergence,
    ledger,
    outcome,
    report_due,
    reports,
    review,
    review_in_browser,
    spend,
)

for benchmark in (
    decision,
    ledger,
    report_due,
    reports,
    review,
    review_in_browser,
    spend,
    consolidation,
    decision_convergence,
    outcome,
):
    if not sys.argv[1:] or benchmark.__name__.rpartition(".")[2] in sys.argv[1:]:
        benchmark.main([])
