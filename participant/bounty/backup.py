"""A file with all that opens an account's submissions, encrypted under a passphrase of its own.

It is JSON in canonical form (RFC 8785), and refused in any other, so that no byte of it can be changed unseen:

    key        = PBKDF2-HMAC-SHA-256( passphrase: UTF-8, NFC; salt: 16 bytes; iterations ), 32 bytes
    header     = the file without `ciphertext`, in canonical form
    ciphertext = AES-256-GCM( the entries, in canonical form; nonce: 12 bytes; header authenticated ) ‖ tag (16)

Browsers have all of this in WebCrypto. The account's key is neither in it nor needed to read it: somebody else can keep
the file, and whoever has it and the passphrase knows the specs, but cannot sign.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hyperbounty.errors import SecretsError
from hyperbounty.sealings import Place
from participant.bounty.entries import Entry

ITERATIONS: Final = 600_000
"""What OWASP's Password Storage Cheat Sheet asks of PBKDF2-HMAC-SHA-256; 0.2 seconds a guess on one core."""
SHORTEST_PASSPHRASE: Final = 12
"""Characters: whoever gets the file can try passphrases for years."""
LARGEST_FILE_BYTES: Final = 16 * 2**20
# A file that asks for more would keep whoever opens it busy for minutes.
_MOST_ITERATIONS: Final = 100 * ITERATIONS
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16

_Bytes = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{2})*$")]
_Word = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Address = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Secret(_Strict):
    contest: int = Field(ge=1)
    entry: int = Field(ge=0)
    spec: _Word = Field(repr=False)
    salt: _Word = Field(repr=False)


class _Header(_Strict):
    """What stands in the file for everybody."""

    format: Literal["hyperbounty/secrets/1"] = "hyperbounty/secrets/1"
    chain_id: int = Field(ge=0)
    contract: _Address
    account: _Address
    kdf: Literal["PBKDF2-HMAC-SHA-256"] = "PBKDF2-HMAC-SHA-256"
    iterations: int = Field(ge=1, le=_MOST_ITERATIONS)
    salt: str = Field(pattern=r"^[0-9a-f]{32}$")
    cipher: Literal["AES-256-GCM"] = "AES-256-GCM"
    nonce: str = Field(pattern=r"^[0-9a-f]{24}$")


class _File(_Header):
    ciphertext: _Bytes


_ENTRIES: Final = TypeAdapter(list[_Secret])


@dataclass(frozen=True)
class Owner:
    """Whose submissions a file opens: those of one account under one contract of one chain."""

    chain_id: int
    contract: str
    account: str


class Backup:
    """A file as it was read: whose it is can be seen before the passphrase is asked for.

    >>> owner = Owner(1, "0x" + "22" * 20, "0x" + "33" * 20)
    >>> entry = Entry(Place(1, owner.contract, 7, owner.account, 0), bytes(32), b"s" * 32)
    >>> file = write_backup(owner, [entry], "correct horse battery", iterations=1)
    >>> Backup(file, "the file").owner == owner
    True
    >>> Backup(file, "the file").entries("correct horse battery") == [entry]
    True

    Args:
        data: of the file.
        name: of it in messages.

    Raises:
        SecretsError: it is no such file, or was altered where that shows without the passphrase.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        # An editor may have ended it with a new line.
        text = data.strip()
        try:
            # What does not fit may be secret where the file is another one, so it is not repeated.
            self._file = _File.model_validate_json(text)
        except ValidationError:
            raise self._damaged() from None
        if rfc8785.dumps(self._file.model_dump()) != text:
            raise self._damaged()

    @property
    def owner(self) -> Owner:
        """Whose submissions it opens, by what it says; `entries` finds out whether that was altered."""
        return Owner(self._file.chain_id, self._file.contract, self._file.account)

    def entries(self, passphrase: str) -> list[Entry]:
        """What is in it: of each slot the newest first.

        Raises:
            SecretsError: the passphrase is wrong, or the file was altered.
        """
        from Crypto.Cipher import AES

        file = self._file
        sealed = bytes.fromhex(file.ciphertext)
        cipher = AES.new(_key(passphrase, file), AES.MODE_GCM, nonce=bytes.fromhex(file.nonce), mac_len=_TAG_BYTES)
        cipher.update(_header_of(file))
        try:
            text = cipher.decrypt_and_verify(sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:])
        except ValueError:
            raise SecretsError(
                f"the passphrase of {self._name} is wrong, or the file was altered",
                "try again, or take another copy of the file; a passphrase cannot be recovered",
            ) from None
        try:
            found = _ENTRIES.validate_json(text)
        except ValidationError:
            raise self._damaged() from None
        return [self._entry(each) for each in found]

    def _entry(self, secret: _Secret) -> Entry:
        place = Place(self._file.chain_id, self._file.contract, secret.contest, self._file.account, secret.entry)
        return Entry(place, bytes.fromhex(secret.spec), bytes.fromhex(secret.salt))

    def _damaged(self) -> SecretsError:
        return SecretsError(
            f"{self._name} is damaged, or is no file of secrets", "take another copy of it, or name the right file"
        )


def write_backup(owner: Owner, entries: Sequence[Entry], passphrase: str, *, iterations: int = ITERATIONS) -> bytes:
    """The file that opens `entries`, all of `owner`.

    Args:
        owner: whose they are.
        entries: of each slot the newest first.
        passphrase: of at least `SHORTEST_PASSPHRASE` characters.
        iterations: lower them in tests only.

    Raises:
        SecretsError: the passphrase is too short.
    """
    from Crypto.Cipher import AES

    check_passphrase(passphrase)
    header = _Header(
        chain_id=owner.chain_id,
        contract=owner.contract,
        account=owner.account,
        iterations=iterations,
        # The key of each file is another one by its salt, so no nonce can meet a key twice. It is random all the same.
        salt=secrets.token_hex(_SALT_BYTES),
        nonce=secrets.token_hex(_NONCE_BYTES),
    )
    text = rfc8785.dumps([_written(each) for each in entries])
    cipher = AES.new(_key(passphrase, header), AES.MODE_GCM, nonce=bytes.fromhex(header.nonce), mac_len=_TAG_BYTES)
    cipher.update(_header_of(header))
    ciphertext, tag = cipher.encrypt_and_digest(text)
    return rfc8785.dumps({**header.model_dump(), "ciphertext": (ciphertext + tag).hex()})


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short to protect a file.

    Raises:
        SecretsError: it has fewer than `SHORTEST_PASSPHRASE` characters.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise SecretsError(
            f"the passphrase has {len(passphrase)} characters, and whoever gets the file can try as long as they like",
            f"choose one of at least {SHORTEST_PASSPHRASE} characters, such as four words drawn at random",
        )


def _written(entry: Entry) -> dict[str, Any]:
    place = entry.place
    return {"contest": place.contest, "entry": place.slot, "spec": entry.spec.hex(), "salt": entry.salt.hex()}


def _header_of(file: _Header) -> bytes:
    return rfc8785.dumps(file.model_dump(exclude={"ciphertext"}))


def _key(passphrase: str, header: _Header) -> bytes:
    # The same letters are the same passphrase, however the keyboard composes them.
    text = unicodedata.normalize("NFC", passphrase).encode()
    return hashlib.pbkdf2_hmac("sha256", text, bytes.fromhex(header.salt), header.iterations, _KEY_BYTES)
