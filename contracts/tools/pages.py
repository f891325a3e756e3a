"""Pages of `docs/` that are written from sources, and checked to be what the sources give."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def keep(root: Path, pages: Mapping[Path, str], *, check: bool, module: str) -> int:
    """Write each text to its page under `root`, or with `check` only compare them; the exit status of `module`."""
    name = module.rpartition(".")[2]
    status = 0
    for page, text in pages.items():
        path = root / page
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {page}\n")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{name}: {page} differs; run `python -m {module}` and commit the result\n")
            status = 1
    return status
