"""Content through a network that drops, delays, truncates, duplicates and reorders: none lost, no wrong byte.

HYPERBOUNTY_FAULT_OPERATIONS=1000 HYPERBOUNTY_TEST_IPFS=… pytest tests/faults/test_store_through_faults.py
"""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from hyperbounty.errors import StoreError
from hyperbounty.store import Cid, ContentStore, EmbeddedStore, export_car, import_car
from hyperbounty.store.kubo import KuboStore
from tests.faults.proxy import Fault, FaultyProxy, running
from tests.store.faulty_node import hurried

OPERATIONS = int(os.environ.get("HYPERBOUNTY_FAULT_OPERATIONS", "60"))
SEED = int(os.environ.get("HYPERBOUNTY_FAULT_SEED", "1"))
SIZES = (0, 1, 1_000, 262_144, 262_145, 700_000)
KINDS = ("add", "add_block", "import", "get", "get", "export", "has", "pin", "is_pinned", "unpin")
T = TypeVar("T")


class Persistent:
    """What somebody does who gives a command again until it works; every failure must be one of the store's errors."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: KuboStore | None = None
        self.failures: Counter[str] = Counter()

    def __call__(self, operation: str, *arguments: object) -> Any:
        """What the store's method of this name gives."""
        return self.do(lambda store: getattr(store, operation)(*arguments))

    def do(self, operation: Callable[[ContentStore], T]) -> T:
        while True:
            try:
                if self._store is None:
                    self._store = KuboStore(self._url, timeout_s=5, access=hurried(1.0))
                return operation(self._store)
            except StoreError as error:
                self.failures[type(error).__name__] += 1


@pytest.mark.kubo
@pytest.mark.timeout(3600)
def test_what_is_stored_through_faults_is_there_and_is_right(ipfs_address: str, tmp_path: Path) -> None:
    straight, reference = KuboStore(ipfs_address), EmbeddedStore(tmp_path)
    dice = random.Random(SEED)
    proxy = FaultyProxy(http_url(ipfs_address), SEED, rate=0.2)
    contents: dict[Cid, bytes] = {}
    unpinned: set[Cid] = set()
    done: Counter[str] = Counter()
    with running(proxy) as url:
        again = Persistent(url)
        while done.total() < OPERATIONS:
            kind = dice.choice(KINDS) if contents else "add"
            done[kind] += 1
            if kind in ("add", "add_block", "import"):
                data = dice.randbytes(dice.choice(SIZES[:4] if kind == "add_block" else SIZES))
                cid = stored(again, kind, data, reference)
                assert cid == reference.add(data)
                contents[cid] = data
                unpinned.discard(cid)
                continue
            cid = dice.choice(sorted(contents))
            if kind == "get":
                assert again("get", cid) == contents[cid]
            elif kind == "export":
                assert again.do(partial(exported, cid=cid)) == exported(straight, cid)
            elif kind == "has":
                assert straight.has(cid)
                again("has", cid)
            elif kind == "pin":
                again("pin", cid)
                unpinned.discard(cid)
                assert straight.is_pinned(cid)
            elif kind == "is_pinned":
                # A "no" may be the answer to an earlier question, a "yes" names what it is about.
                assert not (again("is_pinned", cid) and cid in unpinned)
            else:
                again("unpin", cid)
                unpinned.add(cid)
    print(  # noqa: T201
        f"\n{done.total()} operations {dict(done)}\n{proxy.requests} requests, {proxy.seen.total()} faults"
        f" {dict(proxy.seen)}\nrepeated after {dict(again.failures)}"
    )
    for cid, data in contents.items():
        assert straight.get(cid) == data
        assert straight.is_pinned(cid) or cid in unpinned
    assert proxy.seen.total() > OPERATIONS // 10


@pytest.mark.kubo
@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_alone_changes_no_content(ipfs_address: str, fault: Fault) -> None:
    data = random.Random(f"{SEED} {fault}").randbytes(300_000)
    proxy = FaultyProxy(http_url(ipfs_address), SEED, rate=0.3, faults=[fault])
    with running(proxy) as url:
        again = Persistent(url)
        while not proxy.seen[fault]:
            cid = again("add", data)
            assert again("get", cid) == data
            again("pin", cid)
    assert KuboStore(ipfs_address).get(cid) == data
    assert KuboStore(ipfs_address).is_pinned(cid)


def stored(again: Persistent, kind: str, data: bytes, reference: EmbeddedStore) -> Cid:
    if kind != "import":
        cid: Cid = again(kind, data)
        return cid
    car = exported(reference, reference.add(data))
    [root] = again.do(lambda store: import_car(store, io.BytesIO(car)))
    return root


def exported(store: ContentStore, cid: Cid) -> bytes:
    car = io.BytesIO()
    export_car(store, [cid], car)
    return car.getvalue()


def http_url(address: str) -> str:
    _, _, host, _, port = address.split("/")[:5]
    return f"http://{host}:{port}"
