"""The durable queue: which trainings are wanted, who is at work on them, and what came out."""
