"""How properties are tested: the same few examples in every run, so that a failure is news."""

from hypothesis import settings

settings.register_profile("same_few", derandomize=True, max_examples=30, deadline=None)
settings.load_profile("same_few")
