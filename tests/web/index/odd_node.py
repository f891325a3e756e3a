"""A node with a contract `Probe` that shows its chain as a test wants: behind, incomplete, limited, as another one."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.client import ContractClient
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import METHOD_NOT_FOUND, SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from tests.web.index.counts.family import PROBE

PUBLIC = 10


class OddNode:
    """How a node shows the chain of a development node.

    Attributes:
        chain_id: that it says.
        final: number of the block that it calls final; None for none.
        hidden: so many of the latest blocks it does not know.
        silent: numbers of blocks of which it says that they have no logs; so often each.
        limit: blocks that one question for events may be about.
        receipts: whether it offers the receipts of a block.
        counts: how often each method was asked for.
    """

    def __init__(self, chain_id: int = PUBLIC) -> None:
        self.node = DevelopmentNode()
        self.chain_id = chain_id
        self.final: int | None = None
        self.hidden = 0
        self.silent: Counter[int] = Counter()
        self.limit = 10**9
        self.receipts = True
        self.counts: Counter[str] = Counter()
        self._deploy()

    def restart(self) -> None:
        """The chain begins anew."""
        self.node = DevelopmentNode()
        # Another first block: two would be the same within one second.
        self.node.handle("evm_increaseTime", [7])
        self.mine(3)
        self._deploy()

    def _deploy(self) -> None:
        self.direct = Chain(EmbeddedProvider(self.node))
        self.accounts = [devnet_account(number, self.direct) for number in range(3)]
        factory = self.direct.w3.eth.contract(abi=PROBE["abi"], bytecode=PROBE["bytecode"])
        sent = self._transact(factory.constructor(1), 0)
        self.probe = self.direct.w3.eth.contract(sent["contractAddress"], abi=PROBE["abi"])

    def store(self, key: int, value: int, who: int = 0) -> None:
        """An event, in a block of its own."""
        self._transact(self.probe.functions.store(key, value), who)

    def mine(self, blocks: int = 1) -> None:
        """Blocks without events."""
        for _ in range(blocks):
            self.node.handle("evm_mine", [])

    def snapshot(self) -> str:
        return str(self.node.handle("evm_snapshot", []))

    def revert(self, snapshot: str) -> None:
        assert self.node.handle("evm_revert", [snapshot])
        # The blocks that come are others than those that were there.
        self.node.handle("evm_increaseTime", [3])

    def _transact(self, call: Any, who: int) -> Any:
        account, w3 = self.accounts[who], self.direct.w3
        built = call.build_transaction(
            {"from": account.address, "gas": 1_000_000, "nonce": w3.eth.get_transaction_count(account.address)}
        )
        sent = w3.eth.send_raw_transaction(account.sign_transaction(built).raw_transaction)
        return w3.eth.get_transaction_receipt(sent)

    # What others see

    def chain(self) -> Chain:
        """The chain as this node shows it."""
        provider = EmbeddedProvider(cast("DevelopmentNode", SimpleNamespace(handle=self.handle)))
        return Chain(provider, policy=SendingPolicy(outage_seconds=0.0))

    def client(self, chain: Chain) -> ContractClient:
        """Where `Probe` is."""
        return cast("ContractClient", SimpleNamespace(chain=chain, address=self.probe.address))

    @property
    def head(self) -> int:
        """The number of the latest block that it shows."""
        return int(self.node.handle("eth_blockNumber", []), 16) - self.hidden

    def handle(self, method: str, params: list[Any]) -> Any:
        self.counts[method] += 1
        if method == "eth_chainId":
            return hex(self.chain_id)
        if method == "eth_blockNumber":
            return hex(self.head)
        if method == "eth_getBlockByNumber":
            return self._block(params[0])
        if method == "eth_getBlockByHash":
            found = self.node.handle(method, params)
            return found if found is not None and int(found["number"], 16) <= self.head else None
        if method == "eth_getLogs":
            return self._logs(params[0])
        if method == "eth_getBlockReceipts":
            return self._receipts(params[0])
        return self.node.handle(method, params)

    def _block(self, asked: str) -> Any:
        if asked == "finalized":
            return None if self.final is None else self.node.handle("eth_getBlockByNumber", [hex(self.final), False])
        number = self.head if asked == "latest" else int(asked, 16)
        return None if number > self.head else self.node.handle("eth_getBlockByNumber", [hex(number), False])

    def _logs(self, asked: dict[str, Any]) -> Any:
        if "blockHash" not in asked:
            first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
            if last - first >= self.limit:
                raise RpcRefusal(SERVER_ERROR, f"eth_getLogs is limited to a {self.limit:,} range")
        found = self.node.handle("eth_getLogs", [asked])
        shown = [log for log in found if int(log["blockNumber"], 16) <= self.head]
        quiet = {int(log["blockNumber"], 16) for log in shown} & self.silent.keys()
        for number in quiet:
            self.silent[number] -= 1
        shown = [log for log in shown if int(log["blockNumber"], 16) not in quiet]
        self.silent = +self.silent
        return shown

    def _receipts(self, block_hash: str) -> Any:
        if not self.receipts:
            raise RpcRefusal(METHOD_NOT_FOUND, "the method eth_getBlockReceipts does not exist/is not available")
        block = self.node.handle("eth_getBlockByHash", [block_hash, False])
        return [self.node.handle("eth_getTransactionReceipt", [sent]) for sent in block["transactions"]]
