"""The participant's entries: spec and salt, on disk before the commitment to them is on chain."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from hyperbounty.locks import locked
from hyperbounty.sealings import Place, Sealings


@dataclass(frozen=True)
class Entry:
    """A spec of one participant in one contest, with its salt, 32 bytes each; `place.slot` counts its own entries."""

    place: Place
    spec: bytes = field(repr=False)
    salt: bytes = field(repr=False)


class EntryBook:
    """A folder of entries."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealings = Sealings(folder, ("spec", "salt"))

    def turn(self, place: Place) -> AbstractContextManager[None]:
        """Be the only one of this home that takes a slot of this account in this contest; wait for it."""
        name = f"{place.chain_id}-{place.contract.lower()}-{place.contest}-{place.account.lower()}.lock"
        return locked(self._folder / name, exclusive=True)

    def save(self, entry: Entry) -> Path:
        """Keep `entry`; earlier ones of the same slot stay."""
        return self._sealings.keep(entry.place, {"spec": entry.spec, "salt": entry.salt})

    def save_unless(self, entry: Entry, still_meant: Callable[[Entry], bool]) -> Entry:
        """The newest entry of the same slot if it is `still_meant`, else `entry`, which is kept then."""
        place = entry.place
        kept = self._sealings.keep_unless(
            place,
            {"spec": entry.spec, "salt": entry.salt},
            lambda secret: still_meant(Entry(place, secret["spec"], secret["salt"])),
        )
        return Entry(place, kept["spec"], kept["salt"])

    def newest(self, place: Place) -> Entry | None:
        """The newest entry of this slot; None where none is kept here."""
        return next(iter(self.all(place)), None)

    def all(self, place: Place) -> list[Entry]:
        """Every entry of this slot, newest first: the one that the chain holds is among them, if it was made here.

        Raises:
            InvalidInput: the file is damaged.
        """
        return [Entry(place, secret["spec"], secret["salt"]) for secret in self._sealings.find(place)]
