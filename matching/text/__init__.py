"""Text as matching sees it: folding of scripts, tokens, BM25, encoders and vectors."""
