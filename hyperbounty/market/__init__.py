"""Training together: what a round of trainers' updates is worth, in the integers that are proved."""
