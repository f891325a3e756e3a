"""How a page says what to do next: a parameter is what its field is called, an action the command for it.

>>> from hyperbounty.next_steps import Action, NextStep, Parameter
>>> on_page(NextStep("use the organizer's {}, or see {}", Parameter("account"), Action("participant.show", (3,))))
"use the organizer's account, or see `hyperbounty participant show 3`"
>>> on_page("ask again later")
'ask again later'
"""

from __future__ import annotations

from hyperbounty.cli.wording import command_line
from hyperbounty.next_steps import Action, NextStep, Parameter


def on_page(next_step: str) -> str:
    """A next step in the words of a page; a text without parts stays as it is."""
    return next_step.worded(_word) if isinstance(next_step, NextStep) else next_step


def _word(part: Parameter | Action) -> str:
    return str(part) if isinstance(part, Parameter) else f"`{command_line(part)}`"
