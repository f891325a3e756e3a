"""What to offer for gas: by EIP-1559 where the chain has a base fee, by a plain price elsewhere, below a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from web3.exceptions import Web3RPCError
from web3.types import Wei

from hyperbounty.chain.asking import ask, quantity
from hyperbounty.chain.fee_faults import FeeFault, FeeReason
from hyperbounty.chain.headers import latest_header
from hyperbounty.chain.refusals import FeeAboveCap
from hyperbounty.errors import ChainError
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from web3 import Web3
    from web3.types import TxParams

    from hyperbounty.chain.policy import SendingPolicy

_FALLBACK_TIP_WEI: Final = 10**9
_GWEI: Final = 10**9
# Twice the base fee stays valid through six full blocks; only the base fee of the block is paid.
_BASE_FEE_ROOM: Final = 2
# What nodes ask of a transaction that takes the place of another, at most: 10 % (Geth) or 12.5 % (others).
_RAISE_NUMERATOR: Final = 9
_RAISE_DENOMINATOR: Final = 8
_SENSIBLE_TIMES: Final = 4


@dataclass(frozen=True)
class Fees:
    """An offer.

    Attributes:
        most_wei: the most that a unit of gas may cost, tip included.
        tip_wei: of it, for the block's producer; None on a chain without a base fee.
    """

    most_wei: int
    tip_wei: int | None

    def fields(self) -> TxParams:
        """The fields of the transaction."""
        if self.tip_wei is None:
            return {"gasPrice": Wei(self.most_wei)}
        return {"maxFeePerGas": Wei(self.most_wei), "maxPriorityFeePerGas": Wei(self.tip_wei)}

    def raised(self, current: Fees, cap_wei: int | None) -> Fees | None:
        """An offer that replaces this one: every part an eighth higher, and at least `current`.

        None where the step, and no node takes a smaller one, would lead above the cap or so far above `current` that
        it cannot be the fee that is wrong.
        """
        step = _eighth_more(self.most_wei)
        most = max(step, current.most_wei)
        if cap_wei is not None:
            most = min(most, cap_wei)
        if most < step or step > _SENSIBLE_TIMES * current.most_wei:
            return None
        if self.tip_wei is None:
            return Fees(most, None)
        tip = max(_eighth_more(self.tip_wei), min(current.tip_wei or 0, most))
        return Fees(most, tip) if tip <= most else None

    def reaching(self, fault: FeeFault, cap_wei: int | None) -> Fees | None:
        """An offer that has what a node asks for; None where it names no floor, or the cap is below it.

        For a transaction that the node did not take, so it replaces none.

        >>> Fees(21, 1).reaching(FeeFault(FeeReason.TIP, 30), None)
        Fees(most_wei=50, tip_wei=30)
        >>> Fees(21, 1).reaching(FeeFault(FeeReason.TIP, 30), 40), Fees(21, 1).reaching(FeeFault(FeeReason.TIP, 30), 29)
        (Fees(most_wei=40, tip_wei=30), None)
        >>> Fees(21, 1).reaching(FeeFault(FeeReason.BASE, 15), None)
        Fees(most_wei=31, tip_wei=1)
        """
        floor = fault.floor_wei
        if floor is None:
            return None
        tip, most = self.tip_wei, self.most_wei
        if tip is None:
            most = max(most, floor)
        elif fault.reason is FeeReason.BASE:
            most = max(most, _BASE_FEE_ROOM * floor + tip)
        else:
            most += max(0, floor - tip)
            tip = max(tip, floor)
        if cap_wei is not None:
            most = min(most, cap_wei)
        if most < floor:
            return None
        return Fees(most, None if tip is None else min(tip, most))


def current_fees(w3: Web3, policy: SendingPolicy, gas: int) -> Fees:
    """What a transaction of `gas` units should offer now.

    Raises:
        FeeAboveCap: already the base fee is above the cap.
    """
    base_fee = latest_header(w3).base_fee_wei
    cap = policy.cap_wei(gas)
    if base_fee is None:
        price = _gas_price(w3)
        if price is None:
            raise ChainError(
                "the node does not say what gas costs", NextStep("pass another node as {}", Parameter("rpc"))
            )
        if cap is not None and price > cap:
            raise _above(price, cap)
        return Fees(price, None)
    if cap is not None and base_fee > cap:
        raise _above(base_fee, cap)
    tip = _suggested_tip(w3, base_fee) if policy.priority_fee_wei is None else policy.priority_fee_wei
    most = _BASE_FEE_ROOM * base_fee + tip
    if cap is not None:
        most = min(most, cap)
    return Fees(most, min(tip, most))


def _suggested_tip(w3: Web3, base_fee: int) -> int:
    """The tip that the node suggests; where it does not offer that, what its price has above the base fee."""
    tip = _asked(w3, "eth_maxPriorityFeePerGas")
    if tip is not None:
        return tip
    price = _gas_price(w3)
    return _FALLBACK_TIP_WEI if price is None or price <= base_fee else price - base_fee


def _gas_price(w3: Web3) -> int | None:
    return _asked(w3, "eth_gasPrice")


def _asked(w3: Web3, method: str) -> int | None:
    try:
        return quantity(ask(w3, method))
    except Web3RPCError:
        return None


def _above(price: int, cap: int) -> FeeAboveCap:
    return FeeAboveCap(
        f"a unit of gas costs at least {_gwei(price)} now, above the cap of {_gwei(cap)}",
        "give the same command again when gas is cheaper, or raise max_fee",
        price_wei=price,
        cap_wei=cap,
    )


def _gwei(wei: int) -> str:
    whole, rest = divmod(wei, _GWEI)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".") + " gwei"


def _eighth_more(wei: int) -> int:
    # Rounded up, and by at least one: a tip of 1 wei would stay 1 otherwise.
    return max(-(-wei * _RAISE_NUMERATOR // _RAISE_DENOMINATOR), wei + 1)
