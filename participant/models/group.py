"""`hyperbounty model …`: the group that who opens a shared model and who contributes to it add their commands to."""

from __future__ import annotations

import click

from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.role import Role


@click.group(cls=Role)
def model() -> None:
    """Use a shared model for free, improve it, or open one."""


# It is there before either role adds its commands to it.
@model.group(cls=HelpfulGroup)
def market() -> None:
    """Pay for samples that make a model measurably better, or be paid for them."""
