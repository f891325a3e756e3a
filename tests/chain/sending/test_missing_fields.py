"""Receipts, blocks and fee answers that leave things out: what is missing is unknown, and no money is lost by it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import METHOD_NOT_FOUND, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.logs import decode_logs
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainError, TransactionReverted

TARGET: Final = f"0x{'11' * 20}"
RECEIPT: Final = "eth_getTransactionReceipt"
BLOCK: Final = "eth_getBlockByNumber"
# What a node must say for there to be anything to go by.
NEEDED: Final = {RECEIPT: {"blockNumber"}, BLOCK: {"number", "timestamp"}}


class Sparse(DevelopmentNode):
    """A node that leaves fields out of some answers, or sends null for them, and does not offer some methods."""

    def __init__(self, method: str = "", fields: set[str] | None = None, *, null: bool = False) -> None:
        super().__init__()
        self.method, self.fields, self.null = method, fields or set(), null
        self.missing: set[str] = set()
        self.silent: set[str] = set()

    def handle(self, method: str, params: list[Any]) -> Any:
        if method in self.missing:
            raise RpcRefusal(METHOD_NOT_FOUND, f"the method {method} does not exist/is not available")
        if method in self.silent:
            return None
        found = super().handle(method, params)
        if method != self.method or not isinstance(found, dict):
            return found
        if self.null:
            return {**found, **dict.fromkeys(self.fields & found.keys())}
        return {name: value for name, value in found.items() if name not in self.fields}


def fields_of(method: str) -> list[str]:
    node = DevelopmentNode()
    chain = Chain(EmbeddedProvider(node))
    receipt = chain.transfer(devnet_account(0, chain), TARGET, 1)
    found = node.handle(method, [receipt.hash] if method == RECEIPT else ["latest", False])
    return sorted(set(found) - NEEDED[method])


def used(node: Sparse, artifact: Artifact) -> Chain:
    """A chain on which a contract was deployed and called, money sent, events and the beacon's neighbours read."""
    chain = Chain(EmbeddedProvider(node), sleep=lambda _: None)
    account = devnet_account(0, chain)
    address, made = chain.deploy(artifact, account, 2**40)
    probe = chain.contract(address, artifact.abi)
    receipt = chain.send(probe.functions.store(1, 7), account, key="the one")
    assert [event["args"]["value"] for event in decode_logs(probe.events.Stored(), receipt.logs)] == [7]
    assert chain.send(probe.functions.store(1, 7), account, key="the one").hash == receipt.hash
    chain.transfer(account, TARGET, 5)
    assert chain.read(probe.functions.stored()) == 7
    assert chain.balance(TARGET) == 5
    assert [event["args"]["value"] for event in chain.logs(probe.events.Stored(), 0)] == [7]
    for each in (made, receipt):
        assert each.gas_used is None or each.gas_used > 21_000
        assert each.fee_wei is None or each.fee_wei > 10**9
    return chain


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("field", fields_of(RECEIPT))
def test_no_field_of_a_receipt_is_needed_once_it_is_mined(field: str, null: bool, probe_artifact: Artifact) -> None:
    used(Sparse(RECEIPT, {field}, null=null), probe_artifact)


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("field", fields_of(BLOCK))
def test_no_field_of_a_block_but_number_and_time_is_needed(field: str, null: bool, probe_artifact: Artifact) -> None:
    used(Sparse(BLOCK, {field}, null=null), probe_artifact)


@pytest.mark.parametrize("method", [RECEIPT, BLOCK])
def test_all_fields_may_be_away_at_once(method: str, probe_artifact: Artifact) -> None:
    used(Sparse(method, set(fields_of(method))), probe_artifact)


@pytest.mark.parametrize("kind", ["missing", "silent"])
@pytest.mark.parametrize(
    "methods", [{"eth_maxPriorityFeePerGas"}, {"eth_feeHistory"}, {"eth_maxPriorityFeePerGas", "eth_gasPrice"}]
)
def test_fees_are_found_without_the_methods_for_them(kind: str, methods: set[str], probe_artifact: Artifact) -> None:
    node = Sparse()
    setattr(node, kind, methods)
    used(node, probe_artifact)


def test_a_chain_that_does_not_say_what_gas_costs_is_no_accident() -> None:
    node = Sparse(BLOCK, {"baseFeePerGas"})
    node.missing = {"eth_gasPrice"}
    chain = Chain(EmbeddedProvider(node))
    with pytest.raises(ChainError, match="does not say what gas costs") as caught:
        chain.transfer(devnet_account(0, chain), TARGET, 5)
    assert "another node" in caught.value.next_step


def test_the_fee_is_known_without_the_price_in_the_receipt() -> None:
    node = Sparse(RECEIPT, {"effectiveGasPrice"})
    chain = Chain(EmbeddedProvider(node))
    account = devnet_account(0, chain)
    before = chain.balance(account.address)
    receipt = chain.transfer(account, TARGET, 5)
    assert receipt.fee_wei == before - 5 - chain.balance(account.address)


def test_the_address_of_a_new_contract_is_known_without_the_receipt(probe_artifact: Artifact) -> None:
    chain = Chain(EmbeddedProvider(Sparse(RECEIPT, {"contractAddress"})))
    account = devnet_account(0, chain)
    for _ in range(3):
        address, _ = chain.deploy(probe_artifact, account, 2**40)
        assert chain.code(address)


def test_a_failure_is_told_by_the_gas_where_the_receipt_has_no_status(probe_artifact: Artifact) -> None:
    class Burning(Sparse):
        def handle(self, method: str, params: list[Any]) -> Any:
            found = super().handle(method, params)
            if method == RECEIPT and found is not None and self.fields:
                return {**found, "logs": [], "gasUsed": hex(10**7)}
            return found

    node = Burning(RECEIPT, set())
    chain = Chain(EmbeddedProvider(node), policy=SendingPolicy())
    account = devnet_account(0, chain)
    address, _ = chain.deploy(probe_artifact, account, 2**40)
    node.fields = {"status"}
    with pytest.raises(TransactionReverted, match="ran out of gas"):
        chain.send(chain.contract(address, probe_artifact.abi).functions.store(1, 7), account)
