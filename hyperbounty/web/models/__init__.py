"""Shared models in the service."""
