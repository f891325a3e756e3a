"""Feeds and calendars, as the libraries of those who subscribe read them."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from hyperbounty.chain.asking import ask
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.feeds.atom import atom
from hyperbounty.web.site.feeds.calendar import calendar, folded
from hyperbounty.web.site.feeds.subscribed import Subscribed
from hyperbounty.web.site.happening import Deadline, Happening
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import HOUR, NAMELESS, Scene, new_scene, open_contest, published

SETTINGS = SiteSettings("https://contests.example/here")
TEXTS = st.text(st.characters(), max_size=300)
HOSTILE = (
    "<script>alert(1)</script>&amp;<![CDATA[",
    "a\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM",
    "a\nX-EVIL:1",
    "\x00\x01\x0b\x1b[2J\ufffe\uffff\ud800",
    "\u202egnp.exe \u2066x\u200b",
    "🏆" * 200,
    ";,\\n\\;:\"'",
    "&lt;!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "\u2028\u2029\x85",
)


@pytest.fixture
def client(scene: Scene) -> Iterator[TestClient]:
    with asking(scene) as made:
        yield made


def asking(scene: Scene, settings: SiteSettings = SETTINGS) -> TestClient:
    database = open_index(scene.database, families()).__enter__()
    return TestClient(create_app(Site(database, settings), site_families()))


def test_the_feed_of_all_contests_has_the_news_with_links_and_ids_that_stay(client: TestClient, scene: Scene) -> None:
    answer = client.get("/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    titles = [entry.title for entry in feed.entries]
    won, nameless = scene.numbers["won"], scene.numbers["nameless"]
    assert f"Contest {won} was won: 1.2 ETH paid" in titles
    assert f"Contest {won} opened: 1 ETH for “Does LTC rise within three steps?”" in titles
    assert f"Contest {nameless} opened: 1 ETH to win" in titles
    assert f"Contest {scene.numbers['cancelled']} was called off by its organizer" in titles
    assert f"The evaluator says that contest {scene.numbers['unscorable']} cannot be scored" in titles
    assert f"The scores of contest {scene.numbers['disputed']} were challenged" in titles
    assert not any("sealed entry" in title for title in titles)
    blocks = [entry.updated_parsed for entry in feed.entries]
    assert blocks == sorted(blocks, reverse=True)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert all(entry.link.startswith(f"{SETTINGS.public_url}/contests/") for entry in feed.entries)
    assert feed.feed.links[0].href == f"{SETTINGS.public_url}/feed.atom"


def test_the_feed_of_a_contest_has_all_that_happened_in_it_alone(client: TestClient, scene: Scene) -> None:
    number = scene.numbers["won"]
    feed = feedparser.parse(client.get(f"/contests/{number}/feed.atom").content)
    assert feed.feed.title == f"Contest {number}: Does LTC rise within three steps?"
    titles = [entry.title for entry in feed.entries]
    best = scene.participants[0].address
    assert f"{best} sealed entry 0 in contest {number}" in titles
    assert f"{best} was paid 0.84 ETH by contest {number}" in titles
    assert titles[-1].startswith(f"Contest {number} opened")
    assert {entry.link for entry in feed.entries} == {f"{SETTINGS.public_url}/contests/{number}"}


def test_the_feed_of_an_account_has_what_it_did_and_the_news_of_its_contests(client: TestClient, scene: Scene) -> None:
    mine, other = scene.participants[:2]
    answer = client.get(f"/accounts/{mine.address.lower()}/feed.atom")
    titles = [entry.title for entry in feedparser.parse(answer.content).entries]
    assert any(title.startswith(f"{mine.address} was paid") for title in titles)
    assert f"Contest {scene.numbers['won']} was won: 1.2 ETH paid" in titles
    assert not any(other.address in title for title in titles)
    assert f"Contest {scene.numbers['offer']} opened: 1 ETH for “Does LTC rise within three steps?”" not in titles


def test_what_nobody_has_or_the_operator_hides_has_no_feed(scene: Scene) -> None:
    hidden = f"/contests/{scene.numbers['won']}"
    with asking(scene, SiteSettings(hidden=frozenset({hidden}))) as client:
        for path in ("/contests/999/", "/contests/x/", f"{hidden}/"):
            assert client.get(f"{path}feed.atom").status_code == 404
            assert client.get(f"{path}calendar.ics").status_code == 404
        assert client.get("/accounts/0x12/feed.atom").status_code == 400
        feed = feedparser.parse(client.get("/feed.atom").content)
        assert not any(entry.link.endswith(hidden) for entry in feed.entries)
        assert feed.entries
        due = Calendar.from_ical(client.get("/calendar.ics").content)
        assert not any(str(event["URL"]).endswith(hidden) for event in due.events)


def test_an_account_of_which_nothing_is_known_has_an_empty_feed(client: TestClient) -> None:
    feed = feedparser.parse(client.get(f"/accounts/0x{'11' * 20}/feed.atom").content)
    assert not feed.bozo
    assert (feed.entries, bool(feed.feed.updated)) == ([], True)


def test_the_calendar_has_every_deadline_in_utc_with_two_alarms(client: TestClient, scene: Scene) -> None:
    number = scene.numbers["challenge"]
    answer = client.get(f"/contests/{number}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = {str(event["SUMMARY"]): event for event in Calendar.from_ical(answer.content).events}
    contest = scene.contest("challenge")
    assert {name: event.DTSTART for name, event in found.items()} == {
        f"Contest {number}: {what}": datetime.fromtimestamp(at or 0, UTC)
        for what, at in (
            ("entries close", contest.submit_ends),
            ("last moment to reveal", contest.reveal_ends),
            ("the key to the holdout is due", contest.key_ends),
            ("scores are due", contest.score_ends),
            ("last moment to challenge the scores", contest.challenge_ends),
        )
    }
    for event in found.values():
        alarms = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
        assert alarms == [timedelta(days=-1), timedelta(hours=-1)]
        assert str(event["STATUS"]) == "CONFIRMED"


def test_an_account_is_reminded_of_what_concerns_it(client: TestClient, scene: Scene) -> None:
    def due(account: str) -> set[str]:
        read = Calendar.from_ical(client.get(f"/accounts/{account}/calendar.ics").content)
        return {str(event["SUMMARY"]) for event in read.events}

    number = scene.numbers["submit"]
    assert f"Contest {number}: last moment to reveal" in due(scene.participants[0].address)
    assert f"Contest {number}: last moment to reveal" not in due(scene.evaluator.address)
    assert f"Contest {number}: scores are due" in due(scene.evaluator.address)
    assert f"Contest {scene.numbers['offer']}: the offer lapses" in due(scene.evaluator.address)
    sealing = f"Contest {scene.numbers['disputed']}: members of the panel seal their scores"
    assert sealing in due(scene.members[1].address)
    assert sealing not in due(scene.participants[0].address)


def test_a_deadline_that_moves_keeps_its_name_and_says_so(tmp_path: Path) -> None:
    scene = new_scene(tmp_path)
    open_contest(scene, "one", published(scene, "Will it move?"))

    def due() -> dict[str, tuple[str, int, datetime, str]]:
        scene.index()
        with asking(scene) as client:
            read = Calendar.from_ical(client.get("/contests/1/calendar.ics").content)
        return {
            str(event["SUMMARY"]).partition(": ")[2]: (
                str(event["UID"]), int(str(event["SEQUENCE"])), event.DTSTART, str(event["STATUS"])
            )
            for event in read.events
        }  # fmt: skip

    first = due()
    scene.contract.extend(scene.organizer, 1, HOUR)
    second = due()
    assert first.keys() == second.keys()
    for name, (uid, sequence, at, _) in first.items():
        assert second[name] == (uid, sequence + 1, at + timedelta(hours=1), "CONFIRMED")
    scene.contract.cancel(scene.organizer, 1)
    assert {each[1:4:2] for each in due().values()} == {(2, "CANCELLED")}


def test_an_entry_keeps_its_id_where_its_transaction_comes_into_another_block(tmp_path: Path) -> None:
    scene = new_scene(tmp_path)
    open_contest(scene, "one", NAMELESS)
    before = str(ask(scene.chain.w3, "evm_snapshot"))

    def sealed() -> dict[str, str]:
        scene.index()
        with asking(scene) as client:
            read = feedparser.parse(client.get("/contests/1/feed.atom").content)
        return {entry.title: entry.id for entry in read.entries}

    who, w3 = scene.participants[0], scene.chain.w3
    call = scene.contract.calls.submit(1, 0, b"c" * 32)
    fields = {
        "to": call.address,
        "data": call._encode_transaction_data(),
        "value": scene.contract.price(1).total,
        "chainId": scene.chain.chain_id,
        "nonce": int(ask(w3, "eth_getTransactionCount", who.address, "latest"), 16),
        "gas": 1_000_000,
        "maxFeePerGas": 20 * 10**9,
        "maxPriorityFeePerGas": 10**9,
    }
    raw = f"0x{who.sign_transaction(fields).raw_transaction.hex()}"
    ask(w3, "eth_sendRawTransaction", raw)
    first = sealed()
    assert ask(w3, "evm_revert", before)
    assert sealed().keys() < first.keys()
    # The same transaction again, a block later.
    ask(w3, "evm_mine")
    ask(w3, "eth_sendRawTransaction", raw)
    assert sealed() == first


@given(title=TEXTS | st.sampled_from(HOSTILE), text=TEXTS | st.sampled_from(HOSTILE))
def test_whatever_a_title_holds_the_feed_stays_a_feed(title: str, text: str) -> None:
    happening = Happening("a-b", "contest.opened", "7", "/contests/7", title, text, 1_800_000_000, 3, b"t" * 32)
    made = atom(Subscribed(title, "/", "/feed.atom", "https://x.example", 1), [happening], 0)
    root = ET.fromstring(made)  # noqa: S314 - our own
    assert len(list(root.iter("{http://www.w3.org/2005/Atom}entry"))) == 1
    assert b"<!" not in made
    read = feedparser.parse(io.BytesIO(made))
    assert not read.bozo
    assert len(read.entries) == 1
    for character in made.decode():
        assert character in "\n" or character.isprintable()


@given(title=TEXTS | st.sampled_from(HOSTILE), text=TEXTS | st.sampled_from(HOSTILE))
def test_whatever_a_title_holds_the_calendar_has_one_event_and_our_alarms(title: str, text: str) -> None:
    deadline = Deadline("d", "7", "/contests/7", title, text, 1_800_000_000, 2, False, 1_700_000_000)
    made = calendar(Subscribed(title, "/", "/calendar.ics", "https://x.example", 1), [deadline])
    for line in made.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no character is apart
    read = Calendar.from_ical(made)
    [event] = read.walk("VEVENT")
    assert not event.errors
    assert [str(alarm["ACTION"]) for alarm in event.walk("VALARM")] == ["DISPLAY", "DISPLAY"]
    assert set(event) == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP",
    }  # fmt: skip
    if title.isprintable() and title.isascii():
        assert str(event["SUMMARY"]) == title


@given(TEXTS.filter(lambda text: not set("\ud800\r\n") & set(text)))
def test_what_is_folded_can_be_unfolded(line: str) -> None:
    encodable = line.encode("utf-8", "ignore").decode()
    assert folded(encodable).replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == encodable


def test_a_deadline_beyond_all_calendars_is_left_out() -> None:
    deadline = Deadline("d", "7", "/contests/7", "late", "", 2**40, 0, False, 0)
    made = calendar(Subscribed("", "/", "/calendar.ics", "https://x.example", 1), [deadline])
    assert not Calendar.from_ical(made).events
