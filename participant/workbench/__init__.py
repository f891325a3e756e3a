"""Training at home."""
