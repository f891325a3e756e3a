"""What is told by webhook: once, signed, until it is taken, and as no more where it is no more."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.chain.asking import ask
from hyperbounty.config.file import read_file
from hyperbounty.config.settings import resolve
from hyperbounty.config.showing import rows
from hyperbounty.config.webhooks import Webhook
from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.webhooks.notifier import Notifier
from hyperbounty.web.site.webhooks.outbox import FIRST_PAUSE_S, GIVEN_UP_AFTER_S
from hyperbounty.web.site.webhooks.outlets import (
    Failure,
    Message,
    Outlet,
    SenderOutlet,
    WebhookOutlet,
    outlets,
    secret_of,
)
from hyperbounty.web.site.webhooks.tables import SCHEMA, MessageState
from tests.web.indexing import indexing
from tests.web.processes import until
from tests.web.scene import NAMELESS, enter, new_scene, open_contest, published, reveal
from tests.web.site.hooked import SECRET, WRITTEN_SECRET, Received, hooked

SETTINGS = SiteSettings("https://contests.example")
TOKEN = "a-token-in-the-address"
LOOK_S = 600


class Clock:
    """Stands, until somebody moves it. It is near that of this machine, since signatures have a time."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


class Telling:
    """A chain with one contest, its index, and who tells of it."""

    def __init__(self, folder: Path, where: Path | str, outlet: Outlet, settings: SiteSettings = SETTINGS) -> None:
        self.scene = new_scene(folder)
        self.where = where
        self.outlet = outlet
        self.settings = settings
        self.clock = Clock()

    def index(self) -> None:
        with indexing(self.where, self.scene.contract, from_block=0) as process:
            process.catch_up()

    @contextmanager
    def notifier(self) -> Iterator[Notifier]:
        with closing(Database(self.where, SCHEMA)) as database:
            yield Notifier(database, self.settings, site_families(), [self.outlet], self.clock)

    def tell(self) -> None:
        """Have the index read on, and send all that is due."""
        self.index()
        with self.notifier() as notifier:
            notifier.collect()
            self.deliver(notifier)

    def deliver(self, notifier: Notifier) -> None:
        while notifier.deliver(self.outlet):
            pass

    def states(self) -> dict[MessageState, int]:
        with self.notifier() as notifier:
            return {state: count for (_, state), count in notifier.outbox.count().items()}


def webhook(url: str, *pages: str) -> WebhookOutlet:
    return WebhookOutlet(Webhook("chat", url, secret_variable="HOOK", pages=pages), SECRET)


@pytest.fixture
def received() -> Iterator[Received]:
    with hooked() as made:
        yield made


@pytest.fixture
def telling(tmp_path: Path, database_place: Path | str, received: Received) -> Telling:
    made = Telling(tmp_path, database_place, webhook(received.url))
    open_contest(made.scene, "old", NAMELESS)
    made.tell()
    return made


def test_what_happens_from_now_on_is_told_once_in_order(telling: Telling, received: Received) -> None:
    assert received.ids == []
    open_contest(telling.scene, "new", published(telling.scene, "=cmd \U0001f3c6"), sponsor=10**17)
    enter(telling.scene, "new")
    telling.tell()
    telling.tell()
    assert [body["type"] for body in received.bodies] == ["contest.opened", "contest.started", "contest.sponsored"]
    assert len(set(received.ids)) == 3
    first = received.bodies[0]["data"]
    assert first["title"] == "Contest 2 opened: 1 ETH to win"
    assert first["url"] == "https://contests.example/contests/2"
    assert first["chain_id"] == telling.scene.chain.chain_id
    assert telling.states() == {MessageState.DELIVERED: 3}


def test_what_is_not_taken_is_sent_again_under_the_same_id_ever_later(telling: Telling, received: Received) -> None:
    received.answers = [500, 503, 301]
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    for pause in (FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S):
        telling.clock.now += pause - 1
        before = len(received.ids)
        telling.tell()
        assert len(received.ids) == before
        telling.clock.now += 1
        telling.tell()
        assert len(received.ids) == before + 1
    assert len(set(received.ids)) == 1
    assert telling.states() == {MessageState.DELIVERED: 1}


