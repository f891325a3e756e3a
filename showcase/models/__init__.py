"""What `make demo-models` plays: a model of mails, and those who train it."""
