"""The commands of who opens a shared model."""

from __future__ import annotations

import click


def add_commands(model: click.Group) -> None:
    """Add them to the group `model`."""
