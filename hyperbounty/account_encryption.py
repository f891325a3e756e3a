"""Encryption for the holder of an account's key: what is encrypted here can be read with that key, and with no other.

    key       = HKDF-SHA-256( private key; no salt; purpose, filled with zeros to 32 bytes ‖ chain id ‖ contract )
    encrypted = nonce (12 bytes) ‖ AES-256-GCM ciphertext ‖ tag (16)

Chain id and contract take 32 bytes each, right-aligned. HKDF is RFC 5869. It goes one way: whoever learns such a key
learns nothing of the account's. Browsers have both parts in WebCrypto. Whoever loses the account's key loses this too,
but then the account is lost, and with it all that the secrets were for.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from Crypto.Cipher._mode_gcm import GcmMode
    from eth_account.signers.local import LocalAccount

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_FIELD_BYTES: Final = 32
ADDED_BYTES: Final = _NONCE_BYTES + _TAG_BYTES
"""By how much something encrypted is longer than what it holds."""


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A key that follows from an account's, for one purpose, one chain and one contract. Its `repr` leaves it out.

    >>> from hyperbounty.chain.development import development_account
    >>> key = AccountKey.of(development_account(0), "notes/1", 31337, "0x" + "22" * 20)
    >>> encrypted = key.encrypt(b"a secret", b"what it belongs to")
    >>> len(encrypted) - ADDED_BYTES, key.decrypt(encrypted, b"what it belongs to")
    (8, b'a secret')
    >>> key.decrypt(encrypted, b"something else") is None
    True
    """

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, account: LocalAccount, purpose: str, chain_id: int, contract: str) -> Self:
        """The key of `account` for `purpose`, a name of at most 32 ASCII characters; `contract` is an address."""
        label = purpose.encode("ascii").ljust(_FIELD_BYTES, b"\0")
        place = chain_id.to_bytes(_FIELD_BYTES) + bytes.fromhex(contract.removeprefix("0x")).rjust(_FIELD_BYTES, b"\0")
        # A private key is 32 random bytes already, so there is nothing for a salt to do (RFC 5869, section 3.1).
        return cls(_hkdf(bytes(account.key), label + place))

    def encrypt(self, plaintext: bytes, bound_to: bytes) -> bytes:
        """`plaintext` encrypted, so that it is only read together with `bound_to`, which is not encrypted."""
        # GCM breaks where one key meets one nonce twice. Each nonce is drawn anew from the system's generator, so among
        # n of them two are equal with a chance below n² / 2⁹⁷: 2⁻³³ after 2³² (NIST SP 800-38D, section 8.3). A key
        # encrypts a few times for a sealing, which costs gas or a training, so it does not come near that. Purposes,
        # chains and contracts have keys of their own, and what is kept and what is sent is one encryption, not two.
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._cipher(nonce, bound_to)
        ciphertext, tag = cipher.encrypt_and_digest(plaintext)
        return nonce + ciphertext + tag

    def decrypt(self, encrypted: bytes, bound_to: bytes) -> bytes | None:
        """What `encrypt` was given; None where it was altered, or encrypted under another key, or for another place."""
        if len(encrypted) < ADDED_BYTES:
            return None
        cipher = self._cipher(encrypted[:_NONCE_BYTES], bound_to)
        try:
            return cipher.decrypt_and_verify(encrypted[_NONCE_BYTES:-_TAG_BYTES], encrypted[-_TAG_BYTES:])
        except ValueError:
            return None

    def _cipher(self, nonce: bytes, bound_to: bytes) -> GcmMode:
        # Loaded here: most commands encrypt nothing, and it takes as long as all else that they load first.
        from Crypto.Cipher import AES

        cipher = AES.new(self.secret, AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
        cipher.update(bound_to)
        return cipher


def _hkdf(secret: bytes, context: bytes) -> bytes:
    from Crypto.Hash import SHA256
    from Crypto.Protocol.KDF import HKDF

    made = HKDF(secret, _KEY_BYTES, b"", SHA256, context=context)
    assert isinstance(made, bytes)
    return made
