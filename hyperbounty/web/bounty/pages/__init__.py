"""What people look at of bounties."""
