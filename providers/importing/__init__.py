"""Import of tables into the catalogue: checked as a whole, written in chunks, resumable."""
