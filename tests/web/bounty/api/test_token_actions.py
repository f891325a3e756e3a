"""Calls of a contest in a token: the token is told first what the contract may take, and then the call is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from fastapi.testclient import TestClient

from hyperbounty.chain.artifacts import Artifact
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.bounty.api.test_actions import open_terms
from tests.web.scene import Scene, new_scene, open_contest, published

LEFT_OVER = 5
HELD = 10_000


class World:
    """A scene with a contest in a token that wants an allowance cleared before it is changed."""

    def __init__(self, scene: Scene, client: TestClient) -> None:
        self.scene = scene
        self.client = client
        found = json.loads((Path(__file__).parents[4] / "contracts/artifacts/test/ClearFirstToken.json").read_text())
        artifact = Artifact("token", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
        self.address, _ = scene.chain.deploy(artifact, scene.accounts[0])
        self.token = scene.chain.contract(self.address, artifact.abi)
        scene.chain.send(self.token.functions.mint(scene.organizer.address, HELD), scene.accounts[0])

    def ask(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1{path}", json=body)

    def send(self, account: LocalAccount, call: dict[str, Any]) -> None:
        """Sign what was given as it is, as a wallet does."""
        assert int(call["value"], 16) == 0
        self.scene.chain.send_data(account, call["to"], bytes.fromhex(call["data"][2:]))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    scene = new_scene(tmp_path_factory.mktemp("token"))
    # What the terms of another contest are taken from.
    open_contest(scene, "submit", published(scene, "Does LTC rise?"))
    scene.index()
    with open_index(scene.database, families()) as database:
        site = Site(database, SiteSettings(), node=lambda: nullcontext(scene.chain))
        with TestClient(create_app(site, site_families())) as client:
            yield World(scene, client)


def test_what_a_token_must_allow_comes_first(world: World) -> None:
    scene, organizer = world.scene, world.scene.organizer
    terms = {**open_terms(scene), "asset": world.address, "reward": "1000", "organizer_bond": "100"}
    scene.chain.send(world.token.functions.approve(scene.contract.address, LEFT_OVER), organizer)
    asked = world.ask("/actions/open", account=organizer.address, terms=terms)
    assert asked.status_code == 200, asked.text
    call = asked.json()
    assert (call["value"], call["gas"]) == ("0x0", None)
    # It refuses to change one amount into another, so what is left over is cleared.
    assert [step["to"] for step in call["first"]] == [world.address] * 2
    for step in call["first"]:
        world.send(organizer, step)
    again = world.ask("/actions/open", account=organizer.address, terms=terms).json()
    assert again["first"] == []
    assert int(again["gas"], 16) > 0
    world.send(organizer, again)
    assert world.token.functions.balanceOf(scene.contract.address).call() == 1_100
    assert world.token.functions.allowance(organizer.address, scene.contract.address).call() == 0


def test_who_holds_too_little_is_told(world: World) -> None:
    terms = {**open_terms(world.scene), "asset": world.address, "reward": str(2 * HELD)}
    answer = world.ask("/actions/open", account=world.scene.organizer.address, terms=terms)
    assert answer.status_code == 409
    assert "holds" in answer.json()["detail"]


def test_what_is_no_token_is_refused(world: World) -> None:
    terms = {**open_terms(world.scene), "asset": world.scene.evaluator.address}
    answer = world.ask("/actions/open", account=world.scene.organizer.address, terms=terms)
    assert (answer.status_code, "is not a token" in answer.json()["detail"]) == (409, True)


def test_a_credit_that_is_none_is_refused_in_the_contracts_words(world: World) -> None:
    answer = world.ask("/actions/withdraw", account=world.scene.organizer.address, asset=world.address)
    assert (answer.status_code, answer.json()["reason"]) == (409, "NothingToWithdraw")
