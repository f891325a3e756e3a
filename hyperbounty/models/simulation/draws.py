"""Chance, by counters: each agent of each seed has a stream of its own, whatever the others do.

The streams are NumPy's Philox (Salmon et al., 2011), keyed by the seed and the agent. An agent takes one draw of each
kind whenever it wakes, whether it needs it or not, so its draws follow from how often it woke alone. They come in
blocks of one length, so that whoever draws them has the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.simulation.agents import Agent

BLOCK: Final = 256
"""Times that an agent wakes."""

_ORDER: Final = 2**63
"""Names the stream that orders samples; agents have the numbers below."""


@dataclass(frozen=True)
class Block:
    """What an agent draws for its next `BLOCK` turns.

    Attributes:
        waits: int64, seconds until the turn after.
        caps: int64, the most that it stakes.
        chances: whether it acts, from 0 to 1.
        slips: whether it makes a mistake, from 0 to 1.
        wrongs: which of the wrong labels it gives, if it gives one, from 0 to 1.
    """

    waits: NDArray[np.int64]
    caps: NDArray[np.int64]
    chances: NDArray[np.float64]
    slips: NDArray[np.float64]
    wrongs: NDArray[np.float64]


class Draws:
    """The stream of one agent.

    Attributes:
        first_turn: when it wakes first, in seconds.

    >>> from hyperbounty.models.simulation.agents import good
    >>> one, other = Draws(7, 0, good()), Draws(7, 0, good())
    >>> bool((one.block().waits == other.block().waits).all())
    True
    """

    def __init__(self, seed: int, number: int, agent: Agent) -> None:
        self._random = stream(seed, number)
        self._agent = agent
        self.first_turn = int(self._waits(1)[0])

    def block(self) -> Block:
        """The next block."""
        agent, random = self._agent, self._random
        waits = self._waits(BLOCK)
        caps = agent.cap_mean + agent.cap_deviation * random.standard_normal(BLOCK)
        return Block(
            waits,
            np.maximum(np.floor(caps), 0).astype(np.int64),
            random.random(BLOCK),
            random.random(BLOCK),
            random.random(BLOCK),
        )

    def _waits(self, count: int) -> NDArray[np.int64]:
        agent = self._agent
        waits = agent.wait_mean_s + agent.wait_deviation_s * self._random.standard_normal(count)
        return np.maximum(np.floor(waits), 1).astype(np.int64)


def stream(seed: int, number: int) -> np.random.Generator:
    """The stream with this number.

    Raises:
        InvalidInput: the seed is none.
    """
    if not 0 <= seed < 2**64:
        raise InvalidInput(f"the seed is {seed}", "give one from 0 to 2**64 - 1")
    return np.random.Generator(np.random.Philox(key=np.array([seed, number], np.uint64)))


def order(seed: int, samples: int) -> NDArray[np.int64]:
    """An order of so many samples.

    >>> sorted(order(1, 5).tolist())
    [0, 1, 2, 3, 4]
    """
    return stream(seed, _ORDER).permutation(samples).astype(np.int64)
