"""Where compiled programs are kept from one run to the next.

HYPERBOUNTY_COMPILED names the folder; empty keeps nothing, absent is the user's cache folder. A program is compiled for
the processor at hand, so each kind of processor, each version of a backend and what XLA was told has a folder of its
own: one that came from elsewhere could end in an illegal instruction. Whoever can write there decides what this machine
runs, so it is made for its owner alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs

from hyperbounty.training.machine import describe_machine, describe_versions, processor_features

VARIABLE: Final = "HYPERBOUNTY_COMPILED"

MOST_BYTES: Final = 2 * 1024**3
"""What a folder may hold when a process begins: some thousand programs. The oldest go first."""

LEAST_FREE_BYTES: Final = 256 * 1024**2
"""With less room on the disk nothing is kept: it is others who need it."""


def cache_folder(backend: str) -> Path | None:
    """The folder for programs that `backend` compiled on this machine, made if need be; None where none is wanted.

    A folder that cannot be made or written to is none: a cache may be missing, a training may not fail for it.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen == "":
        return None
    root = Path(chosen) if chosen else platformdirs.user_cache_path("hyperbounty") / "compiled"
    told = os.environ.get("XLA_FLAGS", "")
    facts = (describe_machine()["cpu"], sorted(processor_features()), told, sorted(describe_versions(backend).items()))
    folder = root / f"{backend}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not room_in(folder):
        return None
    trim(folder, MOST_BYTES)
    return folder.resolve()


def room_in(folder: Path) -> bool:
    """Whether programs can be kept in `folder`, which must be this user's own."""
    try:
        usable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and folder.stat().st_uid == os.getuid()
        return usable and shutil.disk_usage(folder).free >= LEAST_FREE_BYTES
    except OSError:
        return False


def trim(folder: Path, most_bytes: int) -> None:
    """Remove the oldest files of `folder` until the others have `most_bytes` at most, as far as it can."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):  # Another process was faster.
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
    held = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if held <= most_bytes:
            return
        with suppress(OSError):
            path.unlink()
            held -= size
