"""Demand: needs, their versions, and the recommendations made for them."""
