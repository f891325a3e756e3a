"""What a command shows: one result, as a table for people or as JSON for programs; progress goes to standard error.

All that a command prints passes through here, and is escaped on the way (`hyperbounty.texts`): a title, a name or an
answer of a node is drawn and does nothing else.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from hyperbounty.cli.progress import say_above
from hyperbounty.cli.terminal import parts, print_table
from hyperbounty.texts import escaped, escaped_lines


@dataclass(frozen=True)
class Result:
    """What a command found out or did.

    Attributes:
        data: what `--json` prints; integers of wei and ppm are JSON integers, bytes are 0x-hex.
        text: lines for people, shown before the table.
        columns, rows: an optional table for people.
        after: lines that stand last, behind the table: what comes next.
        exit_code: 0, or another where the command's answer is "no" (a verification that failed).
    """

    data: Mapping[str, Any]
    text: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    after: Sequence[str] = ()
    exit_code: int = field(default=0)

    def show(self, *, as_json: bool) -> None:
        """Print the result on standard output."""
        if as_json:
            say_json(self.data, indent=2)
            return
        _say_lines(self.text)
        if self.columns:
            print_table(self.columns, self.rows)
        _say_lines(self.after)


def _say_lines(lines: Sequence[str]) -> None:
    for line in lines:
        for part in parts(escaped(line), sys.stdout):
            click.echo(part)


def say(line: str, *, err: bool = False) -> None:
    """Print one line, on standard output or on standard error."""
    click.echo(escaped(line), err=err)


def say_json(data: Mapping[str, Any], *, indent: int | None = None) -> None:
    """Print JSON on standard output, in ASCII: any other character is escaped as JSON has it."""
    # The one control that JSON leaves as it is.
    click.echo(json.dumps(data, indent=indent, sort_keys=True).replace("\x7f", "\\u007f"))


class _Escaping(logging.Formatter):
    """Messages may hold what a node or a gateway said."""

    def format(self, record: logging.LogRecord) -> str:
        message = escaped(record.getMessage())
        if record.exc_info is None:
            return message
        return f"{message}\n{escaped_lines(self.formatException(record.exc_info))}"


def escape_log() -> None:
    """From now on, what is logged where nobody set up a log is printed escaped."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Escaping())


class CommandFailed(Exception):
    """A command could not do its work.

    Attributes:
        reason: why.
        exit_code: of the command.
    """

    def __init__(self, reason: Exception, exit_code: int) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.exit_code = exit_code


def note(line: str) -> None:
    """A remark for people that is not part of the result, on standard error."""
    for part in parts(escaped(line), sys.stderr):
        say_above(part)
