"""Transactions from a call to a block: priced, signed, kept on the disk, sent, and followed."""
