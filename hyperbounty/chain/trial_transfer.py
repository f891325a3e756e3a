"""What a transfer of a token would bring, tried on a node without sending anything.

Some tokens keep a part of every transfer, and no view says so. `eth_call` can run a transfer as if the owner were a
program: a third parameter puts code at an address for this one call
(https://geth.ethereum.org/docs/interacting-with-geth/rpc/objects#state-override-set). The code asks for the payee's
balance, transfers, and asks again. A node that lacks the parameter, or ignores it, leaves the question open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from eth_abi.abi import decode, encode
from eth_utils.address import to_checksum_address
from web3.types import StateOverride, TxParams

from hyperbounty.chain.failures import node_failures
from hyperbounty.errors import ChainError

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain

# Input: token at 0x00, payee at 0x20, amount at 0x40. Memory: the call's input at 0x00, answers from 0x80 on.
_SELECTOR: Final = "63 {} 60 e0 1b 60 00 52"  # PUSH4, shifted to the left end of a word, to 0x00
_PAYEE: Final = "60 20 35 60 04 52"
_AMOUNT: Final = "60 40 35 60 24 52"
# Output of 0x20 bytes to {}, input of 0x24 bytes from 0x00, the token, all gas; STATICCALL, its success not looked at.
_BALANCE: Final = f"{_SELECTOR.format('70 a0 82 31')} {_PAYEE} 60 20 60 {{}} 60 24 60 00 60 00 35 5a fa 50"
# No output, input of 0x44 bytes, no coins; CALL, its success to 0xc0.
_TRANSFER: Final = (
    f"{_SELECTOR.format('a9 05 9c bb')} {_PAYEE} {_AMOUNT} 60 00 60 00 60 44 60 00 60 00 60 00 35 5a f1 60 c0 52"
)
# Success, and the balance after (0xa0) less the balance before (0x80); 0x40 bytes from 0x00.
_RETURN: Final = "60 c0 51 60 00 52 60 80 51 60 a0 51 03 60 20 52 60 40 60 00 f3"
_CODE: Final = bytes.fromhex(" ".join([_BALANCE.format("80"), _TRANSFER, _BALANCE.format("a0"), _RETURN]))


def brought_by_transfer(chain: Chain, token: str, owner: str, payee: str, amount: int) -> int | None:
    """How much more `payee` would hold after `owner` sent it `amount` of `token`; None where that cannot be told.

    Args:
        chain: asked as of its latest block.
        token, owner, payee: addresses.
        amount: in the smallest unit, which the owner holds.
    """
    call: TxParams = {
        "from": to_checksum_address(owner),
        "to": to_checksum_address(owner),
        "data": "0x" + encode(["address", "address", "uint256"], [token, payee, amount]).hex(),  # type: ignore[typeddict-item]
    }
    override = cast("StateOverride", {to_checksum_address(owner): {"code": f"0x{_CODE.hex()}"}})
    try:
        with node_failures(chain.name):
            answer = bytes(chain.w3.eth.call(call, "latest", override))
    except ChainError:
        # Of the trial, not of the step: what is wrong with the node shows there.
        return None
    if len(answer) != 64:
        return None
    succeeded, more = decode(["uint256", "uint256"], answer)
    return int(more) if succeeded else None
