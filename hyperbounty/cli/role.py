"""The group of a role, such as `hyperbounty organizer`: every family of contest adds its own commands to it."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import click

from hyperbounty.cli.help import HelpfulGroup


class Role(HelpfulGroup):
    """A group whose commands are brought by families, through the entry points `hyperbounty.commands.<role>`.

    An entry point names a function that takes the group and adds commands to it. They are loaded when somebody looks
    for a command, so the help of the root group loads none of them.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._is_complete = False

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command; a name that is taken already is a mistake of the family that comes second.

        Raises:
            ValueError: the name is taken.
        """
        called = name or cmd.name
        if called in self.commands:
            raise ValueError(f"two families bring a command `{self.name} {called}`")
        super().add_command(cmd, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of every family's commands, in order."""
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None where no family brings one."""
        self._complete()
        return super().get_command(ctx, cmd_name)

    def _complete(self) -> None:
        if self._is_complete:
            return
        self._is_complete = True
        for point in entry_points(group=f"hyperbounty.commands.{self.name}"):
            point.load()(self)
