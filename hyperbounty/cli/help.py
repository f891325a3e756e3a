"""What `--help` shows: whole sentences, options in groups, and an example that can be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from hyperbounty.cli.numbers import plain

OWN: Final = "Options"
"""The group of options that only this command has."""
CONNECTION: Final = "Chain and store"
ACCOUNT: Final = "Account"
EVERYWHERE: Final = "Everywhere"

FILE: Final = "hyperbounty.file"
"""What a context of click keeps the path of a file under that stands in for options."""

_Made = TypeVar("_Made", bound=Callable[..., Any])
_LAST: Final = (CONNECTION, ACCOUNT, EVERYWHERE)
_WHOLE: Final = 1_000


class GroupedOption(click.Option):
    """An option that the help lists under the heading `group`."""

    def __init__(self, *declarations: Any, group: str = OWN, **settings: Any) -> None:
        super().__init__(*declarations, **settings)
        self.group = group

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """The value; where it is missing, and a file was to say it, the file is named."""
        try:
            return super().process_value(ctx, value)
        except click.MissingParameter:
            if FILE not in ctx.meta:
                raise
            said = f"{ctx.meta[FILE]} does not say it either."
            raise click.MissingParameter(said, ctx=ctx, param=self) from None


def grouped(group: str, *declarations: str, **settings: Any) -> Callable[[_Made], _Made]:
    """As `click.option`; the help lists the option under the heading `group`.

    >>> @click.command(cls=HelpfulCommand, examples=["--workers 2"])
    ... @grouped("Training", "--workers", help="Trainings at the same time.")
    ... def run(workers): ...
    >>> group_of(run.params[0])
    'Training'
    """
    return click.option(*declarations, cls=GroupedOption, group=group, **settings)


def group_of(option: click.Parameter) -> str:
    """The heading under which the help of a command lists an option."""
    return option.group if isinstance(option, GroupedOption) else OWN


class HelpfulCommand(click.Command):
    """A command whose help lists its options in groups, its own first, and ends with examples.

    Args:
        examples: the arguments of one call each, as somebody types them after the name of the command.
    """

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(examples)
        for parameter in self.params:
            parameter.type = plain(parameter.type)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each group of options under its heading."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for option in self.get_params(ctx):
            record = None if isinstance(option, click.Argument) else option.get_help_record(ctx)
            if record is not None:
                group = EVERYWHERE if option is self.get_help_option(ctx) else group_of(option)
                groups.setdefault(group, []).append(record)
        named = [group for group in groups if group not in (OWN, *_LAST)]
        for group in (OWN, *named, *_LAST):
            if group in groups:
                with formatter.section(group):
                    formatter.write_dl(groups[group])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on a line of its own that can be copied."""
        super().format_epilog(ctx, formatter)
        if self.examples:
            with formatter.section("Examples" if len(self.examples) > 1 else "Example"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{ctx.command_path} {example}".rstrip() + "\n")


class HelpfulGroup(click.Group):
    """A group whose help has the whole first sentence of each command."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, however many lines one takes."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, found.get_short_help_str(_WHOLE)) for name, found in commands if found and not found.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
