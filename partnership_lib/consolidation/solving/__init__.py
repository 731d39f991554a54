"""Set partitioning over a pool of bundles: a bound, a plan, and the proof that no plan is cheaper."""
