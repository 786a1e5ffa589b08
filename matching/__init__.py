"""The ranking domain: pure functions over frozen values, no I/O."""
