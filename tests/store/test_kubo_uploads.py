"""Uploads to an IPFS node that confirms nothing, breaks off or has no time, and of what cannot be read."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator

import pytest

from hyperbounty.errors import ContentMismatch, StoreError, StoreUnavailable
from hyperbounty.store import Bundle, Cid
from tests.store.faulty_node import HELLO, Answer, Call, Node, bundle_of, hangs_up, says


def _imported(*roots: tuple[object, str]) -> Answer:
    lines = [json.dumps({"Root": {"Cid": {"/": str(cid)}, "PinErrorMsg": why}}) for cid, why in roots]
    return lambda call: call.send("\n".join(lines).encode())


def test_a_bundle_is_sent_as_a_car_and_confirmed(node: Node) -> None:
    node.answers["dag/import"] = _imported((HELLO, ""))
    node.store().add_bundle(bundle_of())
    assert node.queries[-1]["pin-roots"] == "true"
    # Kubo's answer may name the same block in the form of the oldest CIDs, and may count what it took.
    node.answers["dag/import"] = lambda call: call.send(
        json.dumps({"Root": {"Cid": {"/": str(HELLO)}, "PinErrorMsg": ""}}).encode()
        + b'\n{"Stats":{"BlockCount":1,"BlockBytesCount":5}}\n'
    )
    node.store().add_bundle(bundle_of())


@pytest.mark.parametrize("said", [[], [("garbage", "")], [(Cid.raw(b"other"), "")]])
def test_a_root_that_the_node_does_not_confirm_is_not_taken_for_pinned(
    node: Node, said: list[tuple[object, str]]
) -> None:
    node.answers["dag/import"] = _imported(*said)
    with pytest.raises(StoreError, match=f"did not pin {HELLO}: it says nothing"):
        node.store().add_bundle(bundle_of())


def test_a_root_that_the_node_cannot_pin_is_said_with_its_reason(node: Node) -> None:
    node.answers["dag/import"] = _imported((HELLO, "lock file is held"))
    with pytest.raises(StoreError, match="lock file is held"):
        node.store().add_bundle(bundle_of())


def test_a_wrong_block_stops_the_upload(node: Node) -> None:
    node.answers["dag/import"] = _imported((HELLO, ""))
    with pytest.raises(ContentMismatch, match=str(HELLO)):
        node.store(patience_s=30.0).add_bundle(bundle_of((Cid.raw(b"a"), b"a"), (HELLO, b"hellO")))
    assert node.completed.count("dag/import") == 0


def test_a_source_that_cannot_be_read_is_not_the_nodes_fault(node: Node) -> None:
    class Unreadable(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    node.answers["add"] = says({"Hash": str(HELLO)})
    with pytest.raises(OSError, match="Input/output error") as caught:
        node.store(patience_s=30.0).add_file(Unreadable(b"hello"))
    assert not isinstance(caught.value, StoreError)
    assert node.completed.count("add") == 0


def test_an_upload_from_a_stream_is_repeated_from_its_beginning(node: Node) -> None:
    def fail_once(call: Call) -> None:
        (hangs_up if call.node.calls.count("add") == 1 else says({"Hash": str(HELLO)}))(call)

    node.answers["add"] = fail_once
    stream = io.BytesIO(b"oh, hello")
    stream.seek(4)
    assert node.store(patience_s=30.0).add_file(stream) == HELLO
    assert all(body.count(b"hello") == 1 and b"oh," not in body for body in node.bodies[-2:])


def test_an_upload_for_which_there_is_no_time_left_is_given_up(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    node.answers["dag/import"] = _imported((HELLO, ""))
    real, passed = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed[0])

    def blocks() -> Iterator[tuple[Cid, bytes]]:
        yield Cid.raw(b"first"), b"first"
        passed[0] = 100.0
        yield HELLO, b"hello"

    with pytest.raises(StoreUnavailable, match="did not finish dag/import within 10 s"):
        node.store(patience_s=30.0).add_bundle(Bundle((HELLO,), 10, blocks))
    assert node.completed.count("dag/import") == 0
