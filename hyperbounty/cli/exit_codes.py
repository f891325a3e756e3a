"""The exit codes of every command, each with one meaning (docs/json.md has the table for people)."""

from __future__ import annotations

from enum import IntEnum

import click

from hyperbounty.errors import HyperbountyError


class ExitCode(IntEnum):
    """How a command ended.

    DONE: it did what was asked, and its answer, where it has one, is yes.
    DIFFERS: it did what was asked, and the answer is no: a score differs, content is not held.
    USAGE: its arguments cannot be understood; nothing was begun.
    UNAVAILABLE: a node, a store, a price source, a database or a disk did not do its part; later it may.
    REFUSED: what was asked cannot be done as it was asked: a file, an account or the contract is against it.
    INTERNAL: a fault of this program.
    INTERRUPTED: somebody ended it, by Ctrl-C or with no answer to a question.
    """

    DONE = 0
    DIFFERS = 1
    USAGE = 2
    UNAVAILABLE = 3
    REFUSED = 4
    INTERNAL = 5
    INTERRUPTED = 130


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code of a command that ends with `error`.

    >>> from hyperbounty.errors import ChainUnavailable, SpecError
    >>> [exit_code_of(error).name for error in (ChainUnavailable("a"), SpecError("a"), OSError(), ZeroDivisionError())]
    ['UNAVAILABLE', 'REFUSED', 'UNAVAILABLE', 'INTERNAL']
    """
    if isinstance(error, HyperbountyError):
        return ExitCode.UNAVAILABLE if error.is_unavailable else ExitCode.REFUSED
    if isinstance(error, click.ClickException):
        return ExitCode.USAGE
    return ExitCode.UNAVAILABLE if isinstance(error, OSError) else ExitCode.INTERNAL
