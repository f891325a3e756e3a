"""Training: arrays, a spec and a seed in; scores and curves out. Neither chain nor store."""
