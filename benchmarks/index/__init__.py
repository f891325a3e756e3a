"""The index: how fast it reads, how much memory it takes, how soon a block is in the tables."""
