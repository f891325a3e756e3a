"""How fast shared models are simulated."""
