"""The glass box: a score that is the sum of its stated reasons."""
