"""What programs ask about shared models."""
