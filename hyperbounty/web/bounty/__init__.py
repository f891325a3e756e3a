"""The bounty's part of the service: what its events come to, in tables of its own."""
