"""What only the hyperparameter bounty knows."""
