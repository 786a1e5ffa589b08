"""Everything a match reads, as columns: candidates, matters and who took part in them."""
