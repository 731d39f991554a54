"""A stand-alone problem in a file: needs, bundles with their cost, constraints."""
