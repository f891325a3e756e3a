"""What every answer of the API has: the chain and the block that it speaks of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hyperbounty.web.site.site import Snapshot


class Described(BaseModel):
    """A part of an answer; the description of the API (OpenAPI) is made of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Block(Described):
    """A block of the chain."""

    number: int
    hash: Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
    time: Annotated[int, Field(description="unix seconds, UTC")]


class Answer(Described):
    """What every answer has."""

    chain_id: int
    block: Annotated[Block, Field(description="what is said was so at this block")]


def block_of(snapshot: Snapshot) -> Block:
    """The block that the tables speak of."""
    state = snapshot.state
    assert state.block is not None
    assert state.block_hash is not None
    return Block(number=state.block, hash="0x" + state.block_hash.hex(), time=snapshot.now)
