"""An IPFS node that lies, hangs, breaks off or is none: one clear error for each, and no wrong byte through."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable

import pytest

from hyperbounty.errors import ContentMismatch, ContentNotFound, StoreError, StoreUnavailable
from hyperbounty.store import Cid, export_car, list_folder
from hyperbounty.store.cid import DAG_PB
from hyperbounty.store.kubo import KuboStore
from hyperbounty.store.unixfs import MAX_BLOCK_BYTES, build
from tests.store.faulty_node import (
    HELLO,
    Answer,
    Call,
    Node,
    breaks_off,
    bundle_of,
    drips,
    floods,
    gives,
    hangs,
    hangs_up,
    hurried,
    page,
    refuses,
    says,
)

CHUNK = 256 * 1024
EMPTY_FOLDER = Cid.parse("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354")


def test_wrong_bytes_for_a_cid_never_come_through(node: Node) -> None:
    node.answers["block/get"] = gives(b"hellO")
    with pytest.raises(ContentMismatch, match=str(HELLO)):
        node.store().get(HELLO)


def test_a_file_with_one_wrong_block_never_comes_through(node: Node) -> None:
    data = bytes(CHUNK) + b"tail"
    blocks = dict(build(data))
    root = next(cid for cid in blocks if cid.codec == DAG_PB)

    def lie(call: Call) -> None:
        cid = Cid.parse(call.query["arg"])
        gives(blocks[cid] if len(blocks[cid]) > 100 else b"lies")(call)

    node.answers["block/get"] = lambda call: gives(blocks[Cid.parse(call.query["arg"])])(call)
    assert node.store().get(root) == data
    node.answers["block/get"] = lie
    with pytest.raises(ContentMismatch, match=str(Cid.raw(b"tail"))):
        node.store().get(root)


def test_what_a_node_says_is_in_its_answer_is_not_believed(node: Node) -> None:
    node.answers["add"] = says({"Name": "x", "Hash": str(HELLO), "Size": "5"})
    node.answers["block/put"] = says({"Key": str(HELLO), "Size": 5})
    store = node.store()
    assert store.add(b"hello") == HELLO
    assert store.add_block(b"hello") == HELLO
    with pytest.raises(ContentMismatch, match="another CID"):
        store.add(b"hello, world")
    with pytest.raises(ContentMismatch, match="another CID"):
        store.add_block(b"hello, world")


OTHER = Cid.raw(b"other")


@pytest.mark.parametrize(
    ("command", "ask", "about"),
    [
        ("block/stat", KuboStore.has, lambda cid: {"Key": str(cid), "Size": 5}),
        ("pin/add", KuboStore.pin, lambda cid: {"Pins": [str(cid)]}),
        ("pin/rm", KuboStore.unpin, lambda cid: {"Pins": [str(cid)]}),
        ("pin/ls", KuboStore.is_pinned, lambda cid: {"Cid": str(cid), "Type": "recursive"}),
    ],
    ids=["has", "pin", "unpin", "is pinned"],
)
def test_a_yes_counts_for_the_cid_that_it_names(
    node: Node, command: str, ask: Callable[[KuboStore, Cid], bool | None], about: Callable[[Cid], object]
) -> None:
    node.answers[command] = says(about(HELLO))
    assert ask(node.store(), HELLO) in (True, None)
    for other in (about(OTHER), {}, {"Pins": None}, {"Pins": [7]}, {"Key": 7, "Cid": {}}):
        node.answers[command] = says(other)
        with pytest.raises(StoreUnavailable, match="without the CID that it was asked for"):
            ask(node.store(), HELLO)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_node_is_asked_again(node: Node, status: int) -> None:
    def busy_once(call: Call) -> None:
        (page(status) if node.calls.count("block/get") == 1 else gives(b"hello"))(call)

    node.answers["block/get"] = busy_once
    assert node.store(patience_s=30.0).get(HELLO) == b"hello"
    node.answers["block/get"] = page(status)
    with pytest.raises(StoreUnavailable, match=f"HTTP {status} in block/get"):
        node.store().get(HELLO)


def test_every_option_that_decides_the_cid_is_said(node: Node) -> None:
    node.answers["add"] = says({"Hash": str(HELLO)})
    node.answers["block/put"] = says({"Key": str(HELLO)})
    store = node.store()
    store.add(b"hello")
    assert node.queries[-1].items() >= {
        ("cid-version", "1"),
        ("raw-leaves", "true"),
        ("chunker", "size-262144"),
        ("max-file-links", "174"),
        ("hash", "sha2-256"),
        ("trickle", "false"),
        ("pin", "true"),
    }
    store.add_block(b"hello")
    assert node.queries[-1].items() >= {("cid-codec", "raw"), ("mhtype", "sha2-256"), ("pin", "true")}


def test_progress_before_the_answer_is_skipped(node: Node) -> None:
    node.answers["add"] = lambda call: call.send(b'{"Bytes":5}\n' + json.dumps({"Hash": str(HELLO)}).encode() + b"\n")
    assert node.store().add(b"hello") == HELLO


@pytest.mark.parametrize("answer", [{"Hash": "garbage"}, {"Hash": 7}, {"hash": str(HELLO)}, [], "x", None])
def test_an_answer_of_another_shape_is_of_no_ipfs_node(node: Node, answer: object) -> None:
    node.answers["add"] = says(answer)
    with pytest.raises(StoreUnavailable, match="no IPFS RPC"):
        node.store().add(b"hello")


@pytest.mark.parametrize("answer", [page(200), page(404), page(405), says({"hello": 1}), says([]), gives(b"")])
def test_another_service_at_the_address_is_named(node: Node, answer: Answer) -> None:
    node.answers["version"] = answer
    with pytest.raises(StoreUnavailable, match="no IPFS RPC") as caught:
        node.store()
    assert node.address in caught.value.what
    assert "5001" in caught.value.next_step


def test_a_service_that_does_not_speak_http_is_no_node() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            # The first contact is tried three times.
            for _ in range(3):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
                    connection.recv(10_000)

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(StoreUnavailable, match="no IPFS node answers"):
            KuboStore(f"/ip4/127.0.0.1/tcp/{server.getsockname()[1]}", timeout_s=5.0, access=hurried(0.0))
        thread.join()


@pytest.mark.parametrize("form", ["/ip4/127.0.0.1/tcp/{}", "http://127.0.0.1:{}"])
def test_nobody_there_is_said_with_the_address_and_the_next_step(form: str) -> None:
    # A socket that is bound but doesn't listen refuses connections, and keeps others from the port.
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = form.format(bound.getsockname()[1])
        with pytest.raises(StoreUnavailable) as caught:
            KuboStore(address, timeout_s=5.0, access=hurried(30.0))
    assert address in caught.value.what
    assert caught.value.next_step == "start the IPFS daemon, or leave ipfs out to use the embedded store"


@pytest.mark.parametrize("failure", [breaks_off, hangs_up])
def test_a_short_outage_is_bridged(node: Node, failure: Answer) -> None:
    def fail_once(call: Call) -> None:
        (failure if call.node.calls.count("block/get") == 1 else gives(b"hello"))(call)

    node.answers["block/get"] = fail_once
    assert node.store(patience_s=30.0).get(HELLO) == b"hello"


@pytest.mark.parametrize("failure", [breaks_off, hangs_up])
def test_a_node_that_keeps_breaking_off_is_unavailable(node: Node, failure: Answer) -> None:
    node.answers["block/get"] = failure
    with pytest.raises(StoreUnavailable, match="no IPFS node answers"):
        node.store(patience_s=0.7).get(HELLO)
    assert node.calls.count("block/get") == 3


def test_an_upload_is_repeated_in_full(node: Node) -> None:
    def fail_once(call: Call) -> None:
        (hangs_up if call.node.calls.count("add") == 1 else says({"Hash": str(HELLO)}))(call)

    node.answers["add"] = fail_once
    assert node.store(patience_s=30.0).add(b"hello") == HELLO


@pytest.mark.heavy
@pytest.mark.parametrize("silence", [hangs, drips])
def test_a_block_that_does_not_come_in_time_is_not_found(node: Node, silence: Answer) -> None:
    node.answers["block/get"] = node.answers["pin/add"] = node.answers["block/stat"] = silence
    store = node.store(timeout_s=1.0)
    with pytest.raises(ContentNotFound, match=r"within 1 s") as caught:
        store.get(HELLO)
    assert str(HELLO) in caught.value.what
    assert "pinned" in caught.value.next_step
    with pytest.raises(ContentNotFound):
        store.pin(HELLO)
    assert not store.has(HELLO)


@pytest.mark.heavy
def test_a_node_that_hangs_altogether_is_unavailable(node: Node) -> None:
    store = node.store(timeout_s=1.0)
    node.answers = dict.fromkeys(["version", "block/get", "block/stat", "add", "pin/rm"], hangs)
    for use in (store.get, store.has, store.unpin):
        with pytest.raises(StoreUnavailable, match=r"within 1 s"):
            use(HELLO)
    with pytest.raises(StoreUnavailable, match="did not finish add"):
        store.add(b"hello")


@pytest.mark.parametrize(
    "reason",
    [
        "block was not found locally (offline): ipld: could not find bafk",
        "Failed to get block: request timed out",
        "context deadline exceeded",
        "pin: ipld: could not find bafk",
    ],
)
def test_a_node_that_says_it_lacks_a_block_is_believed(node: Node, reason: str) -> None:
    node.answers["block/get"] = node.answers["block/stat"] = node.answers["pin/add"] = refuses(reason)
    store = node.store()
    assert not store.has(HELLO)
    for use in (store.get, store.pin):
        with pytest.raises(ContentNotFound, match="did not come"):
            use(HELLO)


def test_any_other_refusal_is_passed_on_in_the_nodes_words(node: Node) -> None:
    for command in ("block/get", "block/stat", "pin/add", "pin/rm", "pin/ls", "add"):
        node.answers[command] = refuses("lock file is held")
    store = node.store()
    for use in (store.get, store.has, store.pin, store.unpin, store.is_pinned):
        with pytest.raises(StoreError, match="lock file is held") as caught:
            use(HELLO)
        assert not isinstance(caught.value, ContentNotFound | StoreUnavailable)
    with pytest.raises(StoreError, match="lock file is held"):
        store.add(b"hello")


def test_what_a_node_says_cannot_steer_the_terminal(node: Node) -> None:
    node.answers["version"] = says({"Version": "0.39.0\x1b[2J"})
    node.answers["pin/add"] = refuses("\x1b]0;owned\x07" + "x" * 10_000)
    store = node.store()
    assert store.describe().isprintable()
    with pytest.raises(StoreError) as caught:
        store.pin(HELLO)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_is_cut_off(node: Node, status: int) -> None:
    node.answers["block/get"] = node.answers["add"] = floods(status)
    store = node.store()
    with pytest.raises(StoreError, match=f"more than {MAX_BLOCK_BYTES:,} bytes"):
        store.get(HELLO)
    with pytest.raises(StoreError, match="more than"):
        store.add(b"hello")


@pytest.mark.parametrize("form", ["http://127.0.0.1:{}", "http://127.0.0.1:{}/", "http://localhost:{}/api/v0/"])
def test_a_url_leads_to_the_same_node(node: Node, form: str) -> None:
    address = form.format(node.address.rsplit("/", 1)[1])
    assert KuboStore(address, access=hurried(0.0)).describe() == f"IPFS node 0.39.0 at {address}"


def test_a_proxy_for_other_hosts_is_not_asked(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert "0.39.0" in node.store().describe()


def test_a_redirect_is_not_followed(node: Node) -> None:
    elsewhere = Node()
    try:
        node.answers["block/get"] = lambda call: call.redirect(f"http://127.0.0.1:{elsewhere.port}/api/v0/block/get")
        with pytest.raises(StoreUnavailable, match="HTTP 307"):
            node.store().get(HELLO)
        assert elsewhere.calls == []
    finally:
        elsewhere.stop()


OPERATIONS: dict[str, Callable[[KuboStore], object]] = {
    "block/get": lambda store: list_folder(store, EMPTY_FOLDER),
    "pin/ls": lambda store: store.pins(),
    "pin/rm": lambda store: store.unpin(HELLO),
    "dag/import": lambda store: store.add_bundle(bundle_of()),
    "add": lambda store: store.add_file(io.BytesIO(b"hello")),
    "block/put": lambda store: store.add_block(b"hello"),
}


@pytest.mark.parametrize("command", OPERATIONS)
@pytest.mark.parametrize("failure", [breaks_off, hangs_up])
def test_every_operation_says_that_the_node_is_gone(node: Node, command: str, failure: Answer) -> None:
    node.answers[command] = failure
    with pytest.raises(StoreUnavailable, match="no IPFS node answers"):
        OPERATIONS[command](node.store())


@pytest.mark.heavy
@pytest.mark.parametrize("command", sorted(set(OPERATIONS) - {"block/get"}))
def test_every_operation_gives_up_on_a_slow_node(node: Node, command: str) -> None:
    node.answers[command] = drips
    with pytest.raises(StoreUnavailable, match=f"did not finish {command} within 1 s"):
        OPERATIONS[command](node.store(timeout_s=1.0))


@pytest.mark.parametrize("command", OPERATIONS)
def test_every_operation_passes_on_that_the_nodes_disk_is_full(node: Node, command: str) -> None:
    node.answers[command] = refuses("write /data/ipfs/blocks: no space left on device")
    with pytest.raises(StoreError, match="no space left on device") as caught:
        OPERATIONS[command](node.store())
    assert "free disk space" in caught.value.next_step


@pytest.mark.parametrize("command", sorted(set(OPERATIONS) - {"block/get", "pin/rm"}))
@pytest.mark.parametrize("body", [b"{", b"[1]", b"null", b'"x"', b"\xff"])
def test_every_operation_refuses_an_answer_that_is_cut_or_of_another_shape(
    node: Node, command: str, body: bytes
) -> None:
    node.answers[command] = gives(body)
    with pytest.raises(StoreUnavailable, match="no IPFS RPC"):
        OPERATIONS[command](node.store())


def test_an_export_from_a_node_that_goes_away_fails_and_can_be_repeated(node: Node) -> None:
    blocks = dict(build(bytes(CHUNK) + b"tail"))
    root = next(cid for cid in blocks if cid.codec == DAG_PB)

    def two_then_none(call: Call) -> None:
        if call.node.calls.count("block/get") > 2:
            hangs_up(call)
        else:
            gives(blocks[Cid.parse(call.query["arg"])])(call)

    node.answers["block/get"] = two_then_none
    with pytest.raises(StoreUnavailable):
        export_car(node.store(), [root], io.BytesIO())
    node.answers["block/get"] = lambda call: gives(blocks[Cid.parse(call.query["arg"])])(call)
    assert export_car(node.store(), [root], io.BytesIO()).blocks == 3


def test_pins_of_other_kinds_are_left_out(node: Node) -> None:
    other = "bafyreihdb57fdysx5h35urvxz64ros7zvywshber7id6t6c6fek37jgyfe"
    lines = [json.dumps({"Cid": cid, "Type": "recursive"}) for cid in (str(HELLO), other)]
    node.answers["pin/ls"] = lambda call: call.send("\n".join(lines).encode())
    assert node.store().pins() == (HELLO,)


@pytest.mark.heavy
def test_many_pins_are_listed(node: Node) -> None:
    cids = sorted(Cid.raw(b"%d" % n) for n in range(20_000))
    lines = [json.dumps({"Cid": str(cid), "Type": "recursive"}) for cid in cids]
    node.answers["pin/ls"] = lambda call: call.send("\n".join(lines).encode())
    assert node.store().pins() == tuple(cids)
