"""Where compiled programs are kept from one run to the next, on JAX.

TensorFlow's own way is not used. It names a program by a counter of the process, so it finds one only where the process
did all the same before it, and it adds a copy each time that it did not; and one torn file fails every training.

HYPERBOUNTY_COMPILED names the folder; empty keeps nothing, absent is the user's cache folder. A program is compiled for
the processor at hand, so each kind of processor and each version of a backend has a folder of its own: one that came
from elsewhere could end in an illegal instruction. Whoever can write there decides what this machine runs, so it is
made for its owner alone.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import platformdirs

from hyperbounty.training.machine import describe_machine, describe_versions, processor_features

VARIABLE: Final = "HYPERBOUNTY_COMPILED"


def cache_folder(backend: str) -> Path | None:
    """The folder for programs that `backend` compiled on this machine, made if need be; None where none is wanted.

    A folder that cannot be made or written to is none: a cache may be missing, a training may not fail for it.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen == "":
        return None
    root = Path(chosen) if chosen else platformdirs.user_cache_path("hyperbounty") / "compiled"
    facts = (describe_machine()["cpu"], processor_features(), sorted(describe_versions(backend).items()))
    folder = root / f"{backend}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) and folder.stat().st_uid == os.getuid() else None
