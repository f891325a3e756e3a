"""What programs ask about bounties."""
