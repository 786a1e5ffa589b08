"""The features a score is made of, one module per family; `catalogue` names them all."""
