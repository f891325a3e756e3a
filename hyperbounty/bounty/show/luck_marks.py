"""How much luck contests pay for, by their manifests, for a list that waits for none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.show.listing import luck_ppm

if TYPE_CHECKING:
    from hyperbounty.bounty.types import Contest
    from hyperbounty.store import ContentStore


def read_lucks(open_store: Callable[[], ContentStore], contests: Sequence[Contest]) -> Mapping[int, int]:
    """The luck of each contest in ppm, by its number, as far as manifests came in time.

    See `listing.luck_ppm` and `read_in_time`.

    Args:
        open_store: makes a store that nobody else uses.
        contests: those that matter most first.
    """
    if not contests:
        return {}
    # Brings in arrays, which a list of what is over has no use for.
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.store.in_time import read_in_time

    by_number = {contest.number: contest for contest in contests}

    def luck(store: ContentStore, number: int) -> int:
        contest = by_number[number]
        return luck_ppm(contest, fetch_manifest(store, contest.manifest))

    return read_in_time(open_store, {contest.number: contest.manifest for contest in contests}, luck)
