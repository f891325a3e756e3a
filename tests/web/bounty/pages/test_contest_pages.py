"""The page of a contest in each of its states: what it says, what can be done, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from hyperbounty.bounty.types import Phase
from hyperbounty.money import COIN
from hyperbounty.web.site.settings import SiteSettings
from tests.web.bounty.pages.reading import Read, read, reading
from tests.web.scene import SPECS, Scene

NAMES = (
    *("offer", "submit", "reveal", "score", "challenge", "disputed"),
    *("won", "refunded", "void", "unscorable", "cancelled", "nameless"),
)


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    with reading(scene) as made:
        yield made


def page(client: TestClient, scene: Scene, name: str) -> Read:
    return read(client, f"/contests/{scene.numbers[name]}")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_and_has_nothing_that_its_policy_forbids(client: TestClient, scene: Scene, name: str) -> None:
    seen = page(client, scene, name)
    assert len(seen.all("h1")) == 1
    for tag, attributes in seen.tags:
        assert "style" not in attributes
        assert not any(key.startswith("on") for key in attributes)
        for key in ("src", "href"):
            assert (attributes.get(key) or "/").startswith(("/", "#")), (tag, attributes)
    assert not re.search(r"\b(?:nan|inf|None|undefined)\b", seen.text)


@pytest.mark.parametrize("name", NAMES)
def test_the_present_is_one_place_of_the_rail(client: TestClient, scene: Scene, name: str) -> None:
    current = [each for each in page(client, scene, name).all("li") if each.get("aria-current") == "step"]
    assert len(current) == (0 if scene.contest(name).phase in (Phase.SETTLED, Phase.CANCELLED) else 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_wait_has_its_date_and_counts_down_by_the_chain(client: TestClient, scene: Scene, name: str) -> None:
    contest = scene.contest(name)
    if contest.phase in (Phase.SETTLED, Phase.CANCELLED):
        return
    answer = client.get(f"/contests/{contest.number}").text
    (ends,) = {int(each) for each in re.findall(r'data-until="(\d+)"', answer)}
    dispute = scene.contract.dispute(contest.number)
    assert ends in (
        contest.accept_ends,
        contest.submit_ends,
        contest.reveal_ends,
        contest.score_ends,
        contest.challenge_ends,
        dispute.seal_ends,
    )
    assert ends > scene.chain.timestamp()
    assert f'data-now="{scene.chain.timestamp()}"' in answer


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("offer", "hyperbounty evaluator accept {}"),
        ("submit", "hyperbounty participant submit {} --spec FILE"),
        ("reveal", "hyperbounty participant reveal {}"),
        ("challenge", "hyperbounty participant challenge {}"),
        ("disputed", "hyperbounty evaluator run {}"),
    ],
)
def test_what_can_be_done_has_its_command_and_its_risk(
    client: TestClient, scene: Scene, name: str, command: str
) -> None:
    seen = page(client, scene, name)
    assert command.format(scene.numbers[name]) in seen.text
    assert len(seen.classed("risk")) == 1
    (place,) = seen.classed("act")
    assert place["id"] == "act"
    assert place["data-contest"] == str(scene.numbers[name])
    assert place["data-contract"] == scene.contract.address


def test_the_risk_of_an_entry_is_its_price(client: TestClient, scene: Scene) -> None:
    contest = scene.contest("submit")
    assert f"You pay {COIN.shown(contest.price_at(contest.standing).total)}." in page(client, scene, "submit").text


def test_before_its_reveal_an_entry_shows_nothing_but_who_and_when(client: TestClient, scene: Scene) -> None:
    seen = page(client, scene, "submit")
    assert "4 sealed" in seen.text
    for participant, spec in zip(scene.participants, SPECS, strict=True):
        assert any(each.get("title") == participant.address for each in seen.all("a"))
        assert spec.describe() not in seen.text


def test_half_open_entries_are_counted(client: TestClient, scene: Scene) -> None:
    seen = page(client, scene, "reveal")
    assert "2 of 4 specs are open." in seen.text
    assert SPECS[0].describe() in seen.text
    assert SPECS[3].describe() not in seen.text


def test_rows_share_an_axis_and_places_that_cannot_be_told_apart_are_joined(client: TestClient, scene: Scene) -> None:
    seen = page(client, scene, "won")
    assert len(seen.classed("ruler")) == len(SPECS)
    bars = {tuple(sorted(each.items())) for each in seen.classed("bar") if each.get("y2") == "100%"}
    assert len(bars) == 1
    assert len(seen.classed("tie")) >= 1
    assert "1–2" in seen.text
    # What diverged has no dot.
    assert len(seen.classed("dot")) == len(SPECS) - 1
    assert "won 0.84 ETH" in seen.text


def test_a_dispute_grows_a_branch(client: TestClient, scene: Scene) -> None:
    assert len(page(client, scene, "disputed").classed("branch")) == 3
    assert page(client, scene, "challenge").classed("branch") == []
    assert "1 of 3 have sealed what they found" in page(client, scene, "disputed").text


def test_a_holdout_is_a_field_until_its_key_is_there(client: TestClient, scene: Scene) -> None:
    sealed, opened = page(client, scene, "submit").text, page(client, scene, "won").text
    assert "the grey field is the holdout, sealed" in sealed
    assert "and the holdout on grey" in opened


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("refunded", "Nobody won: no entry reached the bar."),
        ("void", "the organizer published no key"),
        ("unscorable", "the prices behind the key are not those that the manifest names"),
        ("cancelled", "Called off"),
        ("offer", "Waits for its evaluator to accept."),
    ],
)
def test_an_end_says_why(client: TestClient, scene: Scene, name: str, said: str) -> None:
    assert said in page(client, scene, name).text


def test_a_missing_manifest_says_what_holds(client: TestClient, scene: Scene) -> None:
    text = page(client, scene, "nameless").text
    assert "The manifest was not found yet." in text or "Nobody has the manifest." in text
    assert "Money, deadlines and seals hold all the same" in text
    assert "participant submit" not in text
    assert str(scene.folder) not in text


def test_a_hidden_contest_says_so_and_no_list_has_it(scene: Scene) -> None:
    number = scene.numbers["won"]
    with reading(scene, SiteSettings(hidden=frozenset({f"/contests/{number}"}))) as client:
        answer = client.get(f"/contests/{number}")
        assert answer.status_code in (404, 410, 451)
        assert "the operator of this site hides contest" in answer.text.lower()
        listed = client.get("/").text
        assert f'/contests/{number}"' not in listed
        assert f'/contests/{scene.numbers["submit"]}"' in listed
        participant = scene.participants[0].address
        assert f"/contests/{number}" not in client.get(f"/accounts/{participant}").text
        assert client.get(f"/contests/{number}/entries/{participant}/0").status_code == answer.status_code


@pytest.mark.parametrize("path", ["/contests/999", "/contests/x", f"/contests/{10**30}", "/?page=0", "/nothing"])
def test_what_is_not_there_shows_the_way_back(client: TestClient, path: str) -> None:
    seen = read(client, path, 404)
    assert any(each.get("href") == "/" for each in seen.all("a"))
    assert "Next:" in seen.text


@pytest.mark.filterwarnings("ignore:The `root_path` parameter")
def test_below_a_sub_path_every_link_is_below_it(scene: Scene) -> None:
    with reading(scene, SiteSettings(root_path="/below")) as client:
        for path in ("/", f"/contests/{scene.numbers['won']}", "/status", f"/accounts/{scene.organizer.address}"):
            seen = read(client, path)
            for key, tag in (("href", "a"), ("href", "link"), ("src", "script")):
                for each in seen.all(tag):
                    assert (each[key] or "").startswith(("/below/", "#")), each
