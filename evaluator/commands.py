"""`hyperbounty evaluator …`: the group that every family adds its commands to."""

from __future__ import annotations

import click

from hyperbounty.cli.role import Role


@click.group(cls=Role)
def evaluator() -> None:
    """Retrain every revealed spec, record the scores, check somebody else's."""
