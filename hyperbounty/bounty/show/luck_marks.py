"""How much luck contests pay for, by their manifests, for a list that waits for none of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.show.listing import luck_ppm
from hyperbounty.errors import HyperbountyError, StoreUnavailable

if TYPE_CHECKING:
    from hyperbounty.bounty.types import Contest
    from hyperbounty.store import ContentStore

LIMIT_S: Final = 3.0


def read_lucks(
    open_store: Callable[[], ContentStore], contests: Sequence[Contest], limit_s: float = LIMIT_S
) -> Mapping[int, int]:
    """The luck of each contest in ppm, by its number, as far as manifests came in time; see `listing.luck_ppm`.

    What the store holds is read first. What it has to look for may take half a minute a manifest, or never come, so it
    is read in a thread, which is left behind when the time is over.

    >>> read_lucks(lambda: 1 / 0, ())
    {}

    Args:
        open_store: makes a store that nobody else uses.
        contests: those that matter most first.
        limit_s: seconds to wait for all of them.
    """
    if not contests:
        return {}
    found: dict[int, int] = {}
    over = threading.Event()

    def read() -> None:
        # Brings in arrays, which a list of what is over has no use for.
        from hyperbounty.bounty.published import fetch_manifest
        from hyperbounty.store import Cid

        with suppress(HyperbountyError):
            store = open_store()
            held = {contest.number for contest in contests if store.has(Cid.from_digest(contest.manifest))}
            for contest in sorted(contests, key=lambda each: each.number not in held):
                if over.is_set():
                    return
                try:
                    found[contest.number] = luck_ppm(contest, fetch_manifest(store, contest.manifest))
                except StoreUnavailable:
                    return
                except HyperbountyError:
                    # One that nobody has, or that is none, hides no other.
                    continue

    reading = threading.Thread(target=read, daemon=True, name="manifests of a list")
    reading.start()
    reading.join(limit_s)
    over.set()
    return dict(found)
