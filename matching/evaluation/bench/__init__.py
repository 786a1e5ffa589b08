"""Made-up supply and demand for measuring speed at sizes that no real catalogue has yet."""
