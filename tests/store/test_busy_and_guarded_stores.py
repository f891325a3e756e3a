"""Gateways and nodes that ask for patience or for credentials."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import ContentNotFound, InvalidInput, StoreAccessRefused, StoreUnavailable
from hyperbounty.store import Access, Cid, fetch, open_store
from hyperbounty.store.access import parse_credentials
from hyperbounty.store.gateways import Gateways
from hyperbounty.store.kubo import KuboStore
from hyperbounty.store.unixfs import build
from tests.store import faulty_node
from tests.store.faulty_node import Node, hurried
from tests.store.gateway_server import Answer, Call, Gateway, fails, serves
from tests.store.generated import opened

CHUNK = 256 * 1024
HELLO = Cid.raw(b"hello")
HONEST = serves({HELLO: b"hello"})
SECRET = "a-long-token-0123456789"
Start = Callable[[Answer], Gateway]


class Clock:
    """Time that passes while somebody waits, and no otherwise."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self.said: list[str] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def access(self, patience: float = 30.0, **credentials: object) -> Access:
        return Access(
            patience,
            lambda _, reason: self.said.append(reason),
            sleep=self.sleep,
            monotonic=lambda: self.now,
            **credentials,  # type: ignore[arg-type]
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a gateway that lasts as long as the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(Gateway(answer))


def busy(status: int, times: int, then: Answer, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
    left = [times]

    def answer(call: Call) -> None:
        left[0] -= 1
        if left[0] >= 0:
            call.send(b"<html>busy</html>", status=status, headers={"Content-Type": "text/html", **headers})
        else:
            then(call)

    return answer


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_gateway_is_asked_again(start: Start, clock: Clock, status: int) -> None:
    gateway = start(busy(status, 3, HONEST))
    assert Gateways([gateway.url], access=clock.access()).block(HELLO) == b"hello"
    assert clock.pauses == [0.25, 0.5, 1.0]
    assert all(f"{gateway.url} is busy (HTTP {status})" in reason for reason in clock.said)


def test_a_gateway_is_left_in_peace_for_as_long_as_it_asks(start: Start, clock: Clock) -> None:
    date = format_datetime(datetime.fromtimestamp(datetime.now(UTC).timestamp() + 50, UTC), usegmt=True)
    for header, least, most in (("45", 45.0, 45.0), (date, 40.0, 50.0)):
        gateway = start(busy(429, 1, HONEST, {"Retry-After": header}))
        clock.pauses.clear()
        assert Gateways([gateway.url], access=clock.access(10.0)).block(HELLO) == b"hello"
        [pause] = clock.pauses
        assert least <= pause <= most


def test_a_whole_file_comes_through_a_gateway_that_limits_requests(start: Start, clock: Clock, tmp_path: Path) -> None:
    """Five requests, then a refusal with Retry-After, over and over."""
    blocks = dict(build(opened(12 * CHUNK + 9).read()))
    *_, root = blocks
    count = itertools.count(1)
    refused: list[int] = []

    def limited(call: Call) -> None:
        number = next(count)
        if number % 6 == 0:
            refused.append(number)
            call.send(b"", status=429, headers={"Retry-After": "2"})
        else:
            serves(blocks)(call)

    store = open_store(None, tmp_path / "store", [start(limited).url], clock.access(5.0))
    assert fetch(store, root, tmp_path / "file").size == 12 * CHUNK + 9
    # What was on its way when the gateway refused may be refused with it, and one pause is for all of them.
    assert 1 <= len(clock.pauses) <= len(refused)
    assert {*clock.pauses} == {2.0}
    assert next(count) == 1 + len(blocks) + len(refused)


def test_who_is_busy_is_not_waited_for_while_another_has_it(start: Start, clock: Clock) -> None:
    blocks = {Cid.raw(bytes([n])): bytes([n]) for n in range(4)}
    resting = start(busy(429, 1, serves(blocks), {"Retry-After": "60"}))
    other = start(serves(blocks))
    both = Gateways([resting.url, other.url], access=clock.access())
    for cid, block in blocks.items():
        assert both.block(cid) == block
    assert clock.pauses == []
    assert (len(resting.asked), len(other.asked)) == (1, 4)


def test_who_is_busy_is_waited_for_where_nobody_else_has_it(start: Start, clock: Clock) -> None:
    empty, resting = start(serves({})), start(busy(503, 2, HONEST, {"Retry-After": "7"}))
    assert Gateways([empty.url, resting.url], access=clock.access()).block(HELLO) == b"hello"
    assert clock.pauses == [7.0, 7.0]
    # Who has said that it lacks the block is not asked for it again.
    assert len(empty.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_gateway_that_stays_busy_is_said_to_be_so(start: Start, clock: Clock, status: int) -> None:
    gateway = start(busy(status, 10**6, HONEST))
    with pytest.raises(StoreUnavailable, match=f"busy .HTTP {status}.*asked again for") as caught:
        Gateways([gateway.url], access=clock.access(20.0)).block(HELLO)
    assert sum(clock.pauses) == pytest.approx(20.0)
    assert "publisher" not in caught.value.next_step
    assert "same command again" in caught.value.next_step


def test_a_gateway_that_worked_and_goes_away_is_asked_again(start: Start, clock: Clock) -> None:
    def hang_up(call: Call) -> None:
        call.connection.close()
        call.close_connection = True

    gateway = start(HONEST)
    asked = Gateways([gateway.url], access=clock.access())
    asked.block(HELLO)
    left = [2]

    def away_for_a_while(call: Call) -> None:
        left[0] -= 1
        (hang_up if left[0] >= 0 else HONEST)(call)

    gateway.answer = away_for_a_while
    assert asked.block(HELLO) == b"hello"
    assert clock.pauses == [0.25, 0.5]


# Guarded ones.


@pytest.mark.parametrize("status", [401, 403])
def test_a_guarded_gateway_is_named_so(start: Start, status: int) -> None:
    guarded, empty = start(fails(status)), start(serves({}))
    for addresses in ([guarded.url], [guarded.url, empty.url], [empty.url, guarded.url]):
        with pytest.raises(StoreAccessRefused, match=f"access refused by {guarded.url} .HTTP {status}") as caught:
            Gateways(addresses, access=Access(0.0)).block(HELLO)
        assert "publisher" not in str(caught.value)
        assert "HYPERBOUNTY_GATEWAY_AUTH" in caught.value.next_step


def test_credentials_go_to_their_gateway_and_to_no_other(start: Start) -> None:
    def guarded(call: Call) -> None:
        (HONEST if call.headers["Authorization"] == f"Bearer {SECRET}" else fails(401))(call)

    guard, other = start(guarded), start(serves({}))
    host = guard.url.removeprefix("http://")
    access = Access.from_environment({"HYPERBOUNTY_GATEWAY_AUTH": f"example.org=basic:a:b {host}=bearer:{SECRET}"})
    assert Gateways([other.url, guard.url], access=access).block(HELLO) == b"hello"
    assert "Authorization" not in other.requests[0][1]


def test_credentials_that_are_refused_are_said_to_be_so_and_not_repeated(start: Start) -> None:
    gateway = start(fails(403))
    access = Access.from_environment({"HYPERBOUNTY_GATEWAY_AUTH": f"127.0.0.1=bearer:{SECRET}"}, 0.0)
    with pytest.raises(StoreAccessRefused, match="check the credentials in HYPERBOUNTY_GATEWAY_AUTH") as caught:
        Gateways([gateway.url], access=access).block(HELLO)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(access)


@pytest.mark.parametrize("status", [401, 403])
def test_a_guarded_node_is_named_so(node: Node, status: int) -> None:
    node.answers["version"] = faulty_node.page(status)
    with pytest.raises(StoreAccessRefused, match=f"access refused by the IPFS node at .*HTTP {status}") as caught:
        node.store()
    assert "no IPFS RPC" not in str(caught.value)
    assert "HYPERBOUNTY_IPFS_AUTH" in caught.value.next_step


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (f"bearer:{SECRET}", f"Bearer {SECRET}"),
        ("basic:ada:pass:w ö", "Basic " + base64.b64encode("ada:pass:w ö".encode()).decode()),
    ],
)
def test_a_node_is_shown_its_credentials(node: Node, text: str, header: str) -> None:
    def guarded(call: faulty_node.Call) -> None:
        right = call.headers["Authorization"] == header
        (faulty_node.says({"Version": "0.39.0"}) if right else faulty_node.page(401))(call)

    node.answers["version"] = guarded
    access = Access.from_environment({"HYPERBOUNTY_IPFS_AUTH": text})
    assert "0.39.0" in KuboStore(node.address, access=access).describe()


def test_a_password_in_netrc_is_not_sent_to_a_node(node: Node, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[str | None] = []

    def answer(call: faulty_node.Call) -> None:
        seen.append(call.headers["Authorization"])
        faulty_node.says({"Version": "0.39.0"})(call)

    node.answers["version"] = answer
    node.store()
    assert seen == [None]


@pytest.mark.parametrize("address", ["http://ipfs.example.org:5001", "/dns/ipfs.example.org/tcp/5001"])
def test_credentials_do_not_travel_in_the_clear(address: str, tmp_path: Path) -> None:
    access = Access.from_environment(
        {"HYPERBOUNTY_IPFS_AUTH": f"bearer:{SECRET}", "HYPERBOUNTY_GATEWAY_AUTH": f"ipfs.example.org=bearer:{SECRET}"}
    )
    with pytest.raises(InvalidInput, match=r"HYPERBOUNTY_IPFS_AUTH would go to ipfs\.example\.org in the clear"):
        KuboStore(address, access=access)
    with pytest.raises(InvalidInput, match=r"HYPERBOUNTY_GATEWAY_AUTH would go to ipfs\.example\.org in the clear"):
        open_store(None, tmp_path, ["http://ipfs.example.org"], access)
    open_store(None, tmp_path, ["https://ipfs.example.org"], access)


@pytest.mark.parametrize("address", ["http://me:hunter2@127.0.0.1:5001", "https://me:hunter2@ipfs.example.org"])
def test_a_password_in_an_address_is_refused_with_where_it_belongs(address: str, tmp_path: Path) -> None:
    for ipfs, gateways in ((address, ()), (None, (address,))):
        with pytest.raises(InvalidInput, match=r"holds a user or a password; .*HYPERBOUNTY_.*_AUTH") as caught:
            open_store(ipfs, tmp_path, gateways)
        assert "hunter2" not in str(caught.value)


@given(st.text(max_size=30))
def test_whatever_is_given_as_credentials_is_taken_or_refused_and_not_repeated(text: str) -> None:
    secret = f"{text}{SECRET} \x00"
    with pytest.raises(InvalidInput, match="holds no credentials") as caught:
        parse_credentials(secret.replace(":", ""), "HYPERBOUNTY_IPFS_AUTH")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", [f"bearer:{SECRET}", f"a:b:c=bearer:{SECRET}", f"=bearer:{SECRET}", SECRET])
def test_gateway_credentials_without_a_gateway_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="HYPERBOUNTY_GATEWAY_AUTH") as caught:
        Access.from_environment({"HYPERBOUNTY_GATEWAY_AUTH": text})
    assert SECRET not in str(caught.value)


def test_a_busy_node_is_waited_for_from_its_first_answer_on(node: Node) -> None:
    def busy_twice(call: faulty_node.Call) -> None:
        (faulty_node.page(503) if node.calls.count("version") < 3 else faulty_node.says({"Version": "0.39.0"}))(call)

    node.answers["version"] = busy_twice
    assert "0.39.0" in node.store(patience_s=30.0).describe()
    node.answers["block/get"] = faulty_node.page(503)
    with pytest.raises(StoreUnavailable, match=r"is busy: HTTP 503 in block/get, asked again for"):
        KuboStore(node.address, access=hurried(5.0)).get(HELLO)


def test_what_is_no_gateway_is_no_reason_to_ask_the_publisher(start: Start) -> None:
    page = start(lambda call: call.send(b"<title>Just a moment...</title>", headers={"Content-Type": "text/html"}))
    with pytest.raises(StoreUnavailable, match="no trustless gateway") as caught:
        Gateways([page.url], access=Access(0.0)).block(HELLO)
    assert "publisher" not in caught.value.next_step
    with pytest.raises(ContentNotFound, match="publisher"):
        Gateways([page.url, start(serves({})).url], access=Access(0.0)).block(HELLO)
