"""Why a node finds a fee too low, or too high, and what it asks for: each reason has its own next step.

The sentences are those of Geth and what was made from it (Bor, BSC, Avalanche's node), Erigon, Nethermind, Besu, Reth,
Anvil and Arbitrum's node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

_GWEI: Final = 10**9
_ETHER: Final = 10**18


class FeeReason(Enum):
    """What is wrong with a fee.

    BASE: the most that a unit may cost is below the base fee of the block.
    TIP: the tip is below what this node takes.
    PRICE: the price of a unit is below what this node takes, tip and all.
    TIP_ABOVE_MOST: the tip is more than the most that a unit may cost.
    TOO_MUCH: all of the fee is above what this node lets pass, against mistakes.
    LOW: too low, and the node says no more.
    """

    BASE = "base"
    TIP = "tip"
    PRICE = "price"
    TIP_ABOVE_MOST = "tip above most"
    TOO_MUCH = "too much"
    LOW = "low"


@dataclass(frozen=True)
class FeeFault:
    """What a node says about a fee.

    Attributes:
        reason: what is wrong.
        floor_wei: the least that it takes, for a unit of gas; None where it does not say.
    """

    reason: FeeReason
    floor_wei: int | None = None


def fee_fault(message: str) -> FeeFault | None:
    """What `message` says about the fee; None where it is about something else.

    >>> fee_fault("transaction underpriced: gas tip cap 1, minimum needed 25000000000")
    FeeFault(reason=<FeeReason.TIP: 'tip'>, floor_wei=25000000000)
    >>> fee_fault("max fee per gas less than block base fee: address 0x99, maxFeePerGas: 1, baseFee: 7")
    FeeFault(reason=<FeeReason.BASE: 'base'>, floor_wei=7)
    >>> fee_fault("nonce too low") is None
    True
    """
    low = " ".join(message.lower().split())
    reason = next((reason for reason, signs in _REASONS if signs.search(low)), None)
    if reason is None:
        return None
    if reason in (FeeReason.TIP_ABOVE_MOST, FeeReason.TOO_MUCH):
        return FeeFault(reason)
    found = next((match for floor in _FLOORS if (match := floor.search(low))), None)
    return FeeFault(reason, _wei(found) if found else None)


def _wei(found: re.Match[str]) -> int | None:
    unit = {"gwei": _GWEI, "ether": _ETHER, "eth": _ETHER}.get(found["unit"] or "", 1)
    whole, _, rest = found["amount"].replace(",", "").partition(".")
    if unit == 1:
        return int(whole) if not rest.strip("0") else None
    digits = len(str(unit)) - 1
    return int(whole) * unit + int(rest[:digits].ljust(digits, "0"))


_REASONS: Final = (
    (
        FeeReason.TIP_ABOVE_MOST,
        re.compile(
            r"(priority ?fee|tip)\w*( per gas| cap)? (is )?(higher|greater|above|more|larger|exceeds)( than)? (the )?"
            r"(max ?fee|fee ?cap|gas ?fee)|(priority ?fee|tip)\w*( per gas)? (cannot|must not|can't) exceed"
        ),
    ),
    (
        FeeReason.BASE,
        re.compile(
            r"(less|lower|below|under)( than)? (the )?(current )?(block'?s? )?base ?fee"
            r"|base ?fee (is )?(too high|exceeds)|(fee ?cap|max ?fee\w*( per gas)?)( \d+)?( is)? (too low|lower|below)"
        ),
    ),
    (
        FeeReason.TOO_MUCH,
        re.compile(r"exceeds the configured cap|fee (cap )?(is )?(too high|above the cap)|above configured max"),
    ),
    (
        FeeReason.TIP,
        re.compile(
            r"(tip|priority ?fee)\w*( per gas| cap)?.*(minimum|needed|too low|below|less|under|lower|<|at least|requi)"
            r"|(minimum|needed|too low|below|required).*(tip|priority ?fee)"
        ),
    ),
    (
        FeeReason.PRICE,
        re.compile(r"gas ?price\w*( is| of)? ?(too low|below|under|less|lower)|minimum gas ?price|min gas ?price"),
    ),
    (FeeReason.LOW, re.compile(r"transaction underpriced|fee ?too ?low|underpriced")),
)
_AMOUNT: Final = r"\s*[:=(]*\s*(?P<amount>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>gwei|ether|eth|wei)?"
# "1 < 2", "< min (2)"; "minimum needed 25", "baseFee: 7", "at least 30 gwei", "minimum: 1000".
_FLOORS: Final = (
    re.compile(rf"<\s*(?:min\w*)?{_AMOUNT}"),
    re.compile(
        rf"(?:minimum|needed|required|at least|base ?fee)(?: (?:gas|price|fee|tip|needed|required|is|of))*{_AMOUNT}"
    ),
)
