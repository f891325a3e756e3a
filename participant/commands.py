"""`hyperbounty participant …`: the group that every family adds its commands to."""

from __future__ import annotations

import click

from hyperbounty.cli.role import Role


@click.group(cls=Role)
def participant() -> None:
    """Find a contest, get its prices, train at home, submit a sealed spec, reveal it, collect."""
