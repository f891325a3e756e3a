"""The participant of a bounty: submit a commitment to a spec, reveal it, collect."""
