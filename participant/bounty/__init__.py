"""The participant of a bounty: seal, submit, reveal, collect."""
