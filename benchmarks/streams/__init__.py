"""What open streams take."""
