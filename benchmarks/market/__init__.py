"""What a market for training together withstands, and what its pay follows."""
