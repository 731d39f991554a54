"""Runs every benchmark with its defaults: ``python -m benchmarks``."""

from benchmarks import ledger_import, report_run

for benchmark in (ledger_import, report_run):
    benchmark.main([])