def test_what_is_not_taken_for_a_day_is_given_up_and_that_is_said(
    telling: Telling, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[float] = []

    def send(_: str) -> bool:
        tries.append(telling.clock.now)
        return False

    telling.outlet = SenderOutlet(telling.outlet.name, send)
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    with telling.notifier() as notifier:
        while telling.states() == {MessageState.WAITING: 1}:
            telling.clock.now += LOOK_S
            telling.deliver(notifier)
    assert GIVEN_UP_AFTER_S <= tries[-1] - tries[0] <= GIVEN_UP_AFTER_S + LOOK_S
    assert telling.states() == {MessageState.GIVEN_UP: 1}
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses[:-1] == sorted(pauses[:-1])
    [said] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said.startswith("webhook chat: message msg_")
    assert said.endswith(" is given up: it does not take messages")


def test_an_address_that_is_gone_is_not_asked_again_for_that_message(telling: Telling, received: Received) -> None:
    received.answers = [410]
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    assert telling.states() == {MessageState.GIVEN_UP: 1}


def test_a_redirect_is_not_followed(telling: Telling, received: Received) -> None:
    with hooked() as other:
        received.location, received.answers = other.url, [307]
        telling.scene.contract.cancel(telling.scene.organizer, 1)
        telling.tell()
        assert other.ids == []
    assert telling.states() == {MessageState.WAITING: 1}


def test_what_was_told_and_is_no_more_is_told_as_such_and_again_where_it_comes_again(
    telling: Telling, received: Received
) -> None:
    chain = telling.scene.chain.w3
    before = str(ask(chain, "evm_snapshot"))
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    assert ask(chain, "evm_revert", before)
    ask(chain, "evm_mine")
    telling.tell()
    assert [body["type"] for body in received.bodies] == ["contest.cancelled", "taken-back"]
    told, back = (body["data"] for body in received.bodies)
    assert back["id"] == told["id"]
    assert back["was"] == "contest.cancelled"
    assert back["title"] == "It did not happen after all: Contest 1 was called off by its organizer"
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    assert received.bodies[2]["type"] == "contest.cancelled"
    assert len(set(received.ids)) == 3


def test_what_was_taken_back_before_anybody_was_told_is_not_told(telling: Telling, received: Received) -> None:
    chain = telling.scene.chain.w3
    before = str(ask(chain, "evm_snapshot"))
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.index()
    with telling.notifier() as notifier:
        assert notifier.collect() == 1
    assert ask(chain, "evm_revert", before)
    ask(chain, "evm_mine")
    telling.tell()
    assert received.ids == []
    assert telling.states() == {MessageState.WITHDRAWN: 1}


def test_a_chain_that_began_anew_is_told_of_from_its_beginning_on(
    telling: Telling, received: Received, tmp_path: Path
) -> None:
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    telling.scene = new_scene(tmp_path / "other")
    open_contest(telling.scene, "there", NAMELESS)
    telling.tell()
    # What stood there when it was first seen is no news, and of the old chain nothing is taken back.
    assert [body["type"] for body in received.bodies] == ["contest.cancelled"]
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    assert len(received.ids) == 2


def test_a_process_that_ends_while_it_sends_sends_it_again_under_the_same_id(
    telling: Telling, received: Received
) -> None:
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.index()
    with telling.notifier() as notifier:
        notifier.collect()
        taken = notifier.outbox.take(telling.outlet.name)
        assert taken is not None
        assert telling.outlet.send(taken.message, telling.clock()) is None
        # It ends here.
    telling.tell()
    assert len(received.ids) == 1
    telling.clock.now += FIRST_PAUSE_S
    telling.tell()
    assert len(received.ids) == 2
    assert len(set(received.ids)) == 1
    assert telling.states() == {MessageState.DELIVERED: 1}


def test_of_many_that_serve_one_sends(telling: Telling, received: Received) -> None:
    for name in "abc":
        open_contest(telling.scene, name, NAMELESS)
    telling.index()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with telling.notifier() as notifier:
                notifier.collect()
                telling.deliver(notifier)
        except BaseException as error:  # noqa: BLE001 - of a thread, for the test
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(received.ids) == len(set(received.ids)) == 6


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ("/contests/1", ["contest.submitted"] * 4 + ["contest.revealed"]),
        ("/contests/2", ["contest.opened", "contest.accepted", "contest.started"]),
        ("/accounts/{0}", ["contest.submitted", "contest.revealed"]),
        ("/accounts/{1}", ["contest.submitted"]),
        ("/accounts/0x" + "11" * 20, []),
    ],
)
def test_who_asks_for_a_page_is_told_of_that(tmp_path: Path, received: Received, page: str, kinds: list[str]) -> None:
    telling = Telling(tmp_path, tmp_path / "index.sqlite", webhook(received.url))
    scene = telling.scene
    page = page.format(*(account.address for account in scene.participants))
    telling.outlet = webhook(received.url, page)
    open_contest(scene, "first", NAMELESS)
    telling.tell()
    enter(scene, "first")
    open_contest(scene, "second", NAMELESS)
    scene.chain.advance_to(scene.contest("first").submit_ends or 0)
    reveal(scene, "first", some=1)
    telling.tell()
    assert [body["type"] for body in received.bodies] == kinds


def test_what_the_operator_hides_is_not_told(tmp_path: Path, received: Received) -> None:
    hiding = SiteSettings(hidden=frozenset({"/contests/2"}))
    telling = Telling(tmp_path, tmp_path / "index.sqlite", webhook(received.url), hiding)
    open_contest(telling.scene, "first", NAMELESS)
    telling.tell()
    open_contest(telling.scene, "second", NAMELESS)
    open_contest(telling.scene, "third", NAMELESS)
    telling.tell()
    assert {body["data"]["subject"] for body in received.bodies} == {"3"}


