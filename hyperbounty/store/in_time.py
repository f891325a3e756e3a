"""What documents say for a list that waits for none of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, TypeVar

from hyperbounty.errors import HyperbountyError, StoreUnavailable
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import ContentStore

LIMIT_S: Final = 3.0
"""A list waits no longer."""

Said = TypeVar("Said")


def read_in_time(
    open_store: Callable[[], ContentStore],
    digests: Mapping[int, bytes],
    read: Callable[[ContentStore, int], Said],
    limit_s: float = LIMIT_S,
) -> dict[int, Said]:
    """What `read` makes of each document, by its number, as far as they came in time.

    What the store holds is read first. What it has to look for may take half a minute a document, or never come, so it
    is read in a thread, which is left behind when the time is over.

    >>> read_in_time(lambda: 1 / 0, {}, lambda store, number: "")
    {}

    Args:
        open_store: makes a store that nobody else uses.
        digests: the SHA-256 of each document by its number, those that matter most first.
        read: reads the document of a number from the store.
        limit_s: seconds to wait for all of them.
    """
    if not digests:
        return {}
    found: dict[int, Said] = {}
    over = threading.Event()

    def read_all() -> None:
        with suppress(HyperbountyError):
            store = open_store()
            held = {number for number, digest in digests.items() if store.has(Cid.from_digest(digest))}
            for number in sorted(digests, key=lambda each: each not in held):
                if over.is_set():
                    return
                try:
                    found[number] = read(store, number)
                except StoreUnavailable:
                    return
                except HyperbountyError:
                    # One that nobody has, or that is none, hides no other.
                    continue

    reading = threading.Thread(target=read_all, daemon=True, name="documents of a list")
    reading.start()
    reading.join(limit_s)
    over.set()
    return dict(found)
