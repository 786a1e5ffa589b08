"""Quality: what the expert committee judges and signs off."""
