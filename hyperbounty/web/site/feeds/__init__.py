"""Feeds: what happened as Atom, what is due as a calendar; of everything, of one subject, of one account."""
