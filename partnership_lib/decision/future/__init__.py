"""The random future that all plans share: hash streams on stable ids, and the tables behind them."""
