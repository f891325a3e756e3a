"""Claims by time: all that is left of old stakes, in batches, each of which is sent once.

A batch is known by its number, not by what is in it: what can be claimed grows with time, so a repetition would part it
otherwise. A number is used until what was sent under it is final, and the journal knows what that was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hyperbounty.chain.client import ContractCall
from hyperbounty.models.standing import Standing, read_standings

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract

# Some 25,000 gas each, and as much for 1,000 bytes.
_MOST: Final = 50
_MOST_BYTES: Final = 32_768


@dataclass(frozen=True)
class ClaimedBatch:
    """What one transaction has brought.

    Attributes:
        receipt: of it.
        claims: arguments of its `Claimed` events.
    """

    receipt: Receipt
    claims: Sequence[dict[str, Any]]

    @property
    def amount(self) -> int:
        """All of it, in the smallest unit of the model's asset."""
        return sum(claim["amount"] for claim in self.claims)


def claim_all(contract: ModelsContract, account: LocalAccount, number: int) -> Iterator[ClaimedBatch]:
    """Take all that `account` may take by now: as the creator after its wait, as anybody after the last one.

    Raises:
        TransactionReverted: somebody else took a part of a batch first.
    """
    key = contract.next_key(account, f"claim-by-time/{number}")
    turn = int(key.rpartition("/")[2])
    # What was claimed may not be as deep yet as views look.
    taken: set[bytes] = set()

    def call() -> ContractCall | None:
        due = read_standings(contract, number).claimable_now(account.address)
        batch = _first([each for each in due if each.identifier not in taken])
        if not batch:
            return None
        return ContractCall(contract.calls.claim(number, [each.entry.encoded() for each in batch]))

    while True:
        receipt = contract.send_once(account, f"claim-by-time/{number}/{turn}", call)
        if receipt is None:
            return
        batch = ClaimedBatch(receipt, contract.claims(receipt))
        taken |= {bytes(claim["contribution"]) for claim in batch.claims}
        yield batch
        turn += 1


def _first(due: Sequence[Standing]) -> list[Standing]:
    """As many as one transaction takes; one at least."""
    batch: list[Standing] = []
    size = 0
    for each in due[:_MOST]:
        size += len(each.entry.features)
        if batch and size > _MOST_BYTES:
            break
        batch.append(each)
    return batch
