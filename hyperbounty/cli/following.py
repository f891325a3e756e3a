"""The last line of a step: what comes next, as a command that can be typed as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from hyperbounty.cli.wording import worded
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.cli.session import Session

_REPEATED: Final = ("account", "rpc", "contract")


def next_line(session: Session, text: str, *parts: str | Parameter | Action, own: bool = True) -> str:
    """`Next: ` and the step; see `NextStep` for `text` and `parts`.

    Args:
        session: of the command that was given.
        text, parts: the step.
        own: whether the same person takes it, see `own_step`.
    """
    step = NextStep(text, *parts)
    return f"Next: {own_step(session, step) if own else worded(step)}."


def own_step(session: Session, step: NextStep) -> str:
    """`step` for who gave the command: what was named on the command line is named again.

    Account, node, contract, profile, configuration and home: without them the next command would be another's. The
    actions of `step` are commands that take an account.
    """
    named = _named(session)
    parts = (
        replace(part, arguments=(*part.arguments, *named)) if isinstance(part, Action) else part for part in step.parts
    )
    return worded(NextStep(step.text, *parts))


def _named(session: Session) -> list[Parameter]:
    given = {name: session.options.get(name) for name in _REPEATED}
    given |= {"profile": session.profile, "config": session.config}
    if str(given["account"]).startswith("0x"):
        # An address can be looked at, and signs nothing.
        del given["account"]
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source("home") if context is not None else None
    if source is not None and source.name == "COMMANDLINE":
        given["home"] = session.home
    return [Parameter(name, str(value)) for name, value in given.items() if value and not may_be_secret(str(value))]


def may_be_secret(value: str) -> bool:
    """Whether it is an address of a node with what may be a provider's key: in the path, the query or the user."""
    if "://" not in value:
        return False
    parts = urlsplit(value)
    return bool(parts.path.strip("/") or parts.query or parts.username or parts.password)
