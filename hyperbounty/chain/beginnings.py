"""What a home remembers of the development chains that it has met, so that one which began anew is noticed.

A development chain begins anew under the same address, the same number and with the same contracts. What a home keeps
of the one before is told apart by its first block, or by what the chain holds; but people need to be told.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.files import write_atomic

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain


class Beginnings:
    """`development-chains.json` under `home`: the first block of the chain that was last met at each address.

    Without it nothing is lost but the remark, so a file that cannot be read or written stops nobody.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "development-chains.json"

    def is_another(self, chain: Chain) -> bool:
        """Whether another chain than this one was met last where `chain` is; it is the one that was met from now on.

        False for a chain that is not for development.

        >>> from hyperbounty.chain.connection import Chain
        >>> beginnings = Beginnings(tmp_path)
        >>> with Chain.embedded() as one, Chain.embedded() as other:
        ...     [beginnings.is_another(chain) for chain in (one, one, other)]
        [False, False, True]
        """
        if not chain.is_development:
            return False
        met = self._read()
        before, now = met.get(chain.name), chain.identity
        if before == now:
            return False
        with suppress(OSError):
            write_atomic(self._path, json.dumps({**met, chain.name: now}, indent=2).encode() + b"\n")
        return before is not None

    def _read(self) -> dict[str, object]:
        with suppress(OSError, ValueError):
            content = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                return content
        return {}
