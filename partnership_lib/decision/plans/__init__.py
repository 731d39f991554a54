"""A plan: who covers which need when, on which terms; compiled to arrays for the engine."""
