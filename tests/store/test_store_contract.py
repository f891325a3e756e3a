"""What every content store does: the embedded one and that of a devnet always, a real IPFS node where one is running.

The node's address is taken from HYPERBOUNTY_TEST_IPFS; tests/nodes/jsipfs starts one.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hyperbounty.chain.devnet import Devnet
from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError
from hyperbounty.store import (
    MAX_SINGLE_BLOCK_BYTES,
    Bundle,
    Cid,
    ContentStore,
    add_path,
    export_car,
    fetch,
    import_car,
    list_folder,
    open_store,
    resolve,
)
from hyperbounty.store.cid import RAW
from hyperbounty.store.kubo import KuboStore
from hyperbounty.store.rpc import DEFAULT_TIMEOUT_S
from hyperbounty.store.unixfs import build

CHUNK = 256 * 1024


STORES = ["embedded", "devnet_url", pytest.param("ipfs_address", marks=pytest.mark.kubo)]


@pytest.fixture(scope="session")
def devnet_url() -> Iterator[str]:
    """The store that a devnet serves, which is to be like a node's."""
    with Devnet(port=0) as devnet:
        yield devnet.url


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    if request.param == "embedded":
        return open_store(None, tmp_path / "store")
    return open_store(request.getfixturevalue(request.param), tmp_path)


@pytest.fixture(params=STORES)
def impatient_store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    """A store that doesn't look for long: a node searches for what it lacks until the time limit."""
    if request.param == "embedded":
        return open_store(None, tmp_path / "store")
    limit = DEFAULT_TIMEOUT_S if request.param == "devnet_url" else 2.0
    return KuboStore(request.getfixturevalue(request.param), timeout_s=limit)


@pytest.mark.heavy
@pytest.mark.parametrize("size", [0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 175 * CHUNK + 7])
def test_a_file_comes_back_as_it_was_added(store: ContentStore, size: int) -> None:
    data = secrets.token_bytes(size)
    cid = store.add(data)
    assert store.get(cid) == data
    assert store.has(cid)
    assert store.is_pinned(cid)


def test_a_file_has_the_same_cid_everywhere(store: ContentStore) -> None:
    data = hashlib.shake_128(b"hyperbounty 262145").digest(262145)
    assert str(store.add(data)) == "bafybeiasytpryrg63azwyo7drnzmbgfocqknugij4onk34qpzkbmd6gaem"


def test_adding_twice_gives_the_same_cid(store: ContentStore) -> None:
    data = secrets.token_bytes(CHUNK + 1)
    assert store.add(data) == store.add(data)
    assert store.get(store.add(data)) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK + 1, MAX_SINGLE_BLOCK_BYTES])
def test_a_block_is_named_by_its_sha256_whatever_its_size(store: ContentStore, size: int) -> None:
    data = secrets.token_bytes(size)
    cid = store.add_block(data)
    assert cid == Cid.from_digest(hashlib.sha256(data).digest())
    assert store.get(cid) == data
    assert store.is_pinned(cid)


def test_a_block_that_is_too_large_is_refused(store: ContentStore) -> None:
    with pytest.raises(StoreError, match="1,048,577 bytes"):
        store.add_block(bytes(MAX_SINGLE_BLOCK_BYTES + 1))


def test_what_nobody_added_is_not_found(impatient_store: ContentStore) -> None:
    store = impatient_store
    missing = Cid.raw(secrets.token_bytes(32))
    assert not store.has(missing)
    assert not store.is_pinned(missing)
    with pytest.raises(ContentNotFound, match=str(missing)):
        store.get(missing)
    with pytest.raises(ContentNotFound, match=str(missing)):
        store.pin(missing)


def test_a_file_over_the_limit_is_refused(store: ContentStore) -> None:
    cid = store.add(secrets.token_bytes(CHUNK + 1))
    with pytest.raises(StoreError, match="more than the 262,144"):
        store.get(cid, max_bytes=CHUNK)
    assert len(store.get(cid, max_bytes=CHUNK + 1)) == CHUNK + 1


