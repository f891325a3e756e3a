"""How the command line says what to do next: a parameter is an option, an action is a command.

>>> from hyperbounty.next_steps import Action, NextStep, Parameter
>>> worded(NextStep("start {}, or pass another node as {}", Action("devnet"), Parameter("rpc")))
'start `hyperbounty devnet`, or pass another node as --rpc'
>>> worded("check the disk")
'check the disk'
"""

from __future__ import annotations

import shlex

from hyperbounty.next_steps import Action, NextStep, Parameter


def worded(next_step: str) -> str:
    """A next step in the words of the command line; a text without parts stays as it is."""
    return next_step.worded(_word) if isinstance(next_step, NextStep) else next_step


def option(parameter: Parameter) -> str:
    """The option of a parameter, with its value where it has one.

    >>> option(Parameter("gpus_per_worker", "1"))
    '--gpus-per-worker 1'
    >>> option(Parameter("score_time", "6d 22h"))
    "--score-time '6d 22h'"
    """
    value = shlex.quote(parameter.value) if " " in parameter.value else parameter.value
    return " ".join([f"--{parameter.name.replace('_', '-')}", *([value] if value else [])])


def command_line(action: Action) -> str:
    """What to type for an action.

    >>> command_line(Action("organizer.publish-key", (3,)))
    'hyperbounty organizer publish-key 3'
    """
    return " ".join(["hyperbounty", *action.name.split("."), *map(_argument, action.arguments)])


def _word(part: Parameter | Action) -> str:
    return option(part) if isinstance(part, Parameter) else f"`{command_line(part)}`"


def _argument(argument: str | int | Parameter) -> str:
    if isinstance(argument, Parameter):
        return " ".join([option(Parameter(argument.name)), *([shlex.quote(argument.value)] if argument.value else [])])
    return shlex.quote(str(argument))
