"""Processes that tests have started, and what these have started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from tests.documents import check


def children(process: int) -> list[int]:
    """Those that `process` has started and that live."""
    found: list[str] = []
    # Each of its threads has those that it started.
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            found += listed.read_text().split()
    return [child for child in map(int, found) if lives(child)]


def lives(process: int) -> bool:
    """Whether it runs: one that has ended may still be listed."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def until(found: Callable[[], Any], patience_s: float = 60.0) -> Any:
    """What `found` gives, once it gives something."""
    end = time.monotonic() + patience_s
    while not (value := found()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.05)
    return value


@contextmanager
def announced(
    arguments: Sequence[str], errors: int | IO[str], why: Callable[[subprocess.Popen[str]], object]
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A command that goes on after it has printed its document: the process, and the document.

    Args:
        arguments: of the command, `--json` among them.
        errors: where its standard error goes.
        why: gives what to show where it ends without a document.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "hyperbounty", *arguments],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        document = ""
        while not document.endswith("}\n"):
            line = process.stdout.readline()
            assert line, why(process)
            document += line
        said = json.loads(document)
        check(list(arguments), said)
        yield process, said
    finally:
        process.kill()
        process.communicate()
