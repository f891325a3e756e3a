"""The bounty's part of the service: its tables, its facts, its answers and its pages."""
