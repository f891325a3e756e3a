"""Shared models, for who contributes to them."""
