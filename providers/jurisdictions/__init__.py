"""Jurisdictions, their names, and the dated instruments between them."""
