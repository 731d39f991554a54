"""Values of the assumptions: quantiles, correlations, Sobol points."""
