"""Supply: provider profiles, their evidence, and the lists that operators curate."""
