"""From the words of a need to structured facts, each with the span it came from."""
