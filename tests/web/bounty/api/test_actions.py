"""Calls of the contract for wallets: what is given does what was asked, and what would fail is refused beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperbounty.web.bounty.api.action_bodies import MOST_APPENDED
from tests.bounty.usual_terms import KEY
from tests.web.scene import ETHER, HOUR, Scene


def ask(client: TestClient, scene: Scene, action: str, contest: str | None = None, **body: Any) -> Any:
    """The answer to a question about an action."""
    where = "" if contest is None else f"/contests/{scene.numbers[contest]}"
    content = json.dumps(body)
    return client.post(
        f"/api/v1{where}/actions/{action}", content=content, headers={"content-type": "application/json"}
    )


def word(octets: bytes) -> str:
    return "0x" + octets.hex()


def test_a_commitment_is_submitted_at_its_price(client: TestClient, scene: Scene) -> None:
    participant = scene.participants[0]
    body = {"account": participant.address, "slot": 1, "commitment": word(b"c" * 32), "appended": "0xabcd"}
    answer = ask(client, scene, "submit", "submit", **body)
    assert answer.status_code == 200, answer.text
    call = answer.json()
    contest = scene.contest("submit")
    function = scene.contract.calls.submit(contest.number, 1, b"c" * 32)
    meant = scene.chain.unsigned(function, scene.contract.most_to_submit(contest.number), bytes.fromhex("abcd"))
    assert (call["to"], call["data"], int(call["value"], 16)) == (meant.to, word(meant.data), meant.value)
    assert call["chainId"] == scene.chain.chain_id
    assert call["first"] == []
    assert int(call["gas"], 16) > 21_000
    assert call["block"]["number"] == scene.chain.block_number()


def test_what_stands_is_replaced_for_nothing(client: TestClient, scene: Scene) -> None:
    body = {"account": scene.participants[0].address, "slot": 0, "commitment": word(b"c" * 32)}
    assert ask(client, scene, "submit", "submit", **body).json()["value"] == "0x0"


def test_every_call_that_is_possible_now_is_given(client: TestClient, scene: Scene) -> None:
    organizer, evaluator, participant = scene.organizer.address, scene.evaluator.address, scene.participants[2].address
    entry = scene.entries[scene.numbers["reveal"], participant, 0]
    possible: list[tuple[str, str, dict[str, Any]]] = [
        ("accept", "offer", {"account": evaluator}),
        ("cancel", "offer", {"account": organizer}),
        ("sponsor", "submit", {"account": organizer, "amount": "1000"}),
        ("withdrawSubmission", "submit", {"account": participant, "slot": 0}),
        ("extend", "submit", {"account": organizer, "seconds": 60}),
        ("reveal", "reveal", {"account": participant, "slot": 0, "spec": word(entry.spec), "salt": word(entry.salt)}),
        ("publishHoldoutKey", "score", {"account": organizer, "key": word(KEY)}),
        ("challenge", "challenge", {"account": participant}),
        ("claim", "void", {"account": organizer, "indexes": [1, 0, 1]}),
    ]
    for action, contest, body in possible:
        answer = ask(client, scene, action, contest, **body)
        assert answer.status_code == 200, (action, answer.text)
        selector = scene.contract.calls[action].abi["name"]
        name, arguments = scene.contract._contract.decode_function_input(answer.json()["data"])
        assert name.fn_name == selector == action
        assert arguments["contest"] == scene.numbers[contest]


def test_what_would_fail_is_refused_in_the_contracts_words(client: TestClient, scene: Scene) -> None:
    who = scene.participants[0].address
    refused: list[tuple[str, str, dict[str, Any], str]] = [
        ("settle", "submit", {}, "WrongPhase"),
        ("resolve", "won", {}, "WrongPhase"),
        ("cancel", "submit", {}, "NotOrganizer"),
        ("acceptSeat", "offer", {"seat": 0}, "NoSuchSeat"),
        ("reclaim", "won", {}, "NotReturned"),
        ("reveal", "reveal", {"slot": 0, "spec": word(b"s" * 32), "salt": word(b"t" * 32)}, "AlreadyRevealed"),
    ]
    for action, contest, body, reason in refused:
        answer = ask(client, scene, action, contest, account=who, **body)
        problem = answer.json()
        assert (answer.status_code, problem["reason"]) == (409, reason), (action, problem)
        assert answer.headers["content-type"] == "application/problem+json"
        assert reason in problem["detail"]
        assert problem["next_step"]


def test_who_cannot_pay_is_told(client: TestClient, scene: Scene) -> None:
    poor = "0x" + "ab" * 20
    body = {"account": poor, "slot": 0, "commitment": word(b"c" * 32)}
    answer = ask(client, scene, "submit", "submit", **body)
    assert answer.status_code == 409
    assert "holds" in answer.json()["detail"] or "fund" in answer.json()["detail"]


def test_a_contest_is_opened_with_its_escrow(client: TestClient, scene: Scene) -> None:
    terms = open_terms(scene)
    answer = ask(client, scene, "open", account=scene.organizer.address, terms=terms)
    assert answer.status_code == 200, answer.text
    assert int(answer.json()["value"], 16) == ETHER + ETHER // 10
    refused = ask(client, scene, "open", account=scene.organizer.address, terms={**terms, "shares": [1, 2]})
    assert (refused.status_code, refused.json()["reason"]) == (409, "WrongShareSum")


def test_an_address_with_a_mistyped_digit_is_refused(client: TestClient, scene: Scene) -> None:
    organizer = scene.organizer.address
    evaluator = scene.evaluator.address.replace("d", "D", 1)
    answer = ask(client, scene, "open", account=organizer, terms={**open_terms(scene), "evaluator": evaluator})
    assert answer.status_code == 409
    assert "checksum" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"slot": -1},
        {"slot": 2**300},
        {"slot": 0.5},
        {"slot": "0"},
        {"commitment": "0x00"},
        {"commitment": "0x" + "00" * 31 + "\x000"},
        {"commitment": "\ud800"},
        {"appended": "0x" + "00" * (MOST_APPENDED + 1)},
        {"account": "0x" + "11" * 21},
        {"spec": "0x" + "11" * 32},
    ],
)
def test_what_no_call_can_hold_is_refused_as_a_request(
    client: TestClient, scene: Scene, body: Mapping[str, Any]
) -> None:
    right = {"account": scene.participants[0].address, "slot": 1, "commitment": word(b"c" * 32)}
    answer = ask(client, scene, "submit", "submit", **{**right, **body})
    assert answer.status_code == 422
    assert answer.json()["next_step"]


def test_a_contest_that_nobody_opened_has_no_calls(client: TestClient, scene: Scene) -> None:
    answer = client.post("/api/v1/contests/999/actions/settle", json={"account": scene.organizer.address})
    assert answer.status_code == 404


def open_terms(scene: Scene) -> dict[str, Any]:
    """Terms that the contract takes."""
    return {
        "reward": str(ETHER),
        "organizer_bond": str(ETHER // 10),
        "entry_fee": "1000",
        "minimum_ppm": 560_000,
        "shares": [10_000],
        "accept_ends": scene.chain.timestamp() + 24 * HOUR,
        "submit_seconds": 24 * HOUR,
        "reveal_seconds": HOUR,
        "score_seconds": HOUR,
        "evaluator": scene.evaluator.address,
        "limits": word(scene.contest("submit").limits),
        "max_submissions": 8,
        "max_per_address": 2,
        "entry_seconds": 10,
        "manifest": word(b"m" * 32),
        "holdout_commitment": word(bytes(32)),
    }