def test_a_node_of_a_file_is_not_its_bytes_as_a_raw_block(impatient_store: ContentStore) -> None:
    store = impatient_store
    data = secrets.token_bytes(CHUNK + 1)
    root = store.add(data)
    try:
        block = store.get(Cid(RAW, root.digest))
    except ContentNotFound:
        return
    # A node finds blocks by hash alone, so it gives the envelope; it must never be taken for the file.
    assert hashlib.sha256(block).digest() == root.digest
    assert block != data


def test_pins_are_taken_and_given_back(store: ContentStore) -> None:
    cid = store.add(secrets.token_bytes(CHUNK + 1))
    store.unpin(cid)
    assert not store.is_pinned(cid)
    store.unpin(cid)
    store.pin(cid)
    store.pin(cid)
    assert store.is_pinned(cid)


def test_a_store_says_which_it_is(store: ContentStore, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    kind = request.node.callspec.params["store"]
    assert (str(tmp_path) if kind == "embedded" else request.getfixturevalue(kind)) in store.describe()


def test_a_file_is_added_from_a_stream_where_it_stands(store: ContentStore) -> None:
    data = secrets.token_bytes(2 * CHUNK + 3)
    stream = io.BytesIO(b"before" + data)
    stream.seek(6)
    cid = store.add_file(stream)
    assert store.get(cid) == data
    assert store.is_pinned(cid)


def test_a_block_comes_back_with_its_envelope(store: ContentStore) -> None:
    data = secrets.token_bytes(CHUNK + 1)
    root = store.add(data)
    assert root.matches(store.block(root))
    assert store.block(Cid.raw(data[:CHUNK])) == data[:CHUNK]


def test_a_folder_is_added_listed_and_fetched(store: ContentStore, tmp_path: Path) -> None:
    (tmp_path / "folder" / "empty").mkdir(parents=True)
    data = secrets.token_bytes(CHUNK + 1)
    (tmp_path / "folder" / "prices.csv").write_bytes(data)
    cid = add_path(store, tmp_path / "folder")
    assert store.is_pinned(cid)
    assert [(e.name, e.is_folder) for e in list_folder(store, cid)] == [("empty", True), ("prices.csv", False)]
    assert store.get(resolve(store, f"{cid}/prices.csv")) == data
    assert fetch(store, cid, tmp_path / "back").size == CHUNK + 1
    assert (tmp_path / "back" / "prices.csv").read_bytes() == data
    assert (tmp_path / "back" / "empty").is_dir()
    with pytest.raises(StoreError, match="a directory"):
        store.get(cid)


def test_everything_pinned_is_listed_and_nothing_else(store: ContentStore) -> None:
    kept, released = store.add(secrets.token_bytes(CHUNK + 1)), store.add_block(secrets.token_bytes(9))
    store.unpin(released)
    pins = store.pins()
    assert kept in pins
    assert released not in pins
    assert list(pins) == sorted(pins)


def test_blocks_are_put_one_by_one_and_pinned_together(store: ContentStore) -> None:
    data = secrets.token_bytes(2 * CHUNK)
    blocks = list(build(data))
    for cid, block in blocks:
        store.put_block(cid, block)
        assert not store.is_pinned(cid)
        assert store.has(cid)
    root = blocks[-1][0]
    store.pin(root)
    assert store.get(root) == data
    with pytest.raises(ContentMismatch):
        store.put_block(Cid.raw(b"right"), b"wrong")


def test_a_bundle_that_is_wrong_or_incomplete_is_not_pinned(impatient_store: ContentStore) -> None:
    store = impatient_store
    blocks = list(build(secrets.token_bytes(3 * CHUNK)))
    root = blocks[-1][0]
    wrong = [*blocks[:-1], (root, b"wrong")]
    with pytest.raises(ContentMismatch, match=str(root)):
        store.add_bundle(Bundle((root,), 3 * CHUNK, lambda: iter(wrong)))
    assert not store.is_pinned(root)
    with pytest.raises(ContentNotFound):
        store.add_bundle(Bundle((root,), 3 * CHUNK, lambda: iter(blocks[1:])))
    assert not store.is_pinned(root)
    store.add_bundle(Bundle((root,), 3 * CHUNK, lambda: iter(blocks)))
    assert store.is_pinned(root)


def test_contents_move_as_a_file_and_come_back_the_same(store: ContentStore, tmp_path: Path) -> None:
    other = open_store(None, tmp_path / "other")
    document, prices = secrets.token_bytes(100), secrets.token_bytes(2 * CHUNK)
    roots = (store.add_block(document), store.add(prices))
    file = io.BytesIO()
    export_car(store, roots, file)
    file.seek(0)
    assert import_car(other, file) == roots
    assert other.get(roots[1]) == prices
    back = io.BytesIO()
    export_car(other, roots, back)
    assert back.getvalue() == file.getvalue()
    for root in roots:
        store.unpin(root)
    back.seek(0)
    assert import_car(store, back) == roots
    assert all(store.is_pinned(root) for root in roots)


def test_a_damaged_file_leaves_nothing_pinned(impatient_store: ContentStore, tmp_path: Path) -> None:
    store = impatient_store
    other = open_store(None, tmp_path / "other")
    roots = (other.add_block(secrets.token_bytes(10)), other.add(secrets.token_bytes(2 * CHUNK)))
    file = io.BytesIO()
    export_car(other, roots, file)
    whole = file.getvalue()
    flipped = bytearray(whole)
    flipped[-1] ^= 1
    for damaged in (whole[:-1], whole[: len(whole) // 2], bytes(flipped)):
        with pytest.raises(StoreError):
            import_car(store, io.BytesIO(damaged))
        assert not any(store.is_pinned(root) for root in roots)
    assert not store.has(roots[0])


@pytest.mark.kubo
@pytest.mark.parametrize(
    "options",
    [
        "cid-version=0&raw-leaves=false&chunker=size-1000",
        "cid-version=1&raw-leaves=false&chunker=size-1000",
        "cid-version=1&raw-leaves=true&chunker=size-1000&trickle=true",
        "cid-version=0&raw-leaves=false&chunker=size-1000&trickle=true",
        "cid-version=1&raw-leaves=true&chunker=rabin-512-1024-2048",
    ],
)
def test_a_file_that_others_added_in_their_way_is_read(options: str, ipfs_address: str) -> None:
    data = secrets.token_bytes(40_000)
    _, _, host, _, port = ipfs_address.split("/")
    upload = {"file": ("file", data, "application/octet-stream")}
    answer = requests.post(f"http://{host}:{port}/api/v0/add?{options}", files=upload, timeout=30)
    cid = Cid.parse(answer.json()["Hash"])
    assert KuboStore(ipfs_address).get(cid) == data


@pytest.mark.kubo
def test_what_one_store_adds_the_other_names_alike(tmp_path: Path, ipfs_address: str) -> None:
    node, embedded = open_store(ipfs_address, tmp_path), open_store("embedded", tmp_path)
    data = secrets.token_bytes(5 * CHUNK + 11)
    assert node.add(data) == embedded.add(data)
    assert node.add_block(data[:1000]) == embedded.add_block(data[:1000])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:5001",
        "ftp://localhost:5001",
        "http://",
        "http://localhost:port",
        "http://localhost:5001?a=b",
        "/ip4/127.0.0.1",
        "/ip4/127.0.0.1/udp/5001",
        "/ip4/999.0.0.1/tcp/5001",
        "/nonsense",
        "http://a b:5001",
        "http://[::1:5001",
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(InvalidInput, match="no address of an IPFS node"):
        open_store(address, tmp_path)


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_store("http://me:hunter2@localhost:5001", tmp_path)
    assert "hunter2" not in str(caught.value)
