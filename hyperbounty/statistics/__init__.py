"""How much of a score is luck."""
