"""The sealed holdout: the tail of the series, encrypted until every spec is open.

    sealed     = magic (7 bytes) ‖ version (1) ‖ nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16)
    commitment = SHA-256(key)

Magic and version are authenticated with the ciphertext. GCM by itself would let its author prepare a ciphertext that
two keys open differently. The commitment on chain fixes the key before any spec is known, so check it first
(`check_key`). The encryption does not hide the holdout from the organizer, who could take part under another name.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from Crypto.Cipher import AES

from hyperbounty.errors import HoldoutKeyError
from hyperbounty.files import create_atomic

KEY_BYTES: Final = 32
_MAGIC: Final = b"HBSEAL\n"
_VERSION: Final = b"\x01"
_HEADER: Final = _MAGIC + _VERSION
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
SEALING_BYTES: Final = len(_HEADER) + _NONCE_BYTES + _TAG_BYTES
"""By how much a sealed holdout is longer than what it holds."""

# The text of a key file is longer only by white space; anything larger is another file, and is not read in full.
_MAX_KEY_FILE_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class HoldoutKey:
    """The key of a sealed holdout. Its `repr` and every error about it leave the bytes out.

    Attributes:
        secret: the 32 bytes; public once they are published on chain.

    Raises:
        HoldoutKeyError: not 32 bytes.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise HoldoutKeyError(f"a holdout key has {KEY_BYTES} bytes, not {len(self.secret)}", "give the whole key")

    @classmethod
    def new(cls) -> Self:
        """A fresh random key."""
        return cls(secrets.token_bytes(KEY_BYTES))


def commitment(key: HoldoutKey) -> bytes:
    """The 32 bytes that stand on chain from `open` on; the contract computes `sha256(abi.encodePacked(key))`.

    >>> commitment(HoldoutKey(bytes(32))).hex()
    '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925'
    """
    return hashlib.sha256(key.secret).digest()


def check_key(key: HoldoutKey, expected: bytes) -> None:
    """Refuse a key that is not the one committed to.

    >>> key = HoldoutKey.new()
    >>> check_key(key, commitment(key))

    Args:
        key: as published or loaded.
        expected: the 32-byte commitment on chain.

    Raises:
        HoldoutKeyError: its commitment is another one.
    """
    found = commitment(key)
    if found != expected:
        raise HoldoutKeyError(
            f"the holdout key has commitment 0x{found.hex()}, not 0x{expected.hex()}", "use the key of this contest"
        )


def encrypt(plaintext: bytes, key: HoldoutKey) -> bytes:
    """`plaintext` encrypted and authenticated under `key`; a fresh nonce makes each result another one.

    >>> key = HoldoutKey.new()
    >>> decrypt(encrypt(b"time,open,high", key), key)
    b'time,open,high'
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AES.new(key.secret, AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
    cipher.update(_HEADER)
    ciphertext, tag = cipher.encrypt_and_digest(plaintext)
    return _HEADER + nonce + ciphertext + tag


def decrypt(sealed: bytes, key: HoldoutKey) -> bytes:
    """The plaintext in `sealed`, what `encrypt` made.

    Raises:
        HoldoutKeyError: not a sealed holdout, of an unknown version, another key's, or altered.
    """
    if not sealed.startswith(_MAGIC) or len(sealed) < len(_HEADER) + _NONCE_BYTES + _TAG_BYTES:
        raise HoldoutKeyError(f"these {len(sealed):,} bytes are no sealed holdout", "use the file the manifest links")
    if not sealed.startswith(_HEADER):
        raise HoldoutKeyError(f"the holdout is sealed in format {sealed[len(_MAGIC)]}", "update hyperbounty to read it")
    # A view: a holdout may be large, and a slice would be a second one.
    body = memoryview(sealed)[len(_HEADER) :]
    cipher = AES.new(key.secret, AES.MODE_GCM, nonce=body[:_NONCE_BYTES], mac_len=_TAG_BYTES)
    cipher.update(_HEADER)
    try:
        return cipher.decrypt_and_verify(body[_NONCE_BYTES:-_TAG_BYTES], body[-_TAG_BYTES:])
    except ValueError as error:
        raise HoldoutKeyError(
            "the holdout key does not open the ciphertext: it belongs to another holdout, or the bytes were altered",
            "compare the key with its commitment and the file with its CID",
        ) from error


def save_key(path: Path, key: HoldoutKey) -> None:
    """Write `key` to a new file that only its owner reads: 64 hexadecimal digits and a newline.

    Raises:
        HoldoutKeyError: something is at `path` already (it is left as it was), or it cannot be written.

    >>> key = HoldoutKey.new()
    >>> save_key(tmp_path / "holdout.key", key)
    >>> load_key(tmp_path / "holdout.key") == key
    True
    """
    try:
        create_atomic(path, key.secret.hex().encode("ascii") + b"\n", mode=0o600)
    except FileExistsError as error:
        raise HoldoutKeyError(f"{path} exists, and a key is never overwritten", "choose another file") from error
    except OSError as error:
        raise HoldoutKeyError(
            f"the holdout key cannot be written to {path}: {error.strerror or error}", "choose another folder"
        ) from error


def load_key(path: Path) -> HoldoutKey:
    """The key that `save_key` wrote to `path`.

    Raises:
        HoldoutKeyError: the file is not there, cannot be read, or holds something else; its content is not repeated.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_KEY_FILE_BYTES)
    except FileNotFoundError as error:
        raise HoldoutKeyError(
            f"no holdout key is at {path}", "give the file that was written when the holdout was sealed"
        ) from error
    except OSError as error:
        raise HoldoutKeyError(f"{path} cannot be read: {error.strerror or error}", "check its permissions") from error
    secret = _from_hex(text)
    if secret is None:
        raise HoldoutKeyError(f"{path} does not hold {2 * KEY_BYTES} hexadecimal digits", "restore it from your backup")
    return HoldoutKey(secret)


def _from_hex(text: bytes) -> bytes | None:
    # The error of a failed conversion would quote the text, hence no chaining.
    try:
        secret = bytes.fromhex(text.strip().decode("ascii"))
    except ValueError:
        return None
    return secret if len(secret) == KEY_BYTES else None
