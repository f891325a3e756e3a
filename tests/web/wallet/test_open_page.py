"""The form of a contest: what it says beside what `organizer check` says of the file that it gives."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from hyperbounty.chain.devnet import Devnet
from hyperbounty.money import Asset
from hyperbounty.web.bounty.draft_keys import KEYS
from hyperbounty.web.bounty.drafts import draft
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from organizer.bounty.contest_file import LAYOUT
from tests.bounty.usual_terms import usual_terms
from tests.end_to_end.shell import Shell, units
from tests.end_to_end.steps import SAMPLE
from tests.web.scene import Scene, new_scene

EVALUATOR: Final = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
MEMBERS: Final = ", ".join("0x" + digit * 40 for digit in "987")
FILLED: Final = {"coin": "LTC", "reward": "1 ether", "evaluator": EVALUATOR, "holdout": "future", "future_rows": "1200"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    scene: Scene = new_scene(tmp_path_factory.mktemp("scene"))
    scene.contract.open(scene.organizer, usual_terms(scene.chain.timestamp(), scene.evaluator.address))
    scene.index()
    with (
        open_index(scene.database, families()) as database,
        TestClient(create_app(Site(database, SiteSettings()), site_families()), client=("127.0.0.1", 50_000)) as made,
    ):
        yield made


def test_the_form_has_every_key_of_the_contest_file() -> None:
    found = {name: {key.name for key in KEYS if key.section == name} for name in LAYOUT.sections}
    assert found == {name: set(keys) for name, keys in LAYOUT.sections.items()}


def test_an_empty_form_says_what_it_waits_for(client: TestClient) -> None:
    page = client.get("/open")
    assert page.status_code == 200
    assert "Fill in the form" in page.text
    assert "What is wrong with it" not in page.text


def test_a_form_is_answered_with_what_it_comes_to(client: TestClient) -> None:
    page = client.get("/open", params=FILLED).text
    assert "1.1 ETH" in page
    assert "Luck alone is paid" in page
    assert "there is no panel" in page.lower()
    assert "contest.toml" in page


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"reward": "one"}, "reward"),
        ({"reward": "0"}, "reward"),
        ({"evaluator": "ada"}, "evaluator"),
        ({"coin": "ltc"}, "coin"),
        ({"coin": ""}, "coin"),
        ({"shares": "60, 30"}, "shares"),
        ({"shares": "100, 0"}, "shares"),
        ({"panel": MEMBERS + ", 0x" + "6" * 40}, "panel"),
        ({"panel": EVALUATOR}, "panel"),
        ({"panel": MEMBERS, "panel_fee": "1 ether"}, "panel_fee"),
        ({"reveal_time": "1m"}, "reveal_time"),
        ({"reveal_time": "soon"}, "reveal_time"),
        ({"future_rows": "10"}, "future_rows"),
        ({"luck": "0%"}, "luck"),
        ({"max_submissions": "1"}, "max_submissions"),
        ({"max_submissions": "9" * 300}, "max_submissions"),
        ({"title": "a\u202eb"}, "title"),
        ({"holdout": "<b>"}, "holdout"),
        ({"cores": "nan"}, "cores"),
        ({"metric": "luck"}, "metric"),
        ({"backend": "<b>"}, "backend"),
        ({"lanes": "8"}, "lanes"),
        ({"backend": "jax", "lanes": "65"}, "lanes"),
        ({"holdout": "sealed"}, "private_data"),
        ({"holdout": "sealed", "private_data": "maybe"}, "private_data"),
        ({"holdout": "sealed", "private_data": "yes", "holdout_fraction": "100%"}, "holdout_fraction"),
        ({"allow_luck": "1"}, "allow_luck"),
        ({"asset": "USDC"}, "asset"),
    ],
)
def test_what_is_wrong_is_named_and_no_file_is_given(client: TestClient, changes: dict[str, str], name: str) -> None:
    written = {**FILLED, **changes}
    assert name in draft(written, 10**9, 31_337).faults
    page = client.get("/open", params=written)
    assert page.status_code == 200
    assert "What is wrong with it" in page.text
    assert f'href="#key-{name}"' in page.text
    assert "\u202e" not in page.text
    assert "<b>" not in page.text.replace("<b>It pays", "")
    assert client.get("/open/contest.toml", params=written).status_code == 400


def test_the_file_says_what_the_form_says(client: TestClient) -> None:
    title = 'Does "LTC" rise? \u00e9\u4e2d\U0001f40e \\ # = ['
    more = {"title": title, "panel": MEMBERS, "shares": "60 30 10", "minimum": "57%", "run_time": "1m 30s"}
    answer = client.get("/open/contest.toml", params={**FILLED, **more})
    assert answer.headers["content-disposition"] == 'attachment; filename="contest.toml"'
    said: dict[str, Any] = tomllib.loads(answer.text)
    assert said["task"]["title"] == title
    assert said["reward"]["shares"] == ["60%", "30%", "10%"]
    assert said["panel"]["panel"] == ["0x" + digit * 40 for digit in "789"]
    assert said["bar"] == {"minimum": "57%"}
    assert said["limits"]["max_submissions"] == 256
    assert {name: set(keys) <= set(LAYOUT.sections[name]) for name, keys in said.items()} == dict.fromkeys(said, True)


def test_a_sealed_holdout_and_another_backend_stand_in_the_file(client: TestClient) -> None:
    more = {"holdout": "sealed", "private_data": "yes", "holdout_fraction": "25%", "metric": "mcc", "allow_luck": "yes"}
    text = client.get("/open/contest.toml", params={**FILLED, **more, "backend": "jax", "lanes": "8"}).text
    said: dict[str, Any] = tomllib.loads(text)
    assert said["prices"] == {"prices": "prices", "holdout": "sealed", "private_data": True, "holdout_fraction": "25%"}
    assert {name: said["task"][name] for name in ("metric", "backend", "lanes")} == {
        "metric": "mcc",
        "backend": "jax",
        "lanes": 8,
    }
    assert said["bar"] == {"luck": "5%", "allow_luck": True}


def test_amounts_of_a_token_are_read_by_its_digits() -> None:
    clear = Asset("0x" + "1c" * 20, "CLR", 6)
    made = draft(
        {**FILLED, "asset": clear.address, "reward": "2.5 clr", "bond": "0.000001"}, 10**9, 31_337, None, clear
    )
    assert made.faults == {}
    assert (made.terms.asset, made.terms.reward, made.terms.bond) == (clear, 2_500_000, 1)
    for wrong in ("1 ether", "0.0000001"):
        assert "reward" in draft({**FILLED, "reward": wrong}, 10**9, 31_337, None, clear).faults
    said: dict[str, Any] = tomllib.loads(made.file())
    assert said["reward"]["asset"].lower() == clear.address
    assert said["reward"]["reward"] == "2.5 clr"


def test_without_a_node_a_token_cannot_be_asked_about(client: TestClient) -> None:
    page = client.get("/open", params={**FILLED, "asset": "0x" + "1c" * 20})
    assert 'href="#key-asset"' in page.text
    assert "asks no node" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert client.get("/open/contest.toml", params={**FILLED, "asset": "0x" + "1c" * 20}).status_code == 400


@pytest.mark.heavy
def test_the_command_takes_the_file_and_says_the_same(
    client: TestClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = {**FILLED, "panel": MEMBERS, "max_submissions": "16", "run_time": "20s", "score_time": "7d"}
    made = draft(written, 10**9, 31_337)
    (tmp_path / "contest.toml").write_text(client.get("/open/contest.toml", params=written).text)
    with Devnet(port=0) as devnet:
        shell = Shell(tmp_path / "home", devnet.url, capsys)
        contract = shell("deploy", "HyperparameterBounty", account="devnet-0")["contract"]
        shell("organizer", "fetch", "--csv", SAMPLE, "--out", tmp_path / "prices")
        found = shell(
            "organizer", "check", tmp_path / "contest.toml", "--no-training", "--contract", contract, account="devnet-2"
        )
    assert found["refusals"] == []
    assert units(found["escrow"]) == made.terms.escrow
    assert units(found["entry_fee"]) == made.terms.entry_fee
    assert units(found["evaluator_bond"]) == made.terms.evaluator_bond
    assert units(found["organizer_bond"]) == made.terms.bond
    ends, planned = dict(made.deadlines), found["planned_ends"]
    for earlier, later in (("submit", "reveal"), ("reveal", "score"), ("score", "challenge")):
        assert planned[f"{later}_ends"] - planned[f"{earlier}_ends"] == ends[later] - ends[earlier]
    # What the form warns of, the command warns of too; it knows the prices besides.
    assert set(made.cautions) <= set(found["cautions"])
