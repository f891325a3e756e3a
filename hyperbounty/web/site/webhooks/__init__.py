"""Messages about what happened, to addresses in the operator's file: an outbox, what goes into it, and who sends it."""
