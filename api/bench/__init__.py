"""`landbridge bench`: speed at sizes that no real catalogue has yet, beside what others would build."""
