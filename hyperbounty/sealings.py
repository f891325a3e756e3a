"""Sealings: secrets of which the chain has only a hash, until their owner opens them.

They are on disk, readable by their owner only, before the hash is sent. Whoever loses the salt of a sealing cannot open
it; whoever shows the salt early gives away the secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.locks import locked


@dataclass(frozen=True)
class Place:
    """What a sealing belongs to: one slot of one account in one contest."""

    chain_id: int
    contract: str
    contest: int
    account: str
    slot: int


class Sealings:
    """A folder of secrets with the same named parts.

    One file for each place holds every sealing made there, newest first. Earlier ones stay, because the
    transaction that replaces them may never land: the chain says which one stands.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     sealings, place = Sealings(Path(folder), ("salt",)), Place(1, "0x22", 7, "0x33", 0)
    ...     _ = sealings.keep(place, {"salt": b"first"})
    ...     _ = sealings.keep(place, {"salt": b"second"})
    ...     sealings.find(place)
    [{'salt': b'second'}, {'salt': b'first'}]
    """

    def __init__(self, folder: Path, parts: Sequence[str]) -> None:
        self._folder = folder
        self._parts = set(parts)

    def keep(self, place: Place, secret: Mapping[str, bytes]) -> Path:
        """Write `secret`, its parts by name, in front of what is kept for `place`."""
        path = self._path(place)
        with self._turn(place):
            self._write(path, [secret, *self.find(place)])
        return path

    def keep_unless(
        self, place: Place, secret: Mapping[str, bytes], still_meant: Callable[[Mapping[str, bytes]], bool]
    ) -> Mapping[str, bytes]:
        """The newest sealing of `place` if it is `still_meant`, else `secret`, kept in front of it.

        So an interrupted command goes on with the secret that it made, and two commands at once use the same one.
        """
        with self._turn(place):
            kept = self.find(place)
            if kept and still_meant(kept[0]):
                return kept[0]
            self._write(self._path(place), [secret, *kept])
            return secret

    def find(self, place: Place) -> list[dict[str, bytes]]:
        """Every sealing of `place`, newest first; none where nothing is kept.

        Raises:
            InvalidInput: the file is damaged.
        """
        path = self._path(place)
        return self._read(path) if path.exists() else []

    def _turn(self, place: Place) -> AbstractContextManager[None]:
        path = self._path(place)
        return locked(path.with_name(f"{path.name}.lock"), exclusive=True)

    def _write(self, path: Path, kept: Sequence[Mapping[str, bytes]]) -> None:
        written = [{name: part.hex() for name, part in one.items()} for one in kept]
        write_atomic(path, json.dumps(written).encode(), mode=0o600)

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
