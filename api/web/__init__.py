"""The pages, in English, Traditional and Simplified Chinese."""
