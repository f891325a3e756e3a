"""The participant: train at home, submit, reveal, collect."""
