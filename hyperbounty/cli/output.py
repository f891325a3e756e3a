"""What a command shows: one result, as a table for people or as JSON for programs; progress goes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

progress_console = Console(stderr=True)
_UNWATCHED_WIDTH: Final = 200


@dataclass(frozen=True)
class Result:
    """What a command found out or did.

    Attributes:
        data: what `--json` prints; integers of wei and ppm are JSON integers, bytes are 0x-hex.
        text: lines for people, shown before the table.
        columns, rows: an optional table for people.
        exit_code: 0, or 1 where the command's answer is "no" (a verification that failed).
    """

    data: Mapping[str, Any]
    text: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    exit_code: int = field(default=0)

    def show(self, *, as_json: bool) -> None:
        """Print the result on standard output."""
        if as_json:
            click.echo(json.dumps(self.data, indent=2, sort_keys=True))
            return
        for line in self.text:
            click.echo(line)
        if self.columns:
            table = Table(box=None, header_style="bold", pad_edge=False)
            for column in self.columns:
                # An address that is cut short is worth nothing.
                table.add_column(column, overflow="fold")
            for row in self.rows:
                table.add_row(*row)
            # Where nobody watches, lines may be as long as they are.
            console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _UNWATCHED_WIDTH)
            console.print(table)


@contextmanager
def progress_bar(description: str, total: int | None) -> Iterator[Progress]:
    """A progress bar on standard error with one task (id 0); plain silence where it is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    silent = not progress_console.is_terminal
    with Progress(*columns, console=progress_console, transient=True, disable=silent) as progress:
        progress.add_task(description, total=total)
        yield progress


def note(line: str) -> None:
    """A remark for people that is not part of the result, on standard error."""
    progress_console.print(line, markup=False, highlight=False, soft_wrap=True)
