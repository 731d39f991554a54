"""Runs every benchmark with its defaults: ``python -m benchmarks``."""

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
    benchmark.main([])
