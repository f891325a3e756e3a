"""Manifests that visitors name: each is fetched within bounds, and only a manifest is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from hyperbounty.database import Database
from hyperbounty.errors import StoreUnavailable
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.web.bounty import named
from hyperbounty.web.bounty.named import NamedManifests
from hyperbounty.web.site.errors import NotUsable, NotYet
from hyperbounty.web.site.fetched import Fetched
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import new_scene, published

LONG_S = 60.0
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ContentStore:
    return open_store(None, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def digest(tmp_path_factory: pytest.TempPathFactory, store: ContentStore) -> bytes:
    """Of a manifest that is in the store."""
    scene = new_scene(tmp_path_factory.mktemp("scene"))
    made = published(scene, "Does LTC rise within three steps?")
    store.add_block(scene.store.block(Cid.from_digest(made)))
    return made


def manifests_of(store: Callable[[], ContentStore] | None, wait_s: float = LONG_S) -> NamedManifests:
    site = Site(cast(Database, None), SiteSettings(), store=store)
    fetched = Fetched(at_once=named.AT_ONCE, waiting=named.WAITING, most_bytes=named.MOST_BYTES, wait_s=wait_s)
    return NamedManifests(site, fetched)


class SlowStore:
    """Answers once it may; counts how often it was opened."""

    def __init__(self) -> None:
        self.opened = 0
        self.may = threading.Event()

    def __call__(self) -> ContentStore:
        self.opened += 1
        self.may.wait()
        raise StoreUnavailable("nobody has it", "ask later")


@contextmanager
def slow() -> Iterator[tuple[SlowStore, NamedManifests]]:
    store = SlowStore()
    try:
        yield store, manifests_of(store, wait_s=0.01)
    finally:
        store.may.set()


def some(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_a_manifest_is_fetched_once(store: ContentStore, digest: bytes) -> None:
    opened: list[int] = []

    def open_it() -> ContentStore:
        opened.append(1)
        return store

    manifests = manifests_of(open_it)
    found = [manifests.get(digest, client) for client in (HERE, THERE, HERE)]
    assert {each.digest() for each in found} == {digest}
    assert opened == [1]


def test_what_is_no_manifest_is_not_kept(store: ContentStore) -> None:
    other = store.add_block(b"a" * 1_000).digest
    manifests = manifests_of(lambda: store)
    with pytest.raises(NotUsable):
        manifests.get(other, HERE)


def test_a_site_without_a_store_says_so(digest: bytes) -> None:
    with pytest.raises(NotUsable, match="reads no store"):
        manifests_of(None).get(digest, HERE)


def test_one_client_has_one_fetched_at_a_time_and_others_are_served_beside_it() -> None:
    with slow() as (store, manifests):
        with pytest.raises(NotYet, match="takes longer"):
            manifests.get(some(1), HERE)
        with pytest.raises(NotYet, match="you named before"):
            manifests.get(some(2), HERE)
        with pytest.raises(NotYet, match="takes longer"):
            manifests.get(some(2), THERE)
        # Asking again for the same one begins nothing, and counts for nothing.
        for _ in range(3 * named.A_MINUTE):
            with pytest.raises(NotYet, match="takes longer"):
                manifests.get(some(1), HERE)
        assert store.opened == 2


def test_all_clients_together_have_a_few_fetched() -> None:
    with slow() as (store, manifests):
        for number in range(named.AT_ONCE):
            with pytest.raises(NotYet, match="takes longer"):
                manifests.get(some(number), f"192.0.2.{number}")
        with pytest.raises(NotYet, match="much else"):
            manifests.get(some(99), "192.0.2.99")
        assert store.opened == named.AT_ONCE


def test_who_names_many_in_a_minute_is_told_to_wait(tmp_path: Path) -> None:
    empty = open_store(None, tmp_path)
    manifests = manifests_of(lambda: empty)
    told = []
    for number in range(named.A_MINUTE):
        with pytest.raises(NotYet) as refused:
            manifests.get(some(number), HERE)
        told.append(refused.value.what)
    assert "you named many manifests in a short time" in told
    # It is of that client alone.
    with pytest.raises(NotYet, match="cannot be had"):
        manifests.get(some(0), THERE)
