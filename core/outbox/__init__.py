"""What leaves the platform by itself: notifications, as webhooks and as e-mail."""
