"""Stakes, fees and windows of a contest whose organizer says nothing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.capacity import least_score_seconds, least_seal_seconds, wait_seconds

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest

_DAY: Final = 24 * 3600
_SHARE: Final = 10
"""Each is one part in so many of the reward."""


def usual_bond(reward: int) -> int:
    """A stake: a tenth of the reward.

    >>> usual_bond(10**18)
    100000000000000000
    """
    return reward // _SHARE


def usual_entry_fee(reward: int, max_submissions: int) -> int:
    """What an entry pays: all entries together a tenth of the reward, to two digits, and never nothing.

    >>> usual_entry_fee(10**18, 256), usual_entry_fee(5, 256)
    (390000000000000, 1)
    """
    return max(1, _two_digits(reward, _SHARE * max_submissions))


def usual_member_fee(evaluator_bond: int, challenge_bond: int, members: int) -> int:
    """What a member of the panel earns: of whichever bond is lost half is burned, and half of the rest is theirs.

    >>> usual_member_fee(120, 240, members=3)
    10
    """
    return min(evaluator_bond, challenge_bond) // (4 * members)


def usual_score_seconds(manifest: Manifest, entries: int, throughput: int) -> int:
    """Seconds for scoring `entries`, with a throughput in thousandths of the reference core.

    A day at least, and that from when the last price has come: people have to be there, and a machine may be slower.
    """
    return max(wait_seconds(manifest) + _DAY, least_score_seconds(manifest, entries, throughput))


def usual_seal_seconds(manifest: Manifest, entries: int, throughput: int) -> int:
    """Seconds for members of a panel to train `entries`, and to seal their scores.

    Three days at least, for people have to be there.
    """
    return max(3 * _DAY, least_seal_seconds(manifest, entries, throughput))


def _two_digits(dividend: int, divisor: int) -> int:
    """`dividend / divisor` to two significant digits.

    >>> _two_digits(10**18, 2560), _two_digits(7, 1), _two_digits(3, 4)
    (390000000000000, 7, 1)
    """
    exact = (dividend + divisor // 2) // divisor
    step: int = 10 ** max(0, len(str(exact)) - 2)
    return (exact + step // 2) // step * step
