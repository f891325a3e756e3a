"""Shared models, for who opens them."""
