"""Files that travel inside the package, and lie beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from hyperbounty.errors import InvalidInput


def bundled_data(name: str) -> Path:
    """The folder `name` of `data/`, inside the installed package or in the checkout that it is imported from.

    >>> sorted(path.name for path in bundled_data("mail").iterdir())
    ['mails.txt.gz']

    Raises:
        InvalidInput: it is in neither.
    """
    package = Path(str(files("hyperbounty")))
    candidates = (package / "_bundled" / name, package.parent / "data" / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise InvalidInput(f"the data are in neither {candidates[0]} nor {candidates[1]}", "install the package again")
