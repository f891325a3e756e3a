"""Pages of `docs/` that are written from sources, and checked to be what the sources give."""

from __future__ import annotations

import sys
from pathlib import Path


def keep(root: Path, page: Path, text: str, *, check: bool, module: str) -> int:
    """Write `text` to `page` under `root`, or with `check` only compare them; returns the exit status of `module`."""
    path = root / page
    if not check:
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {page}\n")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    name = module.rpartition(".")[2]
    sys.stderr.write(f"{name}: {page} differs; run `python -m {module}` and commit the result\n")
    return 1
