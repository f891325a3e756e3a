"""The participant's entries: spec and salt, on disk before the commitment to them is on chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
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
        self._sealings = Sealings(folder, ("spec", "salt"))

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
        kept = self._sealings.find(place)
        if not kept:
            return None
        return Entry(place, kept[0]["spec"], kept[0]["salt"])

    def load(self, place: Place) -> list[Entry]:
        """Every entry of this slot, newest first: the one that the chain holds is among them.

        Raises:
            InvalidInput: none is kept here, or the file is damaged.
        """
        kept = self._sealings.find(place)
        if not kept:
            raise InvalidInput(
                f"no sealed entry {place.slot} of {place.account} in contest {place.contest} is kept here",
                NextStep("reveal from the machine and {} that submitted", Parameter("home")),
            )
        return [Entry(place, secret["spec"], secret["salt"]) for secret in kept]
