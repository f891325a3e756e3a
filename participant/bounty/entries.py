"""The participant's entries: spec and salt, on disk before the commitment to them is on chain.

They are encrypted for their account. The same bytes go along with the submission, so the chain has a copy of them that
only the account can read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from hyperbounty.account_encryption import ADDED_BYTES
from hyperbounty.bounty.commitment import commit
from hyperbounty.locks import locked
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.sealings import Kind, Place, Sealing, Sealings

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ENTRIES: Final = "entries"
"""The folder of them, under the home."""

_WORD_BYTES: Final = 32
COPY_BYTES: Final = ADDED_BYTES + 2 * _WORD_BYTES
"""The length of an encrypted entry: 92 bytes, whatever spec and salt are."""


@dataclass(frozen=True)
class Entry:
    """A spec of one participant in one contest, with its salt, 32 bytes each; `place.slot` counts its own entries."""

    place: Place
    spec: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> bytes:
        """The 32 bytes that stand for it on chain until it is revealed."""
        return commit(
            chain_id=self.place.chain_id,
            contract=self.place.contract,
            contest=self.place.contest,
            participant=self.place.account,
            spec=self.spec,
            salt=self.salt,
        )

    @property
    def secret(self) -> bytes:
        """Spec and salt, 64 bytes."""
        return self.spec + self.salt

    @classmethod
    def of_secret(cls, place: Place, secret: bytes) -> Self:
        """The entry whose `secret` this is.

        Raises:
            ValueError: it is not 64 bytes.
        """
        if len(secret) != 2 * _WORD_BYTES:
            raise ValueError(f"spec and salt are {2 * _WORD_BYTES} bytes, not {len(secret)}")
        return cls(place, secret[:_WORD_BYTES], secret[_WORD_BYTES:])


_KIND: Final = Kind(
    purpose="hyperbounty/entry/1",
    commitment=lambda place, secret: Entry.of_secret(place, secret).commitment,
    plain_parts=("spec", "salt"),
    recovery=NextStep(
        "bring back what the chain has of it: {}; or import your own copy: {}",
        Action("participant.secrets.restore"),
        Action("participant.secrets.import", ("FILE",)),
    ),
)


class EntryBook:
    """A folder of entries. What is kept can be seen without a key, and read with that of its account."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealings = Sealings(folder, _KIND)

    def turn(self, place: Place) -> AbstractContextManager[None]:
        """Be the only one of this home that takes a slot of this account in this contest; wait for it."""
        name = f"{place.chain_id}-{place.contract.lower()}-{place.contest}-{place.account.lower()}.lock"
        return locked(self._folder / name, exclusive=True)

    def save(self, entry: Entry, account: LocalAccount) -> Path:
        """Keep `entry`; earlier ones of the same slot stay."""
        return self._sealings.keep(entry.place, account, entry.secret)

    def save_unless(self, entry: Entry, account: LocalAccount, still_meant: Callable[[Entry], bool]) -> Entry:
        """The newest entry of the same slot if it is `still_meant`, else `entry`, which is kept then."""
        place = entry.place
        secret = self._sealings.keep_unless(
            place, account, entry.secret, lambda kept: still_meant(Entry.of_secret(place, kept))
        )
        return Entry.of_secret(place, secret)

    def newest(self, place: Place, account: LocalAccount) -> Entry | None:
        """The newest entry of this slot; None where none is kept here."""
        return next((self._open(place, account, each) for each in self._sealings.find(place, account)), None)

    def all(self, place: Place, account: LocalAccount) -> list[Entry]:
        """Every entry of this slot, newest first: the one that the chain holds is among them, if it was made here.

        Raises:
            SecretsError: the file is damaged.
        """
        return [self._open(place, account, each) for each in self._sealings.find(place, account)]

    def find(self, place: Place, account: LocalAccount, stands: Callable[[bytes], bool]) -> Entry | None:
        """The entry of this slot whose commitment `stands`; None where it is not kept here.

        Raises:
            SecretsError: it is damaged. What else is damaged keeps nobody from reading it.
        """
        found = (each for each in self._sealings.find(place, account) if stands(each.commitment))
        return next((self._open(place, account, each) for each in found), None)

    def holds(self, place: Place, stands: Callable[[bytes], bool]) -> bool:
        """Whether the entry whose commitment `stands` is kept for this slot; needs no key, so it reads nothing."""
        return any(map(stands, self.commitments(place)))

    def commitments(self, place: Place) -> list[bytes]:
        """Of every entry of this slot, newest first; needs no key.

        Raises:
            SecretsError: the file is damaged.
        """
        return self._sealings.commitments(place)

    def copy_of(self, entry: Entry, account: LocalAccount) -> bytes:
        """An entry that is kept here, encrypted for its account: `COPY_BYTES` that anybody may see."""
        found = (each for each in self._sealings.find(entry.place, account) if each.commitment == entry.commitment)
        sealing = next(found, None)
        if sealing is None:
            raise ValueError("only what is kept has a copy")
        self._open(entry.place, account, sealing)
        return sealing.encrypted

    def read(self, place: Place, account: LocalAccount, commitment: bytes, copy: bytes) -> Entry | None:
        """The entry in a copy; None where the copy was altered, or is of another place or account."""
        secret = self._sealings.read(place, account, Sealing(commitment, copy))
        return None if secret is None else Entry.of_secret(place, secret)

    def take_in(self, entry: Entry, account: LocalAccount) -> bool:
        """Keep an entry that comes from elsewhere, behind what is here; tells whether it was missing."""
        return self._sealings.take_in(entry.place, account, entry.secret)

    def everything(self, chain_id: int, contract: str, account: LocalAccount) -> list[Entry]:
        """All that is kept of an account in the contests of a contract: by contest and slot, newest first.

        Raises:
            SecretsError: a file is damaged.
        """
        places = self._sealings.places(chain_id, contract, account.address)
        return [entry for place in places for entry in self.all(place, account)]

    def _open(self, place: Place, account: LocalAccount, sealing: Sealing) -> Entry:
        return Entry.of_secret(place, self._sealings.open(place, account, sealing))