def test_apprise_is_told_the_same_in_a_line(tmp_path: Path) -> None:
    lines: list[str] = []
    answers = [False, True]

    def send(line: str) -> bool:
        lines.append(line)
        return answers.pop(0)

    telling = Telling(tmp_path, tmp_path / "index.sqlite", SenderOutlet("address 1", send))
    open_contest(telling.scene, "first", NAMELESS)
    telling.tell()
    telling.scene.contract.cancel(telling.scene.organizer, 1)
    telling.tell()
    telling.clock.now += FIRST_PAUSE_S
    telling.tell()
    line = (
        "Contest 1 was called off by its organizer. Everybody has back what they put in."
        " https://contests.example/contests/1"
    )
    assert lines == [line, line]
    assert telling.states() == {MessageState.DELIVERED: 1}


def test_threads_beside_a_site_tell_what_happens(telling: Telling, received: Received) -> None:
    with telling.notifier() as notifier, notifier.running():
        telling.scene.contract.cancel(telling.scene.organizer, 1)
        telling.index()
        until(lambda: received.ids)
    assert received.titles == ["Contest 1 was called off by its organizer"]


# ---------------------------------------------------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "url", [f"http://127.0.0.1:9/{TOKEN}", f"http://user:{TOKEN}@127.0.0.1:9/", f"https://nowhere.invalid/{TOKEN}"]
)
def test_nothing_of_an_address_or_a_secret_is_in_a_failure_or_a_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hyperbounty")
    outlet = webhook(url)
    failure = outlet.send(Message("msg_1", "{}", ""), 1.0)
    assert isinstance(failure, Failure)
    said = f"{failure} {outlet!r} {outlet.name} {caplog.text} {Webhook('chat', url)!r}"
    assert TOKEN not in said
    assert WRITTEN_SECRET not in said
    assert SECRET.decode() not in said


def settled(folder: Path, text: str) -> Any:
    file = folder / "hyperbounty.toml"
    file.write_text(text)
    return resolve({}, {}, read_file(file), folder=folder)


def test_the_operators_file_names_addresses_and_where_their_secrets_are(tmp_path: Path) -> None:
    (tmp_path / "hook.secret").write_text(f"{WRITTEN_SECRET}\n")
    settings = settled(
        tmp_path,
        f'[web.webhooks.chat]\nurl = "https://chat.example/{TOKEN}"\nsecret_file = "hook.secret"\n'
        f'pages = ["/contests/7"]\n[web.webhooks.other]\nurl = "http://127.0.0.1:9/"\nsecret_variable = "HOOK"\n',
    )
    chat, other = settings.web.webhooks
    assert (chat.name, chat.pages, secret_of(chat, {})) == ("chat", ("/contests/7",), SECRET)
    assert secret_of(other, {"HOOK": WRITTEN_SECRET}) == SECRET
    [row] = [row for row in rows(settings) if row.key == "web.webhooks"]
    assert (row.value, row.text) == (["chat", "other"], "chat, other")
    assert TOKEN not in f"{settings!r}"
    assert [each.name for each in outlets(settings.web.webhooks, [], {"HOOK": WRITTEN_SECRET})] == [
        "webhook chat",
        "webhook other",
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (f'url = "https://x.example/"\nsecret = "{WRITTEN_SECRET}"', "put that into a file"),
        (f'url = "https://x.example/{WRITTEN_SECRET}"\nsecret_variable = "A"', "put that into a file"),
        ('url = "https://x.example/"', "secret_file or secret_variable"),
        ('secret_variable = "A"', "a table with a url"),
        ('url = "ftp://x.example/"\nsecret_variable = "A"', "an address such as"),
        ('url = "https://x.example/"\nsecret_variable = "A B"', "name of a variable"),
        ('url = "https://x.example/"\nsecret_variable = "A"\npages = ["contests/7"]', "a list of pages"),
        ('url = "https://x.example/"\nsecret_variable = "A"\npages = ["/accounts/7"]', "0x and 40"),
        ('url = "https://x.example/"\nsecret_variable = "A"\nsubjects = [7]', "a table of url"),
    ],
)
def test_a_slip_in_the_table_is_named_and_no_secret_repeated(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        settled(tmp_path, f"[web.webhooks.chat]\n{table}\n")
    assert says in str(caught.value)
    assert "hyperbounty.toml" in caught.value.what
    assert WRITTEN_SECRET not in str(caught.value)


@pytest.mark.parametrize("written", ["", "whsec_", "whsec_c2hvcnQ=", "not-a-secret-" + TOKEN, "whsec_*" + TOKEN])
def test_a_secret_that_is_none_is_not_repeated(tmp_path: Path, written: str) -> None:
    file = tmp_path / "secret"
    file.write_text(written)
    for hook in (Webhook("chat", "", secret_file=file), Webhook("chat", "", secret_variable="HOOK")):
        with pytest.raises(InvalidInput, match="webhook chat") as caught:
            secret_of(hook, {"HOOK": written})
        assert TOKEN not in str(caught.value)
    with pytest.raises(InvalidInput, match="cannot be read"):
        secret_of(Webhook("chat", "", secret_file=tmp_path / "nothing"), {})
