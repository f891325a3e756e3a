"""py-evm's chain as a development chain has it: the rules of Prague from the first block on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from eth.chains.base import MiningChain
from eth.constants import BLANK_ROOT_HASH, POST_MERGE_DIFFICULTY, POST_MERGE_MIX_HASH, POST_MERGE_NONCE, ZERO_ADDRESS
from eth.db.atomic import AtomicDB
from eth.vm.forks.prague import PragueVM

from hyperbounty.chain.development import DEVELOPMENT_BALANCE, DEVELOPMENT_CHAIN_ID

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, TransactionBuilderAPI
    from eth.db.backends.base import BaseDB

# That of Ethereum when it began to have base fees.
GAS_LIMIT: Final = 30_029_122
_IDENTITY_BYTES: Final = 8


class DevelopmentChain(MiningChain):
    """A chain with blocks of one gas limit, made whenever they are asked for."""

    chain_id = DEVELOPMENT_CHAIN_ID
    vm_configuration = ((0, PragueVM),)  # type: ignore[assignment]

    @classmethod
    def begin(cls, database: BaseDB, timestamp: int, accounts: Iterable[bytes]) -> DevelopmentChain:
        """A chain that begins at `timestamp`, with coins for `accounts`.

        Its first block is like no other one's, also where two begin in the same second: by it a chain is told from the
        one that had the same number before.
        """
        account = {"balance": DEVELOPMENT_BALANCE, "nonce": 0, "code": b"", "storage": {}}
        first: dict[str, Any] = {
            "coinbase": ZERO_ADDRESS,
            "difficulty": POST_MERGE_DIFFICULTY,
            "extra_data": os.urandom(_IDENTITY_BYTES),
            "gas_limit": GAS_LIMIT,
            "mix_hash": POST_MERGE_MIX_HASH,
            "nonce": POST_MERGE_NONCE,
            "receipt_root": BLANK_ROOT_HASH,
            "timestamp": timestamp,
            "transaction_root": BLANK_ROOT_HASH,
        }
        made: Any = cls.from_genesis(AtomicDB(database), first, dict.fromkeys(accounts, account))  # type: ignore[arg-type]
        chain: DevelopmentChain = made
        return chain

    @classmethod
    def resume(cls, database: BaseDB) -> DevelopmentChain:
        """The chain that `database` holds, to be gone on with."""
        return cls(AtomicDB(database))

    def create_header_from_parent(self, parent_header: BlockHeaderAPI, **header_params: Any) -> BlockHeaderAPI:
        """The header after `parent_header`, with the same gas limit."""
        return super().create_header_from_parent(
            parent_header, **{**header_params, "gas_limit": parent_header.gas_limit}
        )

    def get_transaction_builder(self) -> type[TransactionBuilderAPI]:
        """What reads and makes transactions of these rules."""
        return PragueVM.get_transaction_builder()

    def mine_pending(self) -> BlockAPI:
        """Mine what is pending. The randomness of the block comes from the system, as a beacon chain would bring it."""
        return self.mine_block(coinbase=ZERO_ADDRESS, mix_hash=os.urandom(32), blob_gas_used=0)

    def go_back_to(self, block_hash: bytes) -> None:
        """Make the block with this hash the latest one."""
        header = self.get_block_header_by_hash(block_hash)  # type: ignore[arg-type]
        self.chaindb._set_as_canonical_chain_head(self.chaindb.db, header, header.parent_hash)  # type: ignore[attr-defined]
        self.header = self.create_header_from_parent(header)
