"""The last line of a step: what comes next, as a command that can be typed as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hyperbounty.cli.wording import worded
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.cli.session import Session


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
    """`step` for who gave the command: an account that was named on the command line is named again."""
    name = session.options.get("account")
    if not name:
        return worded(step)
    account = Parameter("account", str(name))
    parts = (
        replace(part, arguments=(*part.arguments, account)) if isinstance(part, Action) else part for part in step.parts
    )
    return worded(NextStep(step.text, *parts))
