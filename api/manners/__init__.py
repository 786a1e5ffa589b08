"""How the API treats its callers: rate limits and versions."""
