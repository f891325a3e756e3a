"""Where people wait: one row for each thing they wait for, with its peer, its goal and how it grows."""
