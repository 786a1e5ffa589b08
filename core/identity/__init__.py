"""Who acts: the Actor that every write names."""
