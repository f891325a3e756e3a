"""What happens in models, and what is due in them: for feeds, calendars and messages."""
