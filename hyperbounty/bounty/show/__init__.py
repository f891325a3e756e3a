"""What the bounty shows of itself: facts, which the command line and pages render."""
