"""Which files of `contracts/` are other than they were at a commit."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

_HOME: Final = Path(__file__).resolve().parents[1]


class ChangesError(Exception):
    """Git cannot say what changed; the message is one line for people."""


def changed_since(ref: str, home: Path = _HOME) -> set[str]:
    """The files under `home` that were changed or added since the commit `ref`, committed or not, named from `home`.

    A file that was only moved has not changed.

    Raises:
        ChangesError: git is not there, or knows no such commit.
    """
    changed = set()
    for line in _git(home, "diff", "--relative", "--find-renames", "--name-status", ref, "--", ".").splitlines():
        status, *names = line.split("\t")
        if status not in {"R100", "D"}:
            changed.add(names[-1])
    return changed | set(_git(home, "ls-files", "--others", "--exclude-standard", "--", ".").splitlines())


def _git(home: Path, *arguments: str) -> str:
    command = ["git", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise ChangesError(f"cannot run git: {error.strerror}") from None
    if done.returncode:
        raise ChangesError(f"git cannot compare: {(done.stderr.strip() or 'no answer').splitlines()[0]}")
    return done.stdout
