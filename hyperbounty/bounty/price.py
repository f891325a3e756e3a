"""What an entry costs: the entry fee, and a surcharge once half of the slots are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HEADROOM_SLOTS: Final = 8
HEADROOM_SHARE: Final = 16
HEADROOM_PARTS: Final = 100


@dataclass(frozen=True)
class Price:
    """The price of a new entry, in the smallest unit of the contest's asset.

    Attributes:
        entry_fee: pays for compute.
        surcharge: is burned.
    """

    entry_fee: int
    surcharge: int

    @property
    def total(self) -> int:
        """What `submit` takes."""
        return self.entry_fee + self.surcharge


def surcharge_at(prize: int, max_submissions: int, standing: int) -> int:
    """The surcharge of the next entry where `standing` submissions stand; `ContestLib.price` of the contract.

    The first half of the slots, rounded up, has none. Slot j of the m in the second half costs 2j / (m (m + 1)) of the
    prize, rounded up. All of them together cost the whole prize, so filling a contest costs what there is to win.

    >>> [surcharge_at(1000, 4, standing) for standing in range(5)]
    [0, 0, 334, 667, 0]

    Args:
        prize: what there is to win, with what sponsors added, in the smallest unit of the asset.
        max_submissions: how many slots there are.
        standing: how many of them are taken; where all are, there is nothing to buy.
    """
    second_half = max_submissions // 2
    place = standing - (max_submissions - second_half) + 1
    if place < 1 or standing >= max_submissions:
        return 0
    parts = second_half * (second_half + 1)
    return -(-2 * prize * place // parts)


def headroom(prize: int, max_submissions: int, standing: int) -> int:
    """What to send along above the price, since that may rise before the transaction is mined.

    Enough for 8 entries that others make meanwhile, or for a sixteenth of the slots if that is less: change costs gas.
    But at most a hundredth of the prize: who is to pay more than that is to be asked again. The arguments are those of
    `surcharge_at`.

    >>> headroom(1_000_000, 1024, 100)
    0
    >>> headroom(1_000_000, 1024, 512), surcharge_at(1_000_000, 1024, 520) - surcharge_at(1_000_000, 1024, 512)
    (61, 61)
    >>> headroom(1000, 4, 2), headroom(1000, 16, 6)
    (10, 0)
    """
    last = max(standing, max_submissions - 1)
    others = max(1, min(HEADROOM_SLOTS, max_submissions // HEADROOM_SHARE))
    later = surcharge_at(prize, max_submissions, min(standing + others, last))
    rise = later - surcharge_at(prize, max_submissions, standing)
    return min(rise, prize // HEADROOM_PARTS)
