"""`hyperbounty model …`: the group that who opens a shared model and who contributes to it add their commands to."""

from __future__ import annotations

import click

from hyperbounty.cli.role import Role


@click.group(cls=Role)
def model() -> None:
    """Use a shared model for free, improve it, or open one."""
