"""What a list reads of documents that may come late, or never."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hyperbounty.errors import StoreUnavailable
from hyperbounty.store import Cid, ContentStore
from hyperbounty.store.embedded import EmbeddedStore
from hyperbounty.store.in_time import read_in_time

NOWHERE = b"m" * 32


@pytest.fixture
def held(tmp_path: Path) -> tuple[ContentStore, dict[int, bytes]]:
    """A store, and documents of which it holds those with an even number."""
    store = EmbeddedStore(tmp_path)
    return store, {number: NOWHERE if number % 2 else store.add_block(bytes([number])).digest for number in range(6)}


def test_what_is_held_is_read_first_and_what_nobody_has_hides_no_other(
    held: tuple[ContentStore, dict[int, bytes]],
) -> None:
    held_store, digests = held
    asked: list[int] = []

    def read(store: ContentStore, number: int) -> bytes:
        asked.append(number)
        return store.get(Cid.from_digest(digests[number]))

    assert read_in_time(lambda: held_store, digests, read, limit_s=60) == {0: b"\0", 2: b"\2", 4: b"\4"}
    assert asked == [0, 2, 4, 1, 3, 5]


def test_nobody_waits_for_a_document_that_does_not_come(held: tuple[ContentStore, dict[int, bytes]]) -> None:
    held_store, digests = held
    over = threading.Event()

    def read(store: ContentStore, number: int) -> bytes:
        over.wait()
        return store.get(Cid.from_digest(digests[number]))

    assert read_in_time(lambda: held_store, digests, read, limit_s=0.01) == {}
    over.set()


def test_a_store_that_does_not_answer_hides_no_list() -> None:
    def refuse() -> ContentStore:
        raise StoreUnavailable("no node answers")

    assert read_in_time(refuse, {1: NOWHERE}, lambda store, _: store.get(Cid.from_digest(NOWHERE))) == {}
