"""The commands of who uses a shared model or contributes to it."""

from __future__ import annotations

import click


def add_commands(model: click.Group) -> None:
    """Add them to the group `model`."""
