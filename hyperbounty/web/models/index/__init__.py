"""Shared models in the index: their tables, and how their events become rows."""
