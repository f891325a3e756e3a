"""The commands of who opens a shared model."""

from __future__ import annotations

import click

from organizer.models.commands.simulating import add_simulate


def add_commands(model: click.Group) -> None:
    """Add them to the group `model`."""
    add_simulate(model)
