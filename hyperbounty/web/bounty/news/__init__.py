"""What happened in bounties and what is due, in words: for feeds, calendars and messages."""
