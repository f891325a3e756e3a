"""What is offered for gas."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.chain.refusals import FeeAboveCap
from hyperbounty.chain.sending.fees import Fees, current_fees

GWEI = 10**9
AMOUNTS = st.integers(0, 10**13)


class Priced(DevelopmentNode):
    """A chain with these prices; a base fee of None is that of before EIP-1559."""

    def __init__(self, base_fee: int | None, price: int = GWEI) -> None:
        super().__init__()
        self.base_fee, self.price = base_fee, price

    def handle(self, method: str, params: list[Any]) -> Any:
        if method == "eth_gasPrice":
            return hex(self.price)
        result = super().handle(method, params)
        if method == "eth_getBlockByNumber":
            del result["baseFeePerGas"]
            if self.base_fee is not None:
                result["baseFeePerGas"] = hex(self.base_fee)
        return result


def fees(base_fee: int | None, **policy: Any) -> Fees:
    return current_fees(Chain(EmbeddedProvider(Priced(base_fee))).w3, SendingPolicy(**policy), 21_000)


@pytest.mark.parametrize(
    ("base_fee", "policy", "expected"),
    [
        (10 * GWEI, {}, Fees(21 * GWEI, GWEI)),
        (10 * GWEI, {"priority_fee_wei": 3 * GWEI}, Fees(23 * GWEI, 3 * GWEI)),
        (10 * GWEI, {"priority_fee_wei": 0}, Fees(20 * GWEI, 0)),
        (10 * GWEI, {"max_fee_wei": 15 * GWEI}, Fees(15 * GWEI, GWEI)),
        (10 * GWEI, {"max_fee_wei": 10 * GWEI}, Fees(10 * GWEI, GWEI)),
        (0, {"max_fee_wei": GWEI // 2}, Fees(GWEI // 2, GWEI // 2)),
        (None, {"priority_fee_wei": 5}, Fees(GWEI, None)),
        (None, {"max_fee_wei": GWEI}, Fees(GWEI, None)),
    ],
)
def test_an_offer_has_room_for_rising_fees_below_the_cap(
    base_fee: int | None, policy: dict[str, int], expected: Fees
) -> None:
    assert fees(base_fee, **policy) == expected


@pytest.mark.parametrize("base_fee", [30 * GWEI, None])
def test_gas_above_the_cap_is_refused_with_price_and_cap(base_fee: int | None) -> None:
    with pytest.raises(FeeAboveCap, match=r"(30|1) gwei now, above the cap of 0\.5 gwei") as caught:
        fees(base_fee, max_fee_wei=GWEI // 2)
    assert caught.value.cap_wei == GWEI // 2
    assert "max_fee" in caught.value.next_step


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.none() | AMOUNTS)
def test_a_raise_is_one_that_every_node_takes_and_stays_below_the_cap(
    most: int, tip: int, current: int, cap: int | None
) -> None:
    before = Fees(most, min(tip, most))
    raised = before.raised(Fees(current, current // 2), cap)
    if raised is None:
        return
    assert raised.tip_wei is not None
    assert before.tip_wei is not None
    assert 8 * raised.most_wei >= 9 * before.most_wei
    assert 8 * raised.tip_wei >= 9 * before.tip_wei
    assert raised.tip_wei > before.tip_wei
    assert raised.tip_wei <= raised.most_wei
    assert cap is None or raised.most_wei <= cap


@given(AMOUNTS)
def test_raising_ends_where_it_is_not_the_fee_that_is_wrong(most: int) -> None:
    current = Fees(most, most // 10)
    offer, steps = current, 0
    while (raised := offer.raised(current, None)) is not None:
        offer, steps = raised, steps + 1
        assert steps < 20
    assert offer.most_wei <= 4 * most + 1


@given(AMOUNTS, AMOUNTS)
def test_a_plain_price_stays_one(price: int, current: int) -> None:
    raised = Fees(price, None).raised(Fees(current, None), None)
    assert raised is None or (raised.tip_wei is None and 8 * raised.most_wei >= 9 * price)


def test_a_raise_follows_the_market() -> None:
    assert Fees(10 * GWEI, GWEI).raised(Fees(100 * GWEI, 2 * GWEI), None) == Fees(100 * GWEI, 2 * GWEI)
    assert Fees(10 * GWEI, GWEI).raised(Fees(100 * GWEI, 2 * GWEI), 50 * GWEI) == Fees(50 * GWEI, 2 * GWEI)
    assert Fees(10 * GWEI, GWEI).raised(Fees(100 * GWEI, 2 * GWEI), 11 * GWEI) is None
