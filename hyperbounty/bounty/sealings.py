"""What an account has sealed and will have to open: kept on disk, readable by its owner only, before anything is sent.

Whoever loses a salt cannot open what it sealed; whoever shows it gives away what is inside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic


@dataclass(frozen=True)
class Place:
    """Where something is sealed: one slot of one account in one contest."""

    chain_id: int
    contract: str
    contest: int
    account: str
    slot: int


class Sealings:
    """A folder of secrets with the same named parts. One file a place holds every sealing made there, newest first.

    An earlier one is kept because its replacement may never land: the chain says which of them stands.
    """

    def __init__(self, folder: Path, parts: Sequence[str]) -> None:
        self._folder = folder
        self._parts = set(parts)

    def keep(self, place: Place, secret: Mapping[str, bytes]) -> Path:
        """Write `secret`, its parts by name, in front of what is kept for `place`."""
        path = self._path(place)
        kept = [] if not path.exists() else self._read(path)
        written = [{name: part.hex() for name, part in one.items()} for one in (secret, *kept)]
        write_atomic(path, json.dumps(written).encode(), mode=0o600)
        return path

    def find(self, place: Place) -> list[dict[str, bytes]]:
        """Every sealing of `place`, newest first; none where nothing is kept.

        Raises:
            InvalidInput: the file is damaged.
        """
        path = self._path(place)
        return self._read(path) if path.exists() else []

    def _path(self, place: Place) -> Path:
        name = f"{place.contest}-{place.account.lower()}-{place.slot}.json"
        return self._folder / f"{place.chain_id}-{place.contract.lower()}" / name

    def _read(self, path: Path) -> list[dict[str, bytes]]:
        try:
            kept: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
            return [{name: bytes.fromhex(secret[name]) for name in self._parts} for secret in kept]
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                f"{path} is damaged", "restore it from a copy: without it nothing can be opened"
            ) from error
