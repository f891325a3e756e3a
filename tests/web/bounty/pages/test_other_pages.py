"""Home, entry, account and status: what they show, and what they say where there is nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.index.tables import STATE
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.bounty.pages.reading import read, reading
from tests.web.scene import SPECS, Scene, new_scene


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    with reading(scene) as made:
        yield made


def test_what_can_be_entered_comes_first_and_what_ended_last(client: TestClient, scene: Scene) -> None:
    seen = read(client, "/")
    order = [
        int((each["href"] or "").rsplit("/", 1)[1]) for each in seen.classed("ask") if (each.get("href") or "").strip()
    ]
    assert sorted(order) == sorted(scene.numbers.values())
    assert set(order[:2]) == {scene.numbers["submit"], scene.numbers["nameless"]}
    ended = {scene.numbers[name] for name in ("won", "refunded", "void", "unscorable", "cancelled")}
    assert set(order[-len(ended) :]) == ended
    assert len(seen.classed("ruler")) == len(order)


def test_a_site_without_contests_says_how_to_open_one(tmp_path: Path) -> None:
    scene = new_scene(tmp_path)
    scene.index()
    with reading(scene) as client:
        seen = read(client, "/")
    assert "No contest runs here yet" in seen.text
    assert "hyperbounty organizer open" in seen.text
    assert any(each.get("href") == "/feed.atom" for each in seen.all("a"))


def test_a_sealed_entry_shows_only_who_and_when(client: TestClient, scene: Scene) -> None:
    participant = scene.participants[0].address
    seen = read(client, f"/contests/{scene.numbers['submit']}/entries/{participant}/0")
    assert "Only its participant can open it" in seen.text
    assert SPECS[0].describe() not in seen.text
    assert seen.classed("ruler") == []


def test_an_open_entry_shows_its_spec_in_words_and_word_by_word(client: TestClient, scene: Scene) -> None:
    participant = scene.participants[0].address
    seen = read(client, f"/contests/{scene.numbers['won']}/entries/{participant}/0")
    assert SPECS[0].describe() in seen.text.replace("\u00a0", " ")
    assert f"0x{SPECS[0].word.hex()}" in seen.text
    assert "recurrent units 1 018 24" in seen.text
    assert "Training loss after each epoch" in seen.text
    assert "0.84 ETH" in seen.text
    assert "1–2 of 4" in seen.text


@pytest.mark.parametrize("slot", ["1", "99999999999999999999", "-1", "x"])
def test_an_entry_that_is_not_there_is_told(client: TestClient, scene: Scene, slot: str) -> None:
    participant = scene.participants[0].address
    read(client, f"/contests/{scene.numbers['won']}/entries/{participant}/{slot}", 404)


def test_an_account_shows_its_record_in_each_role(client: TestClient, scene: Scene) -> None:
    organizer = read(client, f"/accounts/{scene.organizer.address}").text
    assert "1 won, 1 refunded, 2 void, 1 disputed" in organizer
    evaluator = read(client, f"/accounts/{scene.evaluator.address}").text
    assert "scored" in evaluator
    participant = read(client, f"/accounts/{scene.participants[0].address}").text
    assert SPECS[0].describe() in participant
    assert "sealed" in participant


def test_an_account_that_did_nothing_says_so(client: TestClient) -> None:
    assert "Nothing yet" in read(client, "/accounts/0x000000000000000000000000000000000000dEaD").text


def test_an_address_is_shown_with_its_checksum_alone(client: TestClient, scene: Scene) -> None:
    address = scene.organizer.address
    answer = client.get(f"/accounts/{address.lower()}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"/accounts/{address}")
    read(client, f"/accounts/{address[:-1]}", 404)
    read(client, "/accounts/" + "x" * 3_000, 404)


def test_the_status_page_names_block_node_and_documents(client: TestClient, scene: Scene) -> None:
    text = read(client, "/status").text
    assert scene.contract.address in text
    assert "Up to date" in text
    assert "There" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "stopped", "reason": "the chain was <b>rebuilt</b>", "next_step": "begin anew"}, "has stopped"),
        ({"status": "waiting", "reason": "the node does not answer"}, "waits for its node"),
        ({"status": "reading"}, "still being read"),
        ({"head": 10_000}, "blocks behind the node"),
    ],
)
def test_every_page_says_where_the_index_is_not_up_to_date(
    tmp_path: Path, scene: Scene, changes: dict[str, object], said: str
) -> None:
    copy = tmp_path / "index.sqlite"
    copy.write_bytes(scene.database.read_bytes())
    with open_index(copy, families()) as database:
        database.write(lambda rows: rows.execute(update(STATE).values(**changes)))
        with TestClient(create_app(Site(database, SiteSettings()), site_families())) as client:
            paths = (
                "/",
                f"/contests/{scene.numbers['won']}",
                f"/accounts/{scene.organizer.address}",
                "/status",
                "/nix",
            )
            for path in paths:
                text = client.get(path).text
                assert said in text, path
                assert "<b>rebuilt" not in text


def test_fifty_rows_take_a_few_milliseconds(client: TestClient) -> None:
    """Of the processor's time: a busy machine does not trip it, and ten times the goal is a defect."""
    client.get("/")
    before = time.process_time()
    for page in range(2, 12):
        # Another address each time, so that it is made anew.
        client.get(f"/?page=1&again={page}")
    assert (time.process_time() - before) / 10 < 0.1
