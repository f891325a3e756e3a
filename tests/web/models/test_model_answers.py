"""What a site answers programs about models: beside what the contract and the client say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperbounty.models.encoders import NoEncoder
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.models.types import Entry
from hyperbounty.web.site.settings import SiteSettings
from tests.web.indexing import differences, indexing
from tests.web.models.conftest import asking
from tests.web.models.model_scene import DAY, WORDS, ModelScene, new_model_scene, spam_model


def get(client: TestClient, path: str, status: int = 200, **query: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


def post(client: TestClient, path: str, body: Any, status: int = 200) -> Any:
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def every(client: TestClient, path: str, name: str, **query: Any) -> list[Any]:
    """All rows of a list, two at a time."""
    found, cursor = [], None
    while True:
        answer = get(client, path, limit=2, **query, **({} if cursor is None else {"cursor": cursor}))
        found += answer[name]
        cursor = answer["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", ["number", "samples", "changed"])
def test_a_list_has_every_model_once(client: TestClient, models: ModelScene, sort: str) -> None:
    found = every(client, "/models", "models", sort=sort)
    assert sorted(each["model"] for each in found) == sorted(models.numbers.values())
    assert found == get(client, "/models", sort=sort)["models"]


def test_a_list_is_of_what_was_asked_for(client: TestClient, models: ModelScene) -> None:
    def numbers(**query: Any) -> set[int]:
        return {each["model"] for each in get(client, "/models", **query)["models"]}

    of = models.numbers
    assert numbers(stage="draft") == {of["draft"]}
    assert numbers(stage="closed") == {of["bayes"]}
    assert numbers(kind="naive-bayes") == {of["bayes"]}
    assert numbers(contributor=models.accounts[7].address) == {of["spam"], of["points"]}
    assert numbers(creator=models.creator.address) == set(of.values())
    assert numbers(creator=models.accounts[9].address) == set()
    assert numbers(asset="coin") == set(of.values())


def test_one_model_is_what_the_contract_says(client: TestClient, models: ModelScene) -> None:
    model, found = models.model("spam"), get(client, f"/models/{models.numbers['spam']}")
    assert (found["valid_total"], found["member_count"]) == (model.valid_total, model.members)
    assert found["model_name"] == "Spam?"
    assert found["class_names"] == ["ham", "spam"]
    now = found["block"]["time"] - model.last_time
    assert found["sample_price"]["amount"] == str(max(10**16 // max(int(now**0.5), 1), 10**16 >> 10))
    assert found["document"]["state"] == "there"
    assert get(client, f"/models/{models.numbers['nameless']}")["model_name"] is None
    assert get(client, f"/models/{models.numbers['dense']}")["class_names"] == ["no", "yes", "<b>iris\\u202e</b>"]


def test_samples_are_what_stands_in_the_contract(client: TestClient, models: ModelScene) -> None:
    model = models.model("spam")
    found = every(client, f"/models/{model.number}/samples", "samples")
    assert [each["number"] for each in found] == list(range(12, -1, -1))
    entries = [Entry(e["author"], e["at"], e["position"], e["label"], bytes.fromhex(e["features"][2:])) for e in found]
    for each, stake in zip(found, models.contract.stakes(model, entries), strict=True):
        assert (each["deposit"]["amount"], each["left"]["amount"]) == (str(stake.deposit), str(stake.left))
        assert (each["refund_at"], each["any_at"]) == (stake.refund_at, stake.any_at)
    said = models.contract.predict(model, [model.shape.decode(entry.features) for entry in entries])
    assert [each["says_now"] for each in found] == said
    is_open = get(client, f"/models/{model.number}/samples", open="true")["samples"]
    assert [each["number"] for each in is_open] == [e["number"] for e in found if e["left"]["amount"] != "0"]
    one = get(client, f"/models/{model.number}")
    assert one["open"]["contradicted"] == sum(each["says_now"] != each["label"] for each in is_open)


def test_money_adds_up(client: TestClient, models: ModelScene) -> None:
    number = models.numbers["spam"]
    claims = every(client, f"/models/{number}/claims", "claims")
    assert {each["kind"] for each in claims} == {"refund", "report", "claim"}
    samples = every(client, f"/models/{number}/samples", "samples")
    staked = sum(int(each["deposit"]["amount"]) for each in samples)
    left = sum(int(each["left"]["amount"]) for each in samples)
    assert staked - left == sum(int(each["amount"]["amount"]) for each in claims)
    one = get(client, f"/models/{number}")
    assert (int(one["staked"]["amount"]), int(one["at_stake"]["amount"])) == (staked, left)
    members = every(client, f"/models/{number}/members", "members")
    assert [each["member"] for each in members] == [1, 2, 3][: len(members)]
    assert sum(each["valid"] for each in members) == one["valid_total"]


def test_accuracy_is_what_it_said_before_it_learned(client: TestClient, models: ModelScene) -> None:
    number = models.numbers["spam"]
    points = get(client, f"/models/{number}/accuracy")["points"]
    samples = every(client, f"/models/{number}/samples", "samples")
    assert sum(each["right"] for each in points) == sum(each["predicted"] == each["label"] for each in samples)
    assert points[-1]["last_sample"] == len(samples)
    assert get(client, f"/models/{models.numbers['dense']}/accuracy")["points"] == []


def test_a_prediction_is_the_contracts(client: TestClient, models: ModelScene) -> None:
    model = models.model("spam")
    for text in ("FREE money", "lunch meeting, it’s", "straße vi\u200bagra prize free"):
        said = post(client, f"/models/{model.number}/predict", {"text": text})
        assert said["label"] == models.contract.predict(model, [said["features"]])[0]
        assert bytes.fromhex(said["data"][2:]) == model.shape.encode(said["features"])
    dense = models.model("dense")
    said = post(client, f"/models/{dense.number}/predict", {"values": [0.5, -3, 1e9]})
    assert said["features"] == [0, -31, 32767]
    assert said["label"] == models.contract.predict(dense, [said["features"]])[0]
    as_they_are = post(client, f"/models/{dense.number}/predict", {"features": [1, 2, 3]})
    assert as_they_are["features"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"text": "nothing of it"}, "no word of the text"),
        ({"values": [1]}, "takes a text"),
        ({"features": [2, 1]}, "feature 1 stands after feature 2"),
        ({"features": [len(WORDS)]}, "there is no feature"),
        ({}, "one of"),
        ({"text": "free", "features": [1]}, "one of"),
    ],
)
def test_what_is_no_sample_is_refused(client: TestClient, models: ModelScene, body: Any, says: str) -> None:
    assert says in post(client, f"/models/{models.numbers['spam']}/predict", body, 409)["detail"]


def test_a_long_body_is_not_read(client: TestClient, models: ModelScene) -> None:
    number = models.numbers["spam"]
    assert client.post(f"/api/v1/models/{number}/predict", content=b'{"text": "' + b"a" * 70_000).status_code == 413


def test_a_sample_of_many_features_is_not_predicted(tmp_path: Path) -> None:
    scene = new_model_scene(tmp_path)
    manifest = ModelManifest(name="Large", classes=("a", "b"), encoder=NoEncoder())
    scene.open("large", Shape(Kind.SPARSE_PERCEPTRON, 5_000, step=1), manifest)
    scene.index()
    with asking(scene) as client:
        assert post(client, "/models/1/predict", {"features": list(range(4_096))})["label"] in (0, 1)
        refused = post(client, "/models/1/predict", {"features": list(range(4_097))}, 409)
        assert "4,097 features" in refused["detail"]


def test_a_sample_is_added_refunded_and_reported_by_calls(client: TestClient, models: ModelScene) -> None:
    number, account = models.numbers["spam"], models.accounts[5].address
    sample = {"label": 1, "features": "0x00010002"}
    call = post(client, f"/models/{number}/actions/add", {"account": account, "samples": [sample]})
    assert call["to"] == models.contract.address
    assert int(call["value"], 16) == models.contract.price(models.model("spam"))
    staked = post(client, f"/models/{number}/actions/add", {"account": account, "samples": [sample], "stake": "1"}, 409)
    assert staked["reason"] == "PriceIs"
    for name, reason in (("refund", "NotAuthor"), ("report", "NotMember")):
        refused = post(client, f"/models/{number}/actions/{name}", {"account": account, "samples": [0]}, 409)
        assert refused["reason"] == reason
    post(client, f"/models/{number}/actions/refund", {"account": account, "samples": [99]}, 404)
    creator = models.creator.address
    assert post(client, f"/models/{number}/actions/close", {"account": creator})["gas"]
    assert post(client, f"/models/{number}/actions/addClass", {"account": creator, "name": "x"}, 409)["reason"]
    draft = models.numbers["draft"]
    assert post(client, f"/models/{draft}/actions/publish", {"account": creator, "manifest": "0x" + "ab" * 32})["gas"]
    assert post(client, "/models/actions/withdraw", {"account": creator}, 409)["reason"] == "NothingToWithdraw"


def test_what_is_not_here(client: TestClient, models: ModelScene) -> None:
    for path in ("/models/99", "/models/99/samples", "/models/99/manifest", "/models/99/members"):
        assert get(client, path, 404)["type"].endswith("not-here")
    assert get(client, f"/models/{models.numbers['nameless']}/manifest", 404)["type"].endswith("not-usable")
    post(client, "/models/99/actions/close", {"account": models.creator.address}, 404)


def test_an_operator_can_hide_a_model(models: ModelScene) -> None:
    number = models.numbers["spam"]
    with asking(models, SiteSettings(rate=0, hidden=frozenset({f"/models/{number}"}))) as client:
        assert number not in {each["model"] for each in get(client, "/models")["models"]}
        for path in (f"/models/{number}", f"/models/{number}/samples"):
            assert get(client, path, 404)["type"].endswith("hidden")
        assert client.get(f"/models/{number}").status_code == 404
        assert f"/models/{number}" not in client.get("/models").text


def test_the_index_says_what_the_contract_says(models: ModelScene) -> None:
    with indexing(models.database, models.contract) as index:
        index.catch_up()
        assert differences(index, models.contract) == []


def test_an_account_has_its_models(client: TestClient, models: ModelScene) -> None:
    ada = models.accounts[7].address
    found = every(client, f"/accounts/{ada.lower()}/models", "models")
    assert [each["model"]["model"] for each in found] == [models.numbers["points"], models.numbers["spam"]]
    assert not found[0]["is_creator"]
    assert every(client, f"/accounts/{models.accounts[4].address}/models", "models") == []


def test_what_is_due_is_what_the_contract_takes(tmp_path: Path) -> None:
    scene = new_model_scene(tmp_path)
    model, ada, bob = spam_model(scene), scene.accounts[7], scene.accounts[8]
    scene.contract.add(ada, model, [(1, [0, 1, 4]), (0, [2, 3])])
    scene.contract.add(bob, model, [(0, [0, 1, 4])])
    scene.index()

    def due(account: Any) -> dict[str, Any]:
        scene.index()
        with asking(scene) as client:
            return {
                each["call"]: each for each in client.get(f"/models/1/acts?account={account.address}").json()["acts"]
            }

    assert due(ada) == due(bob) == {}
    scene.pass_time(DAY)
    scene.contract.add(scene.creator, model, [(1, [7])])
    for account in (ada, bob, ada, bob):
        for call, act in due(account).items():
            entries = [
                Entry(who, int(at), int(place), int(label), bytes.fromhex(data[2:]))
                for who, at, place, label, data in act["entries"]
            ]
            getattr(scene.contract, call)(account, model, entries)
    assert scene.contract.model(1).members
    assert due(ada) == due(bob) == {}


@pytest.mark.heavy
def test_no_crowd_of_samples_hides_what_is_due(tmp_path: Path) -> None:
    scene = new_model_scene(tmp_path)
    model, ada, bob, cem = spam_model(scene), *scene.accounts[7:10]
    scene.contract.add(ada, model, [(1, [0, 1, 4])])
    for _ in range(11):
        scene.contract.add(bob, model, [(1, [0, 1, 4])] * 50)
        scene.pass_time(1)
    scene.contract.add(cem, model, [(0, [0, 1, 4])])
    scene.index()
    scene.pass_time(DAY)
    scene.contract.add(scene.creator, model, [(1, [0, 1, 4])] * 10)
    scene.index()
    with asking(scene) as client:
        [mine] = client.get(f"/models/1/acts?account={ada.address}").json()["acts"]
    assert (mine["call"], [author for author, *_ in mine["entries"]]) == ("refund", [ada.address])
    [first] = [entry for entry in scene.contract.history(model).entries() if entry.author == ada.address]
    scene.contract.refund(ada, model, [first])
    scene.index()
    with asking(scene) as client:
        [share] = client.get(f"/models/1/acts?account={ada.address}").json()["acts"]
    assert (share["call"], [author for author, *_ in share["entries"]]) == ("report", [cem.address])
