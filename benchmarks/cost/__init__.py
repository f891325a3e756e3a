"""What a run takes by formula, and what it takes the engine."""
