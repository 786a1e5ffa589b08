"""What the server tells of itself: log lines, metrics, traces, and the ids that join them."""
