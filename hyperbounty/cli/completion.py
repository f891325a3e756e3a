"""`hyperbounty completion bash|zsh|fish`: the script that lets a shell complete commands, options and their values."""

from __future__ import annotations

import sys
from typing import Final

import click

from hyperbounty.cli.help import HelpfulCommand
from hyperbounty.cli.output import note
from hyperbounty.errors import InvalidInput

_WHERE: Final = {
    "bash": 'eval "$(hyperbounty completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(hyperbounty completion zsh)" in ~/.zshrc, after compinit',
    "fish": "hyperbounty completion fish > ~/.config/fish/completions/hyperbounty.fish",
}


@click.argument("shell", type=click.Choice(list(_WHERE)))
@click.pass_context
def _completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and values in SHELL.

    \b
    bash: put  eval "$(hyperbounty completion bash)"  into ~/.bashrc
    zsh:  put  eval "$(hyperbounty completion zsh)"  into ~/.zshrc, after compinit
    fish: hyperbounty completion fish > ~/.config/fish/completions/hyperbounty.fish

    bash 4.4 or newer, zsh or fish.
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise InvalidInput(f"this version of click completes nothing in {shell}", "update click")
    made = kind(context.find_root().command, {}, "hyperbounty", "_HYPERBOUNTY_COMPLETE")
    # Its `source` starts bash to see whether it is new enough; who asks here may have none.
    click.echo(made.source_template % made.source_vars())
    if sys.stdout.isatty():
        note(f"To have it in every shell: {_WHERE[shell]}")


def add_completion(cli: click.Group) -> None:
    """Add `completion` to the root group."""
    cli.command("completion", cls=HelpfulCommand, examples=list(_WHERE))(_completion)
