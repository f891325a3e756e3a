"""What is asked for a call, and what is answered: the same for every family."""

from __future__ import annotations

from typing import Annotated, Any, Final

from eth_typing import ChecksumAddress
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hyperbounty.chain.address import checked_address
from hyperbounty.errors import InvalidInput
from hyperbounty.web.site.answers import Answer, Block, Described
from hyperbounty.web.site.calls import CheckedCall, UnsignedCall
from hyperbounty.web.site.errors import Refused
from hyperbounty.web.site.values import Address, Hex

AmountText = Annotated[
    str, Field(pattern=r"^(0|[1-9][0-9]{0,27})$", description="in the smallest unit of the asset, as a text")
]


AssetText = Annotated[
    str, Field(pattern=r"^(coin|0x[0-9a-fA-F]{40})$", description="`coin`, or the address of a token")
]


def _plain_whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is as whole as 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE: Final = BeforeValidator(_plain_whole)

_Quantity = Annotated[str, Field(pattern=r"^0x(0|[1-9a-f][0-9a-f]*)$", description="as a wallet takes it")]


class ActionBody(BaseModel):
    """Who would send it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    account: Address


class WithdrawBody(ActionBody):
    """Of whoever has a credit."""

    asset: AssetText = "coin"
    to: Annotated[Address | None, Field(description="who gets it; left out, the account")] = None


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


def answer_of_call(checked: CheckedCall) -> ActionAnswer:
    """The answer that has a call which was checked."""
    block = checked.block
    assert block.hash is not None
    return ActionAnswer(
        chain_id=checked.chain_id,
        block=Block(number=block.number, hash="0x" + block.hash.hex(), time=block.timestamp),
        **_facts(checked.call, checked.chain_id),
        first=[CallFacts(**_facts(each, checked.chain_id)) for each in checked.first],
        gas=None if checked.gas is None else hex(checked.gas),
    )


def _facts(call: UnsignedCall, chain_id: int) -> dict[str, Any]:
    return {
        "what": call.what,
        "to": call.to,
        "data": "0x" + call.data.hex(),
        "value": hex(call.value),
        "chainId": chain_id,
    }


def bytes_of(text: str) -> bytes:
    """The bytes of a text in 0x-hex."""
    return bytes.fromhex(text[2:])


def address_of(text: str) -> ChecksumAddress:
    """An address whose letters bear its checksum out: money would go to another one where a digit was mistyped.

    Raises:
        Refused: they do not.
    """
    try:
        return checked_address(text)
    except InvalidInput as error:
        raise Refused(error.what, error.next_step) from error
