"""Sealing a spec: the commitment that `submit` stores and `reveal` opens.

    commitment = SHA-256(domain ‖ chain id ‖ contract ‖ contest ‖ participant ‖ spec ‖ salt)

Seven fields of 32 bytes each, numbers and addresses right-aligned as the EVM keeps them, so a bare browser computes it
with WebCrypto. Everything that could be replayed elsewhere is inside: the same sealed spec is worth nothing to another
sender, in another contest, under another contract or on another chain.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

DOMAIN: Final = b"hyperbounty/commitment/1".ljust(32, b"\0")


def commit(*, chain_id: int, contract: str, contest: int, participant: str, spec: bytes, salt: bytes) -> bytes:
    """The 32-byte commitment of `participant` to `spec` (32 bytes) under `salt` (32 bytes); addresses are 0x-hex."""
    if len(spec) != 32 or len(salt) != 32:
        raise ValueError("spec and salt are 32 bytes each")
    return hashlib.sha256(
        DOMAIN
        + chain_id.to_bytes(32, "big")
        + bytes.fromhex(contract.removeprefix("0x")).rjust(32, b"\0")
        + contest.to_bytes(32, "big")
        + bytes.fromhex(participant.removeprefix("0x")).rjust(32, b"\0")
        + spec
        + salt
    ).digest()


def new_salt() -> bytes:
    """32 random bytes. A salt hides the spec until the reveal, so it is as secret as the spec."""
    return secrets.token_bytes(32)
