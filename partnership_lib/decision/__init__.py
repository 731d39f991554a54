"""Fragmented against consolidated: one engine, two plans, one shared random future.

The natural way of a case: `cases` (what is compared) → `uncertainty` (values of the assumptions) → `plans` (who covers
which need when) → `engine` (what it costs: simulated, and in closed form) → `measures` → `report`.
"""
