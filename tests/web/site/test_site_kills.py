"""A site that is killed again and again, while blocks come and are taken back: nobody who listens misses anything."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import requests

from hyperbounty.chain.asking import ask
from hyperbounty.web.index.changes import Change, changes_after
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.state import State, read_state
from hyperbounty.web.site.serving import listen
from tests.web.processes import until
from tests.web.scene import NAMELESS, Scene, new_scene, open_contest
from tests.web.site.hooked import Received, hooked
from tests.web.site.serving_site import Listener, Told

pytestmark = pytest.mark.heavy
ROUNDS = 4


@contextmanager
def killed(database: Path, port: int, hook: str = "") -> Iterator[None]:
    """A site that answers inside, and is killed at the end."""
    command = [
        sys.executable,
        "-m",
        "tests.web.site.served_process",
        str(database),
        str(port),
        *([hook] if hook else []),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.kill()


@dataclass
class Follower:
    """Listens, and comes again with the last id that it saw, as browsers do."""

    url: str
    told: list[Told] = field(default_factory=list)
    is_over: bool = False
    pause: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.is_over:
            with suppress(requests.RequestException, AssertionError):
                last = self.told[-1].id if self.told else ""
                with Listener(self.url, last_seen=last) as stream:
                    while not self.is_over:
                        self.told.append(stream.next())
            self.pause.wait(0.1)


def journal(scene: Scene, since: int) -> tuple[State, list[Change]]:
    with open_index(scene.database, families()) as database:
        found = database.read(lambda c: (read_state(c), changes_after(c, since)))
    state, changes = found
    assert state is not None
    assert changes is not None
    return state, list(changes)


def _is_more(received: Received, than: int) -> bool:
    return len(received.ids) > than


def a_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


def test_who_listens_misses_nothing_though_the_site_is_killed_and_blocks_are_taken_back(tmp_path: Path) -> None:
    scene, chance, port = new_scene(tmp_path), random.Random(19), a_port()
    open_contest(scene, "0", NAMELESS)
    scene.index()
    follower = Follower(f"http://127.0.0.1:{port}")
    thread = threading.Thread(target=follower.run)
    with killed(scene.database, port):
        thread.start()
        until(lambda: follower.told)
    first = int(follower.told[0].id.split("-")[1])
    for number in range(1, ROUNDS):
        before = str(ask(scene.chain.w3, "evm_snapshot"))
        open_contest(scene, str(number), NAMELESS)
        if chance.random() < 0.5:
            scene.index()
        with killed(scene.database, port):
            scene.index()
            if chance.random() < 0.5:
                assert ask(scene.chain.w3, "evm_revert", before)
                open_contest(scene, f"{number}b", NAMELESS, is_accepted=False)
                scene.index()
    state, changes = journal(scene, first)
    with killed(scene.database, port):
        until(lambda: int(follower.told[-1].id.split("-")[1]) >= state.version)
        follower.is_over = True
        scene.chain.advance_to(scene.chain.timestamp() + 1)
        scene.index()
        thread.join()
    assert len(changes) >= ROUNDS - 1
    versions = [int(told.id.split("-")[1]) for told in follower.told]
    for change in changes:
        place = next(place for place, version in enumerate(versions) if version >= change.version)
        told = follower.told[place]
        assert told.event == "reset" or f"/contests/{change.subject}" in told.paths


def test_a_killed_process_tells_a_webhook_everything_and_nothing_under_two_ids(tmp_path: Path) -> None:
    scene, port = new_scene(tmp_path), a_port()
    open_contest(scene, "0", NAMELESS)
    scene.index()
    with hooked() as received:

        def told() -> set[tuple[str, str]]:
            return {(body["type"], body["data"]["subject"]) for body in received.bodies}

        with killed(scene.database, port, received.url):
            # Until it has seen what there is, nothing is news.
            while not received.ids:
                open_contest(scene, "more", NAMELESS, is_accepted=False)
                scene.index()
        wanted: set[tuple[str, str]] = set()
        for _ in range(ROUNDS // 2):
            open_contest(scene, "next", NAMELESS)
            number = str(scene.numbers["next"])
            wanted |= {("contest.opened", number), ("contest.started", number)}
            scene.index()
            before = len(received.ids)
            with killed(scene.database, port, received.url):
                # It dies while it sends, mostly.
                until(partial(_is_more, received, before))
        # What was being sent is sent again when its next try is due.
        with killed(scene.database, port, received.url):
            until(lambda: wanted <= told(), 300.0)
    by_happening: dict[str, set[str]] = {}
    for message, body in zip(received.ids, received.bodies, strict=True):
        by_happening.setdefault(body["data"]["id"], set()).add(message)
    assert all(len(ids) == 1 for ids in by_happening.values())
