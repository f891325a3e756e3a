"""What the index makes of the events of bounties, in tables of their own."""
