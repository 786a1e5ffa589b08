"""Privacy duties: laws as data, consents, transfers, requests, export and erasure."""
