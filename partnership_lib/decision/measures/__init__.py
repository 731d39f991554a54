"""What the costs mean: difference, risk, value of information, break-evens, budgets, honesty rules."""
