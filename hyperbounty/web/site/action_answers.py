"""Unsigned calls as answers, for pages and programs whose wallet signs elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from eth_typing import ChecksumAddress
from pydantic import Field

from hyperbounty.chain.address import checked_address
from hyperbounty.errors import InvalidInput
from hyperbounty.web.site.answers import Answer, Block, Described
from hyperbounty.web.site.calls import CheckedCall, UnsignedCall
from hyperbounty.web.site.errors import Refused
from hyperbounty.web.site.values import Address, Hex

_Quantity = Annotated[str, Field(pattern=r"^0x(0|[1-9a-f][0-9a-f]*)$", description="as a wallet takes it")]


class CallFacts(Described):
    """A transaction as a wallet takes it, without nonce and fee."""

    what: Annotated[str, Field(description="it does, for people")]
    to: Address
    data: Hex
    value: _Quantity
    chainId: int  # noqa: N815


class ActionAnswer(Answer, CallFacts):
    """A call that would do what was asked, as things stand at the node's latest block."""

    first: Annotated[
        list[CallFacts], Field(description="approvals of a token, to be mined before; the call is asked again then")
    ]
    gas: Annotated[_Quantity | None, Field(description="that would do; null until a token is approved")]

    @classmethod
    def of(cls, checked: CheckedCall) -> ActionAnswer:
        """What a node was asked about."""
        block = checked.block
        assert block.hash is not None
        return cls(
            chain_id=checked.chain_id,
            block=Block(number=block.number, hash="0x" + block.hash.hex(), time=block.timestamp),
            **_call(checked.call, checked.chain_id),
            first=[CallFacts(**_call(each, checked.chain_id)) for each in checked.first],
            gas=None if checked.gas is None else hex(checked.gas),
        )


def address_of(text: str) -> ChecksumAddress:
    """An address whose letters bear its checksum out: money would go to another one where a digit was mistyped.

    Raises:
        Refused: they do not.
    """
    try:
        return checked_address(text)
    except InvalidInput as error:
        raise Refused(error.what, error.next_step) from error


def _call(call: UnsignedCall, chain_id: int) -> dict[str, Any]:
    return {
        "what": call.what,
        "to": call.to,
        "data": "0x" + call.data.hex(),
        "value": hex(call.value),
        "chainId": chain_id,
    }
