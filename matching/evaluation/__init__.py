"""How well rankings are: judged sets, rankers beside each other, and their figures."""
