"""What people say of recommendations: judgements, preferences, outcomes."""
