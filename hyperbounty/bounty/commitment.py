"""Sealing: the commitment to a spec that `submit` stores and `reveal` opens, and the seal of a panel member's scores.

    commitment = SHA-256(domain ‖ chain id ‖ contract ‖ contest ‖ participant ‖ spec ‖ salt)

Seven fields of 32 bytes each, numbers and addresses right-aligned as the EVM keeps them, so a bare browser computes it
with WebCrypto. Everything that could be replayed elsewhere is inside: the same sealed spec is worth nothing to another
sender, in another contest, under another contract or on another chain.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

DOMAIN: Final = b"hyperbounty/commitment/1".ljust(32, b"\0")
PANEL_DOMAIN: Final = b"hyperbounty/panel/1".ljust(32, b"\0")


def commit(*, chain_id: int, contract: str, contest: int, participant: str, spec: bytes, salt: bytes) -> bytes:
    """The 32-byte commitment of `participant` to `spec` (32 bytes) under `salt` (32 bytes); addresses are 0x-hex."""
    if len(spec) != 32 or len(salt) != 32:
        raise ValueError("spec and salt are 32 bytes each")
    place = _number(chain_id) + _address(contract) + _number(contest) + _address(participant)
    return hashlib.sha256(DOMAIN + place + spec + salt).digest()


def seal_scores(
    *, chain_id: int, contract: str, contest: int, member: str, report: bytes, salt: bytes, scores: Sequence[int]
) -> bytes:
    """The 32-byte seal of a panel member's `scores` (ppm by index) and of its report's digest, under `salt`.

    Like a commitment, of the fields: domain, chain id, contract, contest, member, report, salt, and every score.
    """
    if len(report) != 32 or len(salt) != 32:
        raise ValueError("report and salt are 32 bytes each")
    place = _number(chain_id) + _address(contract) + _number(contest) + _address(member)
    return hashlib.sha256(PANEL_DOMAIN + place + report + salt + b"".join(map(_number, scores))).digest()


def _number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _address(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x")).rjust(32, b"\0")


def new_salt() -> bytes:
    """32 random bytes. A salt hides what is sealed until it is opened, so it is as secret."""
    return secrets.token_bytes(32)
