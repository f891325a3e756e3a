"""What an application receives where it is not the client's own words."""

from __future__ import annotations

import asyncio
from typing import Never

from starlette.types import Message, Receive


def with_body(body: bytes, receive: Receive) -> Receive:
    """What `receive` gives, with a whole body in front."""
    is_given = False

    async def give() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def silence() -> Never:
    """Nobody speaks, and nobody leaves.

    What answers with a file asks until its client has left, and ends that itself once it has answered: it must wait.
    """
    await asyncio.get_running_loop().create_future()
    raise AssertionError
