"""Backups of the database: taken while it is written to, restored to the byte, refused if damaged."""
