"""Versioned lists of professional sectors."""
