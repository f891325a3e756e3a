"""How often luck is paid, and skill."""
