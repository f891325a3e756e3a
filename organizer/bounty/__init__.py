"""The organizer of a bounty: prices, contest, settlement."""
