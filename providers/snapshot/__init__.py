"""Snapshots of supply: built from the database, kept in a folder, served from memory."""
