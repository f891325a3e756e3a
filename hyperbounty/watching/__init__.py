"""Watching for accounts: what is due is done in time, whatever the family of the contest."""
