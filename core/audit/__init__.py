"""Who did what, and who read what was told in confidence: rows that cannot be changed unseen."""
