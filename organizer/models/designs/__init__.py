"""Designs of simulations as people write them: a file, the data that it names, and what is run of it."""
