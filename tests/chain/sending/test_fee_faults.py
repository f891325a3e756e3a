"""Fees that a node refuses: each reason has its next step, and a floor that the node names is reached below the cap."""

from __future__ import annotations

from typing import Any, Final

import pytest
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.accounts import devnet_account
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.fee_faults import FeeReason, fee_fault
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import FeeRefused, FeeTooLow, NonceConflict, refusal
from hyperbounty.chain.sending.fees import Fees

GWEI: Final = 10**9
TARGET: Final = f"0x{'11' * 20}"

SENTENCES = [
    ("transaction underpriced: gas tip cap 1, minimum needed 30000000000", FeeReason.TIP, 30 * GWEI),
    ("transaction underpriced: address 0x12 have gas tip cap (1) < min (1500000000)", FeeReason.TIP, GWEI * 3 // 2),
    ("transaction underpriced: tip needed 30000000000, tip permitted 1", FeeReason.TIP, 30 * GWEI),
    ("max priority fee per gas too low: minimum 1.5 gwei", FeeReason.TIP, GWEI * 3 // 2),
    ("FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2, BaseFee: 9", FeeReason.TIP, 2),
    ("max fee per gas less than block base fee: address 0x9, maxFeePerGas: 1, baseFee: 7", FeeReason.BASE, 7),
    ("fee cap less than block base fee", FeeReason.BASE, None),
    ("MaxFeePerGas too low. MaxFeePerGas: 3, BaseFee: 7", FeeReason.BASE, 7),
    ("gas price below minimum: 1 < 1000", FeeReason.PRICE, 1_000),
    ("Gas price below configured minimum gas price", FeeReason.PRICE, None),
    ("transaction underpriced", FeeReason.LOW, None),
    ("FeeTooLow", FeeReason.LOW, None),
    ("max priority fee per gas higher than max fee per gas", FeeReason.TIP_ABOVE_MOST, None),
    ("tx fee (20.00 ether) exceeds the configured cap (1.00 ether)", FeeReason.TOO_MUCH, None),
]
NEXT = {
    FeeReason.TIP: "raise priority_fee",
    FeeReason.BASE: "raise max_fee",
    FeeReason.PRICE: "raise max_fee",
    FeeReason.LOW: "raise priority_fee and max_fee",
    FeeReason.TIP_ABOVE_MOST: "lower priority_fee, or raise max_fee",
    FeeReason.TOO_MUCH: "lower max_fee",
}


@pytest.mark.parametrize(("message", "reason", "floor"), SENTENCES)
def test_each_reason_has_its_next_step(message: str, reason: FeeReason, floor: int | None) -> None:
    fault = fee_fault(message)
    assert fault is not None
    assert (fault.reason, fault.floor_wei) == (reason, floor)
    error = refusal(message)
    assert isinstance(error, FeeRefused if reason in (FeeReason.TIP_ABOVE_MOST, FeeReason.TOO_MUCH) else FeeTooLow)
    assert NEXT[reason] in error.next_step
    assert message in error.what


def test_another_transaction_in_the_way_is_no_matter_of_a_floor() -> None:
    assert isinstance(refusal("replacement transaction underpriced"), NonceConflict)


@given(st.text(max_size=120))
def test_no_sentence_is_too_odd(message: str) -> None:
    fault = fee_fault(message)
    assert fault is None or fault.floor_wei is None or fault.floor_wei >= 0


class Choosy(DevelopmentNode):
    """Takes no transaction whose tip, or whose most, is below a floor, and says so."""

    def __init__(self, *, tip: int = 0, most: int = 0) -> None:
        super().__init__()
        self.tip, self.most = tip, most
        self.offered: list[Fees] = []

    def handle(self, method: str, params: list[Any]) -> Any:
        if method == "eth_sendRawTransaction":
            fields = TypedTransaction.from_bytes(HexBytes(params[0])).as_dict()
            fees = Fees(fields["maxFeePerGas"], fields["maxPriorityFeePerGas"])
            self.offered.append(fees)
            if (fees.tip_wei or 0) < self.tip:
                said = f"transaction underpriced: gas tip cap {fees.tip_wei}, minimum needed {self.tip}"
                raise RpcRefusal(SERVER_ERROR, said)
            if fees.most_wei < self.most:
                said = f"max fee per gas less than block base fee: maxFeePerGas: {fees.most_wei}, baseFee: {self.most}"
                raise RpcRefusal(SERVER_ERROR, said)
        return super().handle(method, params)


def sent(node: Choosy, **policy: Any) -> Fees:
    """The fees that a transfer was taken with."""
    chain = Chain(EmbeddedProvider(node), policy=SendingPolicy(**policy), sleep=lambda _: None)
    assert chain.transfer(devnet_account(0, chain), TARGET, 1).status == 1
    return node.offered[-1]


@pytest.mark.parametrize("policy", [{}, {"max_fee_wei": 40 * GWEI}, {"priority_fee_wei": 1}])
def test_a_floor_that_the_node_names_is_reached_at_once(policy: dict[str, int]) -> None:
    node = Choosy(tip=30 * GWEI)
    fees = sent(node, **policy)
    assert fees.tip_wei == 30 * GWEI
    assert fees.most_wei <= policy.get("max_fee_wei", 10**18)
    assert len(node.offered) == 2


def test_a_base_fee_that_the_node_names_is_reached_at_once() -> None:
    node = Choosy(most=500 * GWEI)
    assert sent(node).most_wei >= 500 * GWEI
    assert len(node.offered) == 2


def test_a_floor_above_the_cap_is_said_and_nothing_is_sent() -> None:
    node = Choosy(tip=30 * GWEI)
    with pytest.raises(FeeTooLow, match="the tip is below what the node takes") as caught:
        sent(node, max_fee_wei=20 * GWEI)
    assert "raise priority_fee to at least" in caught.value.next_step
    assert "max_fee" in caught.value.next_step
    assert caught.value.fault.floor_wei == 30 * GWEI
    assert max(fees.most_wei for fees in node.offered) <= 20 * GWEI
