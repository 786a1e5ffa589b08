"""Tables that people send: looked at first, confirmed, written by a job, and taken back if need be."""
