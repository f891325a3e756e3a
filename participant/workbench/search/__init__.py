"""A search for a good spec: what is tried next, and what came of it. It knows neither chain nor store."""
