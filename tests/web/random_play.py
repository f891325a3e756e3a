"""People who do whatever comes to their minds on a chain, and blocks that are taken back under them."""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Final

from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.asking import ask
from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.web.index.process import IndexProcess
from tests.web.indexing import differences

ARTIFACTS: Final = Path(__file__).parents[2] / "contracts" / "artifacts"
_GWEI: Final = 10**9


class RandomPlay(ABC):
    """A chain with a contract, ten accounts, and a wallet that takes no payments while it is in the mood.

    What people know of the contract they ask the chain each time, so that blocks can be taken back under them.

    Args:
        chance: decides everything.
        chain: a development chain; left out, a new embedded one.

    Attributes:
        contract: whose calls people make; a subclass deploys it.
        done: the names of the calls that succeeded.
    """

    contract: ContractClient
    gas: ClassVar[int]
    """The limit of every transaction."""

    def __init__(self, chance: random.Random, chain: Chain | None = None) -> None:
        self.chance = chance
        self.chain = chain or Chain(EmbeddedProvider(DevelopmentNode()))
        self.accounts = [devnet_account(number, self.chain) for number in range(10)]
        wallet = json.loads((ARTIFACTS / "test" / "Wallet.json").read_text())
        factory = self.chain.w3.eth.contract(abi=wallet["abi"], bytecode=wallet["bytecode"])
        made = self._sent({"data": factory.constructor().data_in_transaction}, 0)
        self.wallet = self.chain.w3.eth.contract(to_checksum_address(made["contractAddress"]), abi=wallet["abi"])
        self.done: list[str] = []

    @abstractmethod
    def act(self) -> None:
        """Do one thing, or let time pass."""

    def snapshot(self) -> str:
        """Remember the chain as it is."""
        return str(ask(self.chain.w3, "evm_snapshot"))

    def revert(self, snapshot: str) -> None:
        """Take back all blocks since."""
        assert ask(self.chain.w3, "evm_revert", snapshot) is True
        # Blocks that come now are others than those that were there, whatever is in them.
        self.chain.w3.provider.make_request("evm_increaseTime", [self.chance.randint(1, 5)])  # type: ignore[arg-type]

    def followed(self, index: IndexProcess, acts: int) -> None:
        """Act while an index follows, which reads blocks that are taken back and others in their place."""
        for _ in range(acts):
            for _ in range(self.chance.randint(1, 4)):
                self.act()
            if self.chance.random() < 0.3:
                snapshot = self.snapshot()
                for _ in range(self.chance.randint(1, 4)):
                    self.act()
                index.catch_up()
                assert differences(index, self.contract) == []
                self.revert(snapshot)
                for _ in range(self.chance.randint(0, 3)):
                    self.act()
            index.catch_up()
        assert differences(index, self.contract) == []

    def send(self, call: Any, who: int | None, value: int = 0) -> bool:
        """Have account number `who`, or the wallet, make a call; whether it succeeded."""
        data = HexBytes(call._encode_transaction_data())
        if who is None:
            call = self.wallet.functions.execute(call.address, bytes(data))
            data = HexBytes(call._encode_transaction_data())
        receipt = self._sent({"to": call.address, "data": bytes(data), "value": value}, who or 0)
        return int(receipt["status"], 16) == 1

    def _sent(self, fields: dict[str, Any], who: int) -> Any:
        account, w3 = self.accounts[who], self.chain.w3
        full = {
            "chainId": self.chain.chain_id,
            "nonce": int(ask(w3, "eth_getTransactionCount", account.address, "latest"), 16),
            "gas": self.gas,
            "maxFeePerGas": 20 * _GWEI,
            "maxPriorityFeePerGas": _GWEI,
            "value": 0,
            **fields,
        }
        signed = account.sign_transaction(full)
        sent = ask(w3, "eth_sendRawTransaction", f"0x{signed.raw_transaction.hex()}")
        # Other nodes answer before they have mined it.
        while (receipt := ask(w3, "eth_getTransactionReceipt", sent)) is None:
            pass
        return receipt
