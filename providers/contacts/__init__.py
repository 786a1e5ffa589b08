"""People at providers who can be written to, by the purposes they agreed to."""
