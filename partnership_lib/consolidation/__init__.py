"""Which agreements to bring together: candidate bundles, set partitioning with proof, and what the answer rests on."""
