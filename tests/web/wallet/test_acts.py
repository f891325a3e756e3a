"""What an account is offered, beside what the contract takes: whatever is offered is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hexbytes import HexBytes

from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene, new_scene, play

FUNCTIONS = {each["name"]: each for each in load_artifact("HyperparameterBounty").abi if each["type"] == "function"}

# No rate of requests is held against it.
LOOPBACK = ("127.0.0.1", 50_000)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = new_scene(tmp_path_factory.mktemp("scene"))
    play(made)
    made.index()
    return made


@pytest.fixture(scope="module")
def client(scene: Scene) -> Iterator[TestClient]:
    with (
        open_index(scene.database, families()) as database,
        TestClient(create_app(Site(database, SiteSettings()), site_families()), client=LOOPBACK) as made,
    ):
        yield made


def offers(client: TestClient, scene: Scene, name: str, account: str) -> dict[str, Any]:
    answer = client.get(f"/contests/{scene.numbers[name]}/acts", params={"account": account.lower()})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def fault(scene: Scene, number: int, act: dict[str, Any], account: str) -> str:
    """Why the contract does not take what is offered; empty where it does."""
    filled: dict[str, Any] = {"?commitment": b"\1" * 32, "?amount": 7}
    for (contest, participant, slot), entry in scene.entries.items():
        if (contest, participant) == (number, account) and act["arguments"][:1] == [str(slot)]:
            filled |= {"?spec": entry.spec, "?salt": entry.salt}
    values: list[Any] = [
        filled.get(each, each) if isinstance(each, str) else [int(i) for i in each] for each in act["arguments"]
    ]
    values = values if act["call"] == "withdraw" else [number, *values]
    typed = [
        int(v) if item["type"].startswith("uint") and not item["type"].endswith("]") else v
        for v, item in zip(values, FUNCTIONS[act["call"]]["inputs"], strict=True)
    ]
    call = getattr(scene.contract.calls, act["call"])(*typed)
    value = int(act["value"]) + int(act["spare"]) + (7 if "?amount" in act["arguments"] else 0)
    answer = scene.chain.w3.provider.make_request(
        "eth_call",  # type: ignore[arg-type]
        [
            {
                "from": account,
                "to": scene.contract.address,
                "data": HexBytes(call._encode_transaction_data()).to_0x_hex(),
                "value": hex(value),
            },
            "latest",
        ],
    )
    return str(answer["error"]) if "error" in answer else ""


def test_whatever_is_offered_is_taken(client: TestClient, scene: Scene) -> None:
    seen = set()
    for name, number in scene.numbers.items():
        for account in scene.accounts:
            for act in offers(client, scene, name, account.address)["acts"]:
                assert fault(scene, number, act, account.address) == "", (name, act)
                assert act["label"]
                assert act["what"].endswith(".")
                assert act["risk"].endswith(".")
                seen.add(act["call"])
    assert seen >= {"accept", "cancel", "submit", "withdrawSubmission", "sponsor", "reveal", "challenge", "claim"}


@pytest.mark.parametrize(
    ("name", "who", "first"),
    [
        ("offer", "evaluator", "accept"),
        ("offer", "organizer", "cancel"),
        ("submit", "participant", "submit"),
        ("submit", "stranger", "submit"),
        ("reveal", "participant", "reveal"),
        ("challenge", "stranger", "challenge"),
        ("challenge", "evaluator", None),
        ("challenge", "member", None),
        ("score", "participant", None),
        ("offer", "stranger", None),
        ("disputed", "stranger", None),
        ("cancelled", "organizer", None),
    ],
)
def test_the_first_is_what_this_account_is_here_for(
    client: TestClient, scene: Scene, name: str, who: str, first: str | None
) -> None:
    accounts = {
        "organizer": scene.organizer,
        "evaluator": scene.evaluator,
        "member": scene.members[0],
        # It has sealed, and has not opened yet where others have.
        "participant": scene.participants[3],
        "stranger": scene.accounts[0],
    }
    found = offers(client, scene, name, accounts[who].address)["acts"]
    assert (found[0]["call"] if found else None) == first


def test_own_slots_are_told_with_what_opens_them(client: TestClient, scene: Scene) -> None:
    account = scene.participants[0].address
    found = offers(client, scene, "submit", account)
    entry = scene.entries[scene.numbers["submit"], account, 0]
    assert found["slots"] == [{"slot": 0, "state": "sealed", "commitment": "0x" + entry.commitment.hex()}]
    assert found["block"] == scene.chain.w3.eth.block_number


def test_a_refusal_is_told_in_the_contracts_words(client: TestClient, scene: Scene) -> None:
    contract = scene.chain.w3.eth.contract(abi=load_artifact("HyperparameterBounty").abi)
    data = contract.encode_abi("settle", [1])
    answer = scene.chain.w3.provider.make_request("eth_call", [{"to": scene.contract.address, "data": data}, "latest"])  # type: ignore[arg-type]
    error: Any = answer["error"]
    told = client.get(f"/refusals/{scene.contract.address}/{error['data']}").json()
    assert told["what"].startswith("the contract refused (WrongPhase): this needs the settle phase")
    assert told["next"]


@pytest.mark.parametrize("data", ["0x", "0xzz", "0x123", "hello", "0x" + "ab" * 1_001, "%00"])
def test_what_is_no_refusal_is_not_understood(client: TestClient, scene: Scene, data: str) -> None:
    assert client.get(f"/refusals/{scene.contract.address}/{data}").status_code in (404, 422)


@pytest.mark.parametrize("contract", ["0x", "0x" + "11" * 20, "0x" + "zz" * 20])
def test_a_contract_that_the_site_does_not_have_refuses_nothing(client: TestClient, contract: str) -> None:
    assert client.get(f"/refusals/{contract}/0x12345678").status_code in (404, 422)


@pytest.mark.parametrize("account", ["", "0x12", "0x" + "z" * 40, "0x" + "1" * 41])
def test_what_is_no_account_is_not_understood(client: TestClient, account: str) -> None:
    assert client.get("/contests/1/acts", params={"account": account}).status_code in (404, 422)


def test_hostile_words_of_a_revert_are_shown_in_plain_characters(client: TestClient, scene: Scene) -> None:
    codec = scene.chain.w3.codec
    data = bytes.fromhex("08c379a0") + codec.encode(["string"], ["<b>\u202e\n" + "x" * 50])
    told = client.get(f"/refusals/{scene.contract.address}/0x{data.hex()}").json()
    assert "\u202e" not in told["what"]
    assert "\n" not in told["what"]
