"""Laying a need on the index and finding the best for it, exactly and fast."""
