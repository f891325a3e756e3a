"""How well odds and outcomes agree."""
