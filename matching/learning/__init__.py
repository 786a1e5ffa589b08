"""Learning from use: judgements, preferences and outcomes as labels, and what biases them."""
