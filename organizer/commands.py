"""`hyperbounty organizer …`: the group that every family adds its commands to."""

from __future__ import annotations

import click

from hyperbounty.cli.role import Role


@click.group(cls=Role)
def organizer() -> None:
    """Fetch prices, open a contest on them, see it through to settlement."""
