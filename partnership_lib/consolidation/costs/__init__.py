"""What bundles cost: the closed form of the decision engine, for hundreds of thousands of them."""
