"""How many of many are checked, and which: drawn at random, so that nobody can prepare for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from hyperbounty.errors import InvalidInput


@dataclass(frozen=True)
class SpotCheck:
    """How many are checked: `count` of them, or where that is None, `percent` of them rounded up."""

    count: int | None = None
    percent: float = 100.0

    @classmethod
    def parse(cls, said: str) -> SpotCheck:
        """`10%`, or a number of specs.

        Raises:
            InvalidInput: neither, or nothing of anything.
        """
        try:
            sample = cls(percent=float(said[:-1])) if said.endswith("%") else cls(count=int(said))
        except ValueError:
            sample = cls(count=0)
        if (sample.count is not None and sample.count < 1) or not 0 < sample.percent <= 100:
            raise InvalidInput(f"the sample is {said!r}", "pass a share such as 10%, or a number of specs from 1")
        return sample

    def draw(self, indexes: Sequence[int], seed: int) -> list[int]:
        """A random sample of `indexes`, in their order; the same for the same seed.

        Every evaluator's chance to be caught depends on nobody knowing the seed before the scores are recorded.
        """
        wanted = -(-len(indexes) * self.percent // 100) if self.count is None else self.count
        return sorted(random.Random(seed).sample(list(indexes), min(len(indexes), int(wanted))))
