"""Commitments: to a spec, which `submit` stores and `reveal` opens; to the scores of a member of the panel.

    commitment = SHA-256(domain ‖ chain id ‖ contract ‖ contest ‖ participant ‖ spec ‖ salt)

Seven fields of 32 bytes each, numbers and addresses right-aligned as the EVM keeps them. A browser computes it with
WebCrypto alone. Sender, contest, contract and chain are inside, so a copied commitment is of no use to another sender,
in another contest, under another contract or on another chain.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

DOMAIN: Final = b"hyperbounty/commitment/1".ljust(32, b"\0")
PANEL_DOMAIN: Final = b"hyperbounty/panel/1".ljust(32, b"\0")


def commit(*, chain_id: int, contract: str, contest: int, participant: str, spec: bytes, salt: bytes) -> bytes:
    """The 32-byte commitment of `participant` to `spec` (32 bytes) under `salt` (32 bytes); addresses are 0x-hex.

    >>> place = {"chain_id": 1, "contract": "0x" + "22" * 20, "contest": 7, "participant": "0x" + "33" * 20}
    >>> made = commit(**place, spec=bytes(32), salt=new_salt())
    >>> len(made), made == commit(**place, spec=bytes(32), salt=new_salt())
    (32, False)

    Raises:
        ValueError: spec or salt is not 32 bytes.
    """
    if len(spec) != 32 or len(salt) != 32:
        raise ValueError("spec and salt are 32 bytes each")
    place = _number(chain_id) + _address(contract) + _number(contest) + _address(participant)
    return hashlib.sha256(DOMAIN + place + spec + salt).digest()


def commit_to_scores(
    *, chain_id: int, contract: str, contest: int, member: str, report: bytes, salt: bytes, scores: Sequence[int]
) -> bytes:
    """The 32-byte commitment of a panel member to its `scores` (ppm by index) and its report's digest, under `salt`.

    SHA-256 of: domain, chain id, contract, contest, member, report, salt, and every score, 32 bytes each.

    >>> place = {"chain_id": 1, "contract": "0x" + "22" * 20, "contest": 7, "member": "0x" + "33" * 20}
    >>> len(commit_to_scores(**place, report=bytes(32), salt=new_salt(), scores=[573_125, 512_000]))
    32

    Raises:
        ValueError: report or salt is not 32 bytes.
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
    """32 random bytes. The salt hides what a commitment is to, so it is as secret as that, until both are opened.

    >>> len(new_salt())
    32
    """
    return secrets.token_bytes(32)
