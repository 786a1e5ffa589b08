"""What a provider's own people do: how it is listed, what it claims, and whether it is listed at all."""
