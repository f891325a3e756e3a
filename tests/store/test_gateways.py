"""Gateways: nobody is trusted, the liar is named, and the next one is asked."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError, StoreUnavailable
from hyperbounty.store import Access, Cid, EmbeddedStore, add_path, fetch, open_store
from hyperbounty.store.cid import RAW
from hyperbounty.store.fallback import StoreWithGateways
from hyperbounty.store.gateways import Gateways
from hyperbounty.store.kubo import KuboStore
from hyperbounty.store.unixfs import MAX_BLOCK_BYTES, build
from tests.store.gateway_server import (
    Answer,
    Call,
    Gateway,
    breaks_off,
    drips,
    fails,
    floods,
    floods_while_redirecting,
    gives,
    hangs,
    redirects,
    serves,
)
from tests.store.generated import opened, write_tree

CHUNK = 256 * 1024
HELLO = Cid.raw(b"hello")
HONEST = serves({HELLO: b"hello"})
Start = Callable[[Answer], Gateway]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a gateway that lasts as long as the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(Gateway(answer))


def gateways(*started: Gateway, timeout_s: float = 10.0) -> Gateways:
    return Gateways([gateway.url for gateway in started], timeout_s=timeout_s, access=Access(0.0))


def test_a_block_is_asked_for_in_the_trustless_form(start: Start) -> None:
    gateway = start(HONEST)
    assert gateways(gateway).block(HELLO) == b"hello"
    path, headers = gateway.requests[0]
    assert path == f"/ipfs/{HELLO}?format=raw"
    assert headers["Accept"] == "application/vnd.ipld.raw"


@pytest.mark.parametrize("form", ["{}", "{}/", "{}/ipfs", "{}/ipfs/"])
def test_an_address_is_taken_in_every_usual_form(start: Start, form: str) -> None:
    gateway = start(HONEST)
    assert Gateways([form.format(gateway.url)]).block(HELLO) == b"hello"
    assert Gateways([form.format(gateway.url + "/below")]).block(HELLO) == b"hello"
    assert gateway.requests[-1][0].startswith("/below/ipfs/")


def test_a_liar_is_named_and_the_next_one_asked(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    liar, honest = start(gives(b"hellO")), start(HONEST)
    asked = gateways(liar, honest)
    with caplog.at_level(logging.WARNING):
        assert asked.block(HELLO) == b"hello"
    assert liar.url in caplog.text
    assert str(HELLO) in caplog.text
    assert asked.block(HELLO) == b"hello"
    assert len(liar.asked) == 1


def test_a_liar_alone_is_named_in_the_error(start: Start) -> None:
    liar = start(gives(b"hellO"))
    asked = gateways(liar)
    for _ in range(2):
        with pytest.raises(ContentMismatch, match="gave 5 bytes") as caught:
            asked.block(HELLO)
        assert liar.url in caught.value.what
        assert str(Cid.raw(b"hellO")) in caught.value.what
    assert len(liar.asked) == 1


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (fails(404), "HTTP 404"),
        (fails(500), "HTTP 500"),
        (fails(429), "HTTP 429"),
        (gives(b"<!doctype html>", Content_Type="text/html; charset=utf-8"), "text/html"),
        (gives(b"hello", Content_Encoding="gzip"), "encoding"),
        (floods, f"more than {MAX_BLOCK_BYTES:,} bytes"),
        (breaks_off, "failed"),
        (drips, "within 1 s"),
        (hangs, "within 1 s"),
        (redirects("http://127.0.0.1:9/elsewhere"), "elsewhere"),
        (redirects("//example.com/ipfs/x"), "elsewhere"),
        (redirects("https://127.0.0.2/ipfs/x"), "elsewhere"),
        (redirects("file:///etc/passwd"), "elsewhere"),
        (redirects("http://[::1"), "an address that is none"),
        (redirects("?again"), "circles"),
        (floods_while_redirecting, "circles"),
    ],
)
def test_a_failure_is_explained_and_the_next_one_asked(start: Start, answer: Answer, reason: str) -> None:
    bad, honest = start(answer), start(HONEST)
    assert gateways(bad, honest, timeout_s=1.0).block(HELLO) == b"hello"
    with pytest.raises(StoreError, match=reason) as caught:
        gateways(bad, timeout_s=1.0).block(HELLO)
    assert bad.url in caught.value.what
    assert not isinstance(caught.value, ContentMismatch)


def test_a_redirect_within_the_gateway_is_followed(start: Start) -> None:
    def answer(call: Call) -> None:
        (HONEST if call.path.startswith("/raw/") else redirects(f"/raw/{HELLO}"))(call)

    assert gateways(start(answer)).block(HELLO) == b"hello"


def test_a_redirect_to_a_host_below_the_gateways_is_followed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subdomain gateway puts the CID before its host."""
    gateway = start(HONEST)
    port = gateway.url.rsplit(":", 1)[1]
    real = socket.getaddrinfo

    def resolved(host: str, *rest: Any) -> Any:
        return real("127.0.0.1" if host.endswith(".localhost") else host, *rest)

    def answer(call: Call) -> None:
        target = f"http://{HELLO}.ipfs.localhost:{port}/{HELLO}?format=raw"
        (HONEST if call.headers["Host"].startswith(str(HELLO)) else redirects(target))(call)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    gateway.answer = answer
    assert Gateways([f"http://localhost:{port}"]).block(HELLO) == b"hello"
    assert len(gateway.asked) == 2


