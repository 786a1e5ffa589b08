"""Reference lists and real provider catalogues that ship with the product (docs/data.md)."""
