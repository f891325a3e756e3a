"""Asking before money leaves: what a command stakes or pays, what for, and whether it shall."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import click

from hyperbounty.cli.output import note
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter


def yes_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--yes`; the function gets `yes: bool` for `ask`."""
    added: Callable[..., Any] = click.option("--yes", is_flag=True, help="Do not ask whether to pay.")(function)
    return added


def ask(session: Session, said: Sequence[str], *, yes: bool, everywhere: bool = False) -> None:
    """Say what is paid and what for, and go on only if somebody agrees.

    On a development chain, whose coins are worth nothing, it is said and not asked.

    Args:
        session: of the command.
        said: lines for people.
        yes: somebody has agreed already.
        everywhere: ask on a development chain too: what is asked about is more than money.

    Raises:
        InvalidInput: there is nobody to ask, or the answer was no; nothing was sent.
    """
    for line in said:
        note(line)
    if yes or (session.chain.is_development and not everywhere):
        return
    if not os.isatty(0):
        raise InvalidInput(
            "there is no terminal to ask at, and nothing was sent",
            NextStep("read what stands above, and agree with {}", Parameter("yes")),
        )
    if not click.confirm("Go on?", err=True):
        raise InvalidInput("nothing was sent", "give the command again whenever you want to")