def test_the_last_to_serve_is_asked_first(start: Start) -> None:
    blocks = dict(build(opened(3 * CHUNK).read()))
    empty, full = start(serves({})), start(serves(blocks))
    asked = gateways(empty, full)
    for cid in blocks:
        asked.block(cid)
    assert (len(empty.asked), len(full.asked)) == (1, 4)


def test_nobody_reachable_is_unavailable_and_nobody_having_it_is_not_found(start: Start) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(StoreUnavailable, match=dead):
            Gateways([dead]).block(HELLO)
        empty = start(serves({}))
        with pytest.raises(ContentNotFound) as caught:
            Gateways([dead, empty.url]).block(HELLO)
    assert dead in caught.value.what
    assert empty.url in caught.value.what


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ipfs.io",
        "ftp://ipfs.io",
        "https://",
        "https://ipfs.io?x=1",
        "https://ipfs.io#x",
        "https://a b",
        "http://[::1",
        "http://host:port",
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(InvalidInput, match="no address of an IPFS gateway"):
        open_store(None, tmp_path, [address])


def test_a_proxy_for_other_hosts_is_not_asked(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert gateways(start(HONEST)).block(HELLO) == b"hello"


def test_a_password_in_netrc_is_not_sent(start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    gateway = start(HONEST)
    asked = gateways(gateway)
    asked.block(HELLO)
    assert "Authorization" not in gateway.requests[0][1]


# A store in front of gateways.


@pytest.fixture
def published(tmp_path: Path) -> tuple[Cid, dict[Cid, bytes], Path]:
    """A folder, its blocks, and where it lies."""
    write_tree({"prices": {"LTC.csv": 2 * CHUNK + 5}, "notes": 9}, tmp_path / "folder")
    store = open_store(None, tmp_path / "publisher")
    cid = add_path(store, tmp_path / "folder")
    blocks = {}
    for path in (tmp_path / "publisher" / "blocks").glob("*/*"):
        blocks[Cid.parse(path.name)] = path.read_bytes()
    return cid, blocks, tmp_path / "folder"


def test_what_the_store_lacks_comes_from_a_gateway_and_stays(
    start: Start, published: tuple[Cid, dict[Cid, bytes], Path], tmp_path: Path
) -> None:
    cid, blocks, folder = published
    gateway = start(serves(blocks))
    store = open_store(None, tmp_path / "store", [gateway.url])
    fetch(store, cid, tmp_path / "back")
    assert (tmp_path / "back" / "prices" / "LTC.csv").read_bytes() == (folder / "prices" / "LTC.csv").read_bytes()
    asked = len(gateway.asked)
    assert asked == len(blocks)
    fetch(store, cid, tmp_path / "again")
    assert len(gateway.asked) == asked
    assert store.pins() == ()
    assert gateway.url in store.describe()


def test_pinning_brings_everything_and_survives_a_collection(
    start: Start, published: tuple[Cid, dict[Cid, bytes], Path], tmp_path: Path
) -> None:
    cid, blocks, _ = published
    with Gateway(serves(blocks)) as gateway:
        open_store(None, tmp_path / "store", [gateway.url]).pin(cid)
    alone = EmbeddedStore(tmp_path / "store")
    assert alone.collect_garbage().blocks == 0
    fetch(alone, cid, tmp_path / "back")


def test_a_fetch_through_gateways_goes_on_where_it_broke(
    start: Start, published: tuple[Cid, dict[Cid, bytes], Path], tmp_path: Path
) -> None:
    cid, blocks, _ = published
    missing = next(c for c in blocks if c.codec == RAW and len(blocks[c]) == 5)
    gateway = start(serves({c: block for c, block in blocks.items() if c != missing}))
    store = open_store(None, tmp_path / "store", [gateway.url])
    with pytest.raises(ContentNotFound, match=f"{missing} is not in the embedded store.*{gateway.url}"):
        fetch(store, cid, tmp_path / "back")
    gateway.answer = serves(blocks)
    gateway.asked.clear()
    fetch(store, cid, tmp_path / "back")
    assert gateway.asked == [str(missing)]


def test_a_damaged_block_is_replaced_from_a_gateway(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    EmbeddedStore(tmp_path / "store").add(b"hello")
    path = next((tmp_path / "store" / "blocks").glob("*/*"))
    path.write_bytes(b"damaged")
    store = open_store(None, tmp_path / "store", [start(HONEST).url])
    assert store.get(HELLO) == b"hello"
    assert path.read_bytes() == b"hello"
    assert str(path) in caplog.text


def test_reading_goes_on_where_nothing_can_be_kept(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "store").write_bytes(b"a file in the place of the folder")
    store = StoreWithGateways(_Empty(tmp_path / "store"), gateways(start(HONEST)))
    assert store.get(HELLO) == b"hello"
    assert "is not kept" in caplog.text


class _Empty(EmbeddedStore):
    """A store that lacks everything, on a disk that takes nothing."""

    def block(self, cid: Cid) -> bytes:
        raise ContentNotFound(f"{cid} is not here")


class _NodeStub(EmbeddedStore):
    """A store in the place of a node: it counts searches, and can be gone."""

    searched = 0
    gone = False

    def block(self, cid: Cid) -> bytes:
        type(self).searched += 1
        if type(self).gone:
            raise StoreUnavailable("no IPFS node answers")
        return super().block(cid)

    def has(self, cid: Cid) -> bool:
        if type(self).gone:
            raise StoreUnavailable("no IPFS node answers")
        return super().has(cid)


@pytest.mark.parametrize("gone", [False, True])
def test_a_node_is_searched_in_vain_only_once(start: Start, tmp_path: Path, gone: bool) -> None:
    data = opened(5 * CHUNK).read()
    *_, (root, _) = blocks = list(build(data))
    node = type("Node", (_NodeStub,), {"gone": gone})(tmp_path / "node")
    store = StoreWithGateways(node, gateways(start(serves(dict(blocks)))))
    assert store.get(root) == data
    assert type(node).searched == 1


def test_a_node_is_searched_again_once_gateways_fail(start: Start, tmp_path: Path) -> None:
    gateway = start(HONEST)
    node = type("Node", (_NodeStub,), {})(tmp_path / "node")
    store = StoreWithGateways(node, gateways(gateway))
    store.get(HELLO)
    with pytest.raises(ContentNotFound):
        store.get(Cid.raw(b"nowhere"))
    assert type(node).searched == 2


@pytest.mark.kubo
def test_a_real_node_reads_through_gateways_and_keeps_it(
    start: Start, published: tuple[Cid, dict[Cid, bytes], Path], tmp_path: Path, ipfs_address: str
) -> None:
    node = KuboStore(ipfs_address, timeout_s=2.0)
    add_path(node, published[2])
    # Other bytes each time, so that the node cannot have them from an earlier test.
    (published[2] / "notes").write_bytes(str(tmp_path).encode())
    publisher = open_store(None, tmp_path / "publisher")
    cid = add_path(publisher, published[2])
    missing = {c: publisher.block(c) for c in (cid, Cid.raw(str(tmp_path).encode()))}
    with Gateway(serves({**published[1], **missing})) as gateway:
        StoreWithGateways(node, Gateways([gateway.url])).pin(cid)
    assert node.is_pinned(cid)
    assert node.get(Cid.raw(str(tmp_path).encode())) == str(tmp_path).encode()
    node.unpin(cid)
