"""What a plan costs: simulated event by event, and in closed form."""
