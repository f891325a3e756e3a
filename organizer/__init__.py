"""The organizer: prices, contest, settlement."""
