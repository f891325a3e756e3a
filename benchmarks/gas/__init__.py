"""What the steps of a contest cost, here and elsewhere."""
