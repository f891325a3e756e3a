"""Chain access: connections, transactions, events, compiled contracts, and the embedded development chain."""
