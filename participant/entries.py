"""The participant's sealed entries: spec and salt, on disk before the commitment is on chain.

Whoever loses a salt cannot open its commitment and forfeits the deposit; whoever shows it gives the spec away. So an
entry is written, owner-readable only, before anything is sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic


@dataclass(frozen=True)
class Entry:
    """A sealed spec of one participant in one contest.

    Attributes:
        number: the participant's own slot in the contest, from 0.
        spec, salt: 32 bytes each.
    """

    chain_id: int
    contract: str
    contest: int
    participant: str
    number: int
    spec: bytes = field(repr=False)
    salt: bytes = field(repr=False)


class EntryBook:
    """A folder of entries, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, entry: Entry) -> Path:
        """Keep `entry`; an earlier one in the same slot is kept beside it, in case its replacement never lands."""
        path = self._path(entry.chain_id, entry.contract, entry.contest, entry.participant, entry.number)
        kept = [] if not path.exists() else self._read(path)
        secret = {"spec": entry.spec.hex(), "salt": entry.salt.hex()}
        write_atomic(path, json.dumps([secret, *kept]).encode(), mode=0o600)
        return path

    def load(self, chain_id: int, contract: str, contest: int, participant: str, number: int) -> list[Entry]:
        """Every sealing of this slot, newest first: the one that the chain holds is among them.

        Raises:
            InvalidInput: none is kept here, or the file is damaged.
        """
        path = self._path(chain_id, contract, contest, participant, number)
        if not path.exists():
            raise InvalidInput(
                f"no sealed entry {number} of {participant} in contest {contest} is kept here",
                "reveal from the machine and --home that submitted",
            )
        return [
            Entry(chain_id, contract, contest, participant, number, bytes.fromhex(s["spec"]), bytes.fromhex(s["salt"]))
            for s in self._read(path)
        ]

    def _path(self, chain_id: int, contract: str, contest: int, participant: str, number: int) -> Path:
        name = f"{contest}-{participant.lower()}-{number}.json"
        return self._folder / f"{chain_id}-{contract.lower()}" / name

    @staticmethod
    def _read(path: Path) -> list[dict[str, str]]:
        try:
            kept: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
            for secret in kept:
                bytes.fromhex(secret["spec"]), bytes.fromhex(secret["salt"])
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"{path} is damaged", "restore it from a copy: without it the entry is lost") from error
        return kept
