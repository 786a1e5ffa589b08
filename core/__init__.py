"""What everything but matching stands on: settings, database, errors, clock, identity."""
