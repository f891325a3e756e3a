"""What a command shows: one result, as a table for people or as JSON for programs; progress goes to standard error.

All that a command prints passes through here, and is escaped on the way (`hyperbounty.texts`): a title, a name or an
answer of a node is drawn and does nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.progress import say_above
from hyperbounty.cli.terminal import parts, print_table
from hyperbounty.texts import escaped, escaped_lines


@dataclass(frozen=True)
class Result:
    """What a command found out or did.

    Attributes:
        data: what `--json` prints; docs/json.md says how amounts, times and bytes look.
        text: lines for people, shown before the table.
        columns, rows: an optional table for people.
        after: lines that stand last, behind the table: what comes next.
        exit_code: another than `DONE` where the command's answer is "no" (a verification that failed).
        is_shown: it was printed as it came, a line at a time, and there is nothing left to print.
    """

    data: Mapping[str, Any]
    text: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    after: Sequence[str] = ()
    exit_code: ExitCode = ExitCode.DONE
    is_shown: bool = False

    def show(self, *, as_json: bool) -> None:
        """Print the result on standard output. Where nobody reads that any more, there is nothing left to do."""
        try:
            if not self.is_shown:
                self._show(as_json=as_json)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python would try once more at its end, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _show(self, *, as_json: bool) -> None:
        if as_json:
            say_json(self.data, indent=2)
            context = click.get_current_context(silent=True)
            shown = context.find_object(Shown) if context else None
            if shown is not None:
                shown.document = True
            return
        say_lines(self.text)
        if self.columns:
            print_table(self.columns, self.rows)
        say_lines(self.after)


def say_lines(lines: Sequence[str]) -> None:
    """Print lines on standard output, on a terminal no wider than it is."""
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


@dataclass
class Shown:
    """What a run of the command line has printed; `obj` of the click context.

    Attributes:
        document: whether there is a JSON document on standard output, where there is to be one.
    """

    document: bool = False


@dataclass(frozen=True)
class Failure:
    """Why a command did not do its work.

    Attributes:
        code: of the kind of failure (docs/json.md has all of them).
        what: went wrong.
        next_step: what to do about it, or what holds now; may be empty.
    """

    code: str
    what: str
    next_step: str
    exit_code: ExitCode

    def json(self) -> dict[str, Any]:
        """The document that is printed in the place of a result."""
        return {
            "code": self.code,
            "error": self.what,
            "next_step": self.next_step,
            "exit_code": int(self.exit_code),
        }


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

    def __init__(self, reason: Exception, exit_code: ExitCode) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.exit_code = exit_code


def note(line: str) -> None:
    """A remark for people that is not part of the result, on standard error."""
    for part in parts(escaped(line), sys.stderr):
        say_above(part)
