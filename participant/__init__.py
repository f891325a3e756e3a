"""The participant: train at home, seal, submit, reveal, collect."""
