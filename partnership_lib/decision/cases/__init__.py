"""What is compared: needs, present agreements, proposed agreements and assumptions."""
