"""Sealings: secrets of which the chain has only a hash, until their owner opens them.

They are on disk before the hash is sent. Whoever loses the secret of a sealing cannot open it; whoever shows it early
gives it away. So each is encrypted under a key that follows from its account's (`hyperbounty.account_encryption`), and
only its commitment, which the chain shows to everybody, can be read without that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.account_encryption import AccountKey
from hyperbounty.errors import SecretsError
from hyperbounty.files import create_atomic, write_atomic
from hyperbounty.locks import locked

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

_FORMAT: Final = "hyperbounty/sealings/1"
_NAME: Final = re.compile(r"([0-9]+)-(0x[0-9a-f]{40})-([0-9]+)\.json")


@dataclass(frozen=True)
class Place:
    """What a sealing belongs to: one slot of one account in one contest."""

    chain_id: int
    contract: str
    contest: int
    account: str
    slot: int


@dataclass(frozen=True)
class Sealing:
    """A secret as it is kept: `encrypted` for its account, and bound to its `commitment`, the hash on the chain."""

    commitment: bytes
    encrypted: bytes


@dataclass(frozen=True)
class _Plain:
    """A secret as earlier versions kept it, without encryption."""

    commitment: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Kind:
    """A kind of sealings.

    Attributes:
        purpose: names it, and its keys.
        commitment: of a secret at a place, 32 bytes.
        plain_parts: what a secret consists of, in order, in files that are not encrypted yet.
        recovery: what to do where a file of it is damaged.
    """

    purpose: str
    commitment: Callable[[Place, bytes], bytes]
    plain_parts: tuple[str, ...]
    recovery: str


class Sealings:
    """A folder of sealings of one kind.

    One file for each place holds every sealing made there, newest first. Earlier ones stay, because the
    transaction that replaces them may never land: the chain says which one stands.

    A file of an earlier version, which is not encrypted, is replaced by an encrypted one when its account is used for
    the first time. A crash leaves the one or the other.

    >>> import hashlib
    >>> from hyperbounty.chain.development import development_account
    >>> account = development_account(0)
    >>> kind = Kind("notes/1", lambda _, secret: hashlib.sha256(secret).digest(), (), "")
    >>> sealings = Sealings(tmp_path, kind)
    >>> place = Place(1, "0x" + "22" * 20, 7, account.address, 0)
    >>> for secret in (b"first", b"second"):
    ...     _ = sealings.keep(place, account, secret)
    >>> [sealings.open(place, account, each) for each in sealings.find(place, account)]
    [b'second', b'first']
    >>> sealings.commitments(place)[0] == hashlib.sha256(b"second").digest()
    True
    """

    def __init__(self, folder: Path, kind: Kind) -> None:
        self._folder = folder
        self._kind = kind
        self._looked_through: set[tuple[int, str, str]] = set()

    def commitments(self, place: Place) -> list[bytes]:
        """Of every sealing of `place`, newest first; needs no key.

        Raises:
            SecretsError: the file is damaged.
        """
        return [each.commitment for each in self._read(place)]

    def find(self, place: Place, account: LocalAccount) -> list[Sealing]:
        """Every sealing of `place`, newest first; none where nothing is kept.

        Raises:
            SecretsError: the file is damaged.
        """
        self._encrypt_plain(place, account)
        return [self._encrypted(place, account, each) for each in self._read(place)]

    def open(self, place: Place, account: LocalAccount, sealing: Sealing) -> bytes:
        """The secret of a sealing.

        Raises:
            SecretsError: it was altered, or belongs to another place or account.
        """
        secret = self.read(place, account, sealing)
        if secret is None:
            raise self._damaged(place)
        return secret

    def read(self, place: Place, account: LocalAccount, sealing: Sealing) -> bytes | None:
        """The secret of a sealing from anywhere; None where it was altered, or belongs to another place or account."""
        secret = self._key(place, account).decrypt(sealing.encrypted, sealing.commitment)
        if secret is None:
            return None
        try:
            is_its = self._kind.commitment(place, secret) == sealing.commitment
        except ValueError:
            return None
        return secret if is_its else None

    def keep(self, place: Place, account: LocalAccount, secret: bytes) -> Path:
        """Write `secret` in front of what is kept for `place`."""
        self._encrypt_plain(place, account)
        with self._turn(place):
            self._put(place, account, [self._seal(place, account, secret), *self._read(place)])
        return self._path(place)

    def keep_unless(
        self, place: Place, account: LocalAccount, secret: bytes, still_meant: Callable[[bytes], bool]
    ) -> bytes:
        """The newest secret of `place` if it is `still_meant`, else `secret`, kept in front of it.

        So an interrupted command goes on with the secret that it made, and two commands at once use the same one.
        """
        self._encrypt_plain(place, account)
        with self._turn(place):
            kept = self._read(place)
            if kept:
                newest = self.open(place, account, self._encrypted(place, account, kept[0]))
                if still_meant(newest):
                    return newest
            self._put(place, account, [self._seal(place, account, secret), *kept])
            return secret

    def take_in(self, place: Place, account: LocalAccount, secret: bytes) -> bool:
        """Keep a secret that comes from elsewhere behind all that is here, which may be newer and not sent yet.

        Where the file is damaged, or this secret in it, a copy of the file is set aside under another name.

        Returns:
            Whether it was missing here.
        """
        self._encrypt_plain(place, account)
        sealing = self._seal(place, account, secret)
        with self._turn(place):
            try:
                kept: Sequence[Sealing | _Plain] = self._read(place)
            except SecretsError:
                kept = []
                self._set_aside(place)
            same = [each for each in kept if each.commitment == sealing.commitment]
            if any(self.read(place, account, self._encrypted(place, account, each)) for each in same):
                return False
            if same:
                self._set_aside(place)
            others = [each for each in kept if each not in same]
            self._put(place, account, [*others, sealing])
            return True

    def places(self, chain_id: int, contract: str, account: str) -> list[Place]:
        """Where something is kept of an account in the contests of a contract, in order."""
        found = []
        for path in self._folder_of(chain_id, contract).glob(f"*-{account.lower()}-*.json"):
            match = _NAME.fullmatch(path.name)
            if match is not None:
                found.append(Place(chain_id, contract, int(match[1]), account, int(match[3])))
        return sorted(found, key=lambda place: (place.contest, place.slot))

    # ------------------------------------------------------------------------------------------------- keys

    def _key(self, place: Place, account: LocalAccount) -> AccountKey:
        if account.address.lower() != place.account.lower():
            raise ValueError(f"what {place.account} seals is not opened by {account.address}")
        return AccountKey.of(account, self._kind.purpose, place.chain_id, place.contract)

    def _seal(self, place: Place, account: LocalAccount, secret: bytes) -> Sealing:
        commitment = self._kind.commitment(place, secret)
        return Sealing(commitment, self._key(place, account).encrypt(secret, commitment))

    def _encrypted(self, place: Place, account: LocalAccount, kept: Sealing | _Plain) -> Sealing:
        return kept if isinstance(kept, Sealing) else self._seal(place, account, kept.secret)

    def _encrypt_plain(self, used: Place, account: LocalAccount) -> None:
        """Encrypt every file of this account that is not yet, in the folder of `used`; looked for once."""
        looked_at = used.chain_id, used.contract.lower(), account.address
        if looked_at in self._looked_through:
            return
        self._looked_through.add(looked_at)
        for other in self.places(used.chain_id, used.contract, account.address):
            place = replace(used, contest=other.contest, slot=other.slot)
            if not self._is_plain(place):
                continue
            with self._turn(place):
                # Again: another command may have done it meanwhile.
                if self._is_plain(place):
                    self._put(place, account, self._read(place))

    def _is_plain(self, place: Place) -> bool:
        try:
            return any(isinstance(each, _Plain) for each in self._read(place))
        except SecretsError:
            # It is told when it is used itself, and keeps no other from being encrypted.
            return False

    # ------------------------------------------------------------------------------------------------- files

    def _turn(self, place: Place) -> AbstractContextManager[None]:
        path = self._path(place)
        return locked(path.with_name(f"{path.name}.lock"), exclusive=True)

    def _put(self, place: Place, account: LocalAccount, kept: Sequence[Sealing | _Plain]) -> None:
        """Write the whole file; the one before is there until the new one is, so a crash loses neither."""
        sealings = [self._encrypted(place, account, each) for each in kept]
        written = [{"commitment": each.commitment.hex(), "encrypted": each.encrypted.hex()} for each in sealings]
        content = json.dumps({"format": _FORMAT, "sealings": written}).encode()
        write_atomic(self._path(place), content, mode=0o600)

    def _set_aside(self, place: Place) -> None:
        """Copy a damaged file: somebody may still read from it what this program cannot."""
        path = self._path(place)
        for number in range(1, 1_000):
            try:
                create_atomic(path.with_name(f"{path.name}.damaged-{number}"), path.read_bytes(), mode=0o600)
            except FileExistsError:
                continue
            return
        raise self._damaged(place)

    def _folder_of(self, chain_id: int, contract: str) -> Path:
        return self._folder / f"{chain_id}-{contract.lower()}"

    def _path(self, place: Place) -> Path:
        name = f"{place.contest}-{place.account.lower()}-{place.slot}.json"
        return self._folder_of(place.chain_id, place.contract) / name

    def _read(self, place: Place) -> list[Sealing | _Plain]:
        try:
            text = self._path(place).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except UnicodeDecodeError:
            raise self._damaged(place) from None
        # What a conversion fails on may be a part of the secret, hence no chaining.
        try:
            return list(self._parsed(place, json.loads(text)))
        except (ValueError, KeyError, TypeError):
            raise self._damaged(place) from None

    def _parsed(self, place: Place, content: Any) -> Iterator[Sealing | _Plain]:
        if isinstance(content, list):
            for each in content:
                secret = b"".join(bytes.fromhex(each[name]) for name in self._kind.plain_parts)
                yield _Plain(self._kind.commitment(place, secret), secret)
            return
        if content["format"] != _FORMAT:
            raise ValueError("another format")
        for each in content["sealings"]:
            sealing = Sealing(bytes.fromhex(each["commitment"]), bytes.fromhex(each["encrypted"]))
            if len(sealing.commitment) != 32:
                raise ValueError("no commitment")
            yield sealing

    def _damaged(self, place: Place) -> SecretsError:
        return SecretsError(f"{self._path(place)} is damaged", self._kind.recovery)
