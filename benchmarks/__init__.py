"""Benchmarks: ratios against named peers measured in the same run; never pass or fail on absolute time."""
