"""What streams tell, to whom, and what becomes of those who were away, are too many, or read nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import event

from hyperbounty.chain.asking import ask
from hyperbounty.database import Database
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.state import read_state
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.pulse import Pulse
from hyperbounty.web.site.serving import ABORT
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.streams import Streams, event_id
from tests.web.processes import until
from tests.web.scene import NAMELESS, Scene, enter, new_scene, open_contest
from tests.web.site.serving_site import Listener, Served, served


@pytest.fixture
def small(tmp_path: Path) -> Scene:
    """A chain with one contest, indexed."""
    scene = new_scene(tmp_path)
    open_contest(scene, "first", NAMELESS)
    scene.index()
    return scene


@pytest.fixture
def site(small: Scene) -> Iterator[Served]:
    with served(small.database) as made:
        yield made


def test_a_stream_says_where_it_begins_and_then_what_changed(small: Scene, site: Served) -> None:
    with Listener(site.url) as stream:
        first = stream.next()
        assert first.event == "block"
        open_contest(small, "second", NAMELESS)
        small.index()
        changed = stream.until("change")
        assert changed.paths == ["/contests/2"]
        assert changed.data["block"] == small.chain.block_number()
        assert changed.id.split("-")[0] == first.id.split("-")[0]
        assert int(changed.id.split("-")[1]) > int(first.id.split("-")[1])


def test_a_stream_of_one_contest_tells_of_no_other(small: Scene, site: Served) -> None:
    with Listener(site.url, contest="1") as stream:
        stream.next()
        open_contest(small, "second", NAMELESS)
        small.index()
        assert stream.next().event == "block"
        enter(small, "first")
        small.index()
        assert stream.until("change").paths == ["/contests/1"]


def test_a_stream_of_an_account_tells_of_its_contests_also_where_blocks_are_taken_back(
    small: Scene, site: Served
) -> None:
    account = small.participants[0].address
    before = str(ask(small.chain.w3, "evm_snapshot"))
    with Listener(site.url, account=account.lower()) as stream, Listener(site.url, account="0x" + "11" * 20) as other:
        assert [stream.next().event, other.next().event] == ["block", "block"]
        enter(small, "first")
        small.index()
        assert stream.until("change").paths == ["/contests/1"]
        assert ask(small.chain.w3, "evm_revert", before)
        open_contest(small, "second", NAMELESS)
        small.index()
        # The account has nothing to do with it any more: this is to be told.
        assert stream.until("change").paths == ["/contests/1"]
        assert other.next().event == "block"


def test_who_comes_again_is_told_what_it_missed(small: Scene, site: Served) -> None:
    with Listener(site.url) as stream:
        seen = stream.next().id
    open_contest(small, "second", NAMELESS)
    small.index()
    enter(small, "first")
    small.index()
    paths: list[str] = []
    with Listener(site.url, last_seen=seen) as again:
        while set(paths) != {"/contests/1", "/contests/2"}:
            paths += again.next().paths
    # Those who cannot set a header say it in the address; and a site that has just begun knows it too.
    with served(small.database) as fresh, Listener(fresh.url, since=seen) as stream:
        assert set(stream.next().paths) == {"/contests/1", "/contests/2"}


def test_a_page_that_was_made_before_the_stream_misses_nothing(small: Scene, site: Served) -> None:
    with open_index(small.database, families()) as database:
        state = database.read(read_state)
    assert state is not None
    enter(small, "first")
    small.index()
    with Listener(site.url, since=event_id(state)) as stream:
        assert stream.until("change").paths == ["/contests/1"]


@pytest.mark.parametrize(
    "since", ["ffffffff-1", "nonsense", "-", "x-" + "9" * 400, "{era}-999999", "{era}--1", "{era}-٣"]
)
def test_whose_id_is_of_no_version_begins_anew(site: Served, since: str) -> None:
    with Listener(site.url) as stream:
        era = stream.next().id.split("-")[0]
    with Listener(site.url, since=since.replace("{era}", era)) as again:
        assert again.next().event == "reset"


def test_where_more_was_missed_than_is_kept_everything_is_read_anew(small: Scene, tmp_path: Path) -> None:
    other = new_scene(tmp_path / "other")
    open_contest(other, "first", NAMELESS)
    other.index()
    with served(other.database) as site, Listener(site.url) as stream:
        seen = stream.next().id
    with served(small.database) as site, Listener(site.url, last_seen=seen) as stream:
        told = stream.next()
        assert told.event == "reset"
        assert told.id != seen


def test_a_site_whose_index_is_not_read_yet_tells_when_it_is(tmp_path: Path) -> None:
    scene = new_scene(tmp_path)
    with served(scene.database) as site, Listener(site.url) as stream:
        open_contest(scene, "first", NAMELESS)
        scene.index()
        assert stream.next().event == "block"


@pytest.mark.parametrize(("asked", "status"), [("account=0x12", 400), ("contest=1&account=0x" + "1" * 40, 400)])
def test_a_stream_about_nothing_known_is_refused_as_a_problem(site: Served, asked: str, status: int) -> None:
    answer = requests.get(f"{site.url}/events?{asked}", timeout=60)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["next_step"]


def test_head_of_a_stream_ends(site: Served) -> None:
    answer = requests.head(f"{site.url}/events", timeout=60)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_more_streams_than_there_is_room_for_are_told_to_come_later(small: Scene) -> None:
    with (
        served(small.database, SiteSettings(most_streams=2)) as site,
        Listener(site.url) as first,
        Listener(site.url) as second,
    ):
        assert [first.next().event, second.next().event] == ["block", "block"]
        refused = requests.get(f"{site.url}/events", timeout=60)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        first.close()
        # The place is free as soon as the site has seen that it went.
        until(lambda: requests.get(f"{site.url}/events", timeout=60, stream=True).status_code == 200)


def test_a_client_that_is_not_this_machine_has_so_many_and_no_more(small: Scene) -> None:
    async def opened(count: int) -> list[int]:
        statuses: list[int] = []
        waiting = asyncio.Event()

        async def still_there() -> dict[str, str]:
            await waiting.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        with open_index(small.database, families()) as database:
            app = create_app(Site(database, SiteSettings(most_streams_of_client=2)), site_families())
            scope = {"type": "http", "method": "GET", "query_string": b"", "headers": [], "client": ("203.0.113.7", 1)}
            async with app.state.pulse.beating(), app.state.streams.running():
                tasks = [asyncio.create_task(app.state.streams(dict(scope), still_there, send)) for _ in range(count)]
                while len(statuses) < count:
                    await asyncio.sleep(0)
                waiting.set()
                await asyncio.gather(*tasks)
                assert app.state.streams.count == 0
        return statuses

    assert asyncio.run(opened(3)) == [200, 200, 429]


def test_streams_end_when_the_site_does_even_those_that_nobody_reads(small: Scene) -> None:
    with served(small.database) as site, Listener(site.url) as stream:
        stream.next()
        with socket.create_connection(("127.0.0.1", int(site.url.rsplit(":", 1)[1]))) as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            silent.sendall(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n")
            until(lambda: site.app.state.streams.count == 2)
            site.stopped.set()
            site.thread.join()
        assert stream.line() in ("", None)
    assert not site.thread.is_alive()


@pytest.mark.parametrize("is_ending", [False, True])
def test_who_takes_nothing_is_cut_off(small: Scene, is_ending: bool) -> None:
    cut: list[bool] = []

    async def attempt() -> None:
        blocked, gone = asyncio.Event(), asyncio.Event()

        def abort() -> None:
            cut.append(True)
            gone.set()

        async def receive() -> dict[str, str]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            # As a server does whose client takes nothing: it waits until the connection is cut.
            if message["type"] == "http.response.body":
                blocked.set()
                await gone.wait()

        with open_index(small.database, families()) as database:
            pulse = Pulse(database, [])
            patience_s = 3_600.0 if is_ending else 0.0
            streams = Streams(Site(database, SiteSettings()), site_families(), pulse, 0.01, patience_s)
            scope = {"type": "http", "method": "GET", "query_string": b"", "headers": [], "state": {ABORT: abort}}
            async with pulse.beating(), streams.running():
                task = asyncio.create_task(streams(scope, receive, send))  # type: ignore[arg-type]
                await blocked.wait()
                assert streams.count == 1
                if is_ending:
                    streams.end()
                await task
                assert streams.count == 0

    asyncio.run(attempt())
    assert cut == [True]


def test_a_quiet_stream_has_a_heartbeat_that_means_nothing(small: Scene) -> None:
    async def attempt() -> list[bytes]:
        bodies: list[bytes] = []
        enough = asyncio.Event()

        async def receive() -> dict[str, str]:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, bytes]) -> None:
            bodies.append(message.get("body", b""))
            if bodies.count(b":\n\n") == 3:
                enough.set()

        with open_index(small.database, families()) as database:
            pulse = Pulse(database, [])
            streams = Streams(Site(database, SiteSettings()), site_families(), pulse, 0.01)
            scope = {"type": "http", "method": "GET", "query_string": b"", "headers": []}
            async with pulse.beating(), streams.running():
                await streams(scope, receive, send)  # type: ignore[arg-type]
        return bodies

    bodies = asyncio.run(attempt())
    assert b"event: block" in bodies[1]
    assert set(bodies[2:]) == {b":\n\n", b""}


def test_all_streams_are_told_of_a_version_by_one_look_at_the_database(small: Scene) -> None:
    looks: list[str] = []

    async def attempt(database: Database) -> None:
        told, waiting = asyncio.Event(), asyncio.Event()
        seen = 0

        async def receive() -> dict[str, str]:
            await told.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, bytes]) -> None:
            nonlocal seen
            seen += b"event: change" in message.get("body", b"")
            if seen == 20:
                told.set()
            if b"event: block" in message.get("body", b""):
                waiting.set()

        pulse = Pulse(database, [])
        streams = Streams(Site(database, SiteSettings(most_streams_of_client=20)), site_families(), pulse)
        about = [b"", b"contest=2", b"account=" + small.organizer.address.encode()]
        scope = {"type": "http", "method": "GET", "headers": [], "client": ("203.0.113.7", 1)}
        async with pulse.beating(), streams.running():
            tasks = [
                asyncio.create_task(streams({**scope, "query_string": about[number % 3]}, receive, send))  # type: ignore[arg-type]
                for number in range(20)
            ]
            await waiting.wait()
            looks.clear()
            open_contest(small, "second", NAMELESS, is_accepted=False)
            await asyncio.to_thread(small.index)
            await asyncio.gather(*tasks)

    with open_index(small.database, families()) as database:
        engine = database._engine
        event.listen(engine, "before_cursor_execute", lambda *args: looks.append(args[2]))
        asyncio.run(attempt(database))
    # The process of the index may come to it in several versions.
    assert 1 <= sum("index_changes" in look for look in looks) <= 6
