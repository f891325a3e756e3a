"""The hyperparameter spec: its table, its word, its file, and what it costs to train."""
