"""What readers and contributors of a shared model do, by command, from the first question to the last stake."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hyperbounty.chain.artifacts import Artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.chain.devnet import Devnet
from hyperbounty.cli.main import run
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.encoders import OnnxEncoder
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.store import Cid, open_store
from hyperbounty.texts import is_plain
from tests.documents import check
from tests.end_to_end.model_shell import ModelShell, Scene
from tests.end_to_end.shell import units
from tests.models.models_on_chain import ADA, BOB, CREATOR, manifest_of_words, open_model
from tests.models.test_onnx_encoder import network

if TYPE_CHECKING:
    from web3.contract.contract import Contract

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).parents[2]
OWNER, ADAS, BOBS, EVES = (f"devnet-{number}" for number in range(4))
MAILS = """label,text
spam,win free money
ham,"a meeting,
and a report"
1,money
"""


@pytest.fixture
def scene(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    home = tmp_path / "home"
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        deployed, receipt = ModelsContract.deploy(chain, CREATOR)
        Deployments(home).record(chain, ModelsContract.NAME, deployed.address, receipt)
        contract = ModelsContract.at(chain, deployed.address)
        yield Scene(ModelShell(home, devnet.url, capsys), contract, open_store(None, home / "store"))


def test_a_model_is_asked_taught_and_pays(scene: Scene, tmp_path: Path) -> None:
    hb = scene.hb
    assert hb("model", "list")["models"] == []
    open_model(scene.contract, scene.store)
    scene.pass_time(3_600)
    [listed] = hb("model", "list", "--open")["models"]
    assert (listed["model"], listed["model_name"], listed["stage"]) == (1, "Spam or ham", "live")

    # Anybody asks, and pays nothing.
    before = scene.sent(ADA.address)
    asked = hb("model", "predict", 1, "FREE money", "the meeting", "nothing known")["predictions"]
    assert [each["class_name"] for each in asked] == ["spam", "ham", ""]
    assert "no word" in asked[2]["reason"]
    assert "says: spam (class 1)" in hb.said("model", "predict", 1, "--features", "1 3")
    assert scene.sent(ADA.address) == before

    # One sample, then many.
    price = hb("model", "price", 1, "--samples", 3)
    assert units(price) == scene.contract.price(scene.contract.model(1), 3)
    one = hb("model", "add", 1, "free report", "--label", "spam", account=ADAS)
    assert one["label"] == 1
    again = hb("model", "add", 1, "free report", "--label", "#1", account=ADAS)
    assert again["transaction"] == one["transaction"]
    scene.pass_time(3_600)
    file = tmp_path / "mails.csv"
    file.write_text(MAILS)
    many = hb("model", "batch", 1, file, account=ADAS)
    assert many["samples"] == 3
    assert hb("model", "batch", 1, file, account=ADAS)["transactions"] == many["transactions"]
    hb("model", "add", 1, "free money", "--label", "ham", account=EVES)
    scene.pass_time(60)
    hb("model", "add", 1, "a report", "--label", "ham", account=BOBS)

    shown = hb("model", "show", 1)
    assert shown["activity"]["samples"] == 6
    assert shown["activity"]["contradicted"] == 1
    assert units(shown["activity"]["at_stake"]) == scene.contract.chain.balance(scene.contract.address)
    [part] = hb("model", "status", account=ADAS)["parts"]
    assert part["refunds_due"]["samples"] == 0
    assert {each["fate"] for each in part["own_samples"]} == {"waiting"}
    assert "nothing was sent" not in hb.said("model", "refund", 1, account=ADAS)
    assert "is no member" in hb.said("model", "report", 1, account=ADAS, code=4)

    # A day later the good have theirs back, and share that of the bad.
    scene.pass_time(DAY)
    assert hb("model", "status", 1, account=ADAS)["parts"][0]["refunds_due"]["samples"] == 4
    back = hb("model", "refund", 1, account=ADAS)
    assert (back["samples"], back["valid_samples"], len(back["transactions"])) == (4, 4, 1)
    assert units(back["brought"]) == units(one["staked"]) + units(many["staked"])
    assert hb("model", "refund", 1, account=EVES)["samples"] == 0
    reported = hb("model", "report", 1, account=ADAS)
    assert reported["samples"] == 1
    [eves] = hb("model", "status", account=EVES)["parts"]
    assert units(reported["brought"]) == units(eves["own_samples"][0]["deposit"])
    assert eves["own_samples"][0]["fate"] == "taken"
    assert hb("model", "report", 1, account=ADAS)["transactions"] == []

    # A watch does the rest, also for the creator.
    said = hb.said("model", "watch", "--once", account=BOBS)
    assert "the stake on a sample came back" in said
    assert "so far, 1 refund brought in" in said
    happened = hb("model", "history", 1, "--limit", 50)["happened"]
    assert [each["what_happened"] for each in happened[-6:]] == ["refunded"] * 4 + ["reported", "refunded"]
    assert [each["sample"] for each in happened[3:9]] == list(range(6))
    assert "hyperbounty model history 1 --limit 2 --before" in hb.said("model", "history", 1, "--limit", 2)
    assert scene.contract.chain.balance(scene.contract.address) == 0


def test_what_is_left_goes_to_the_creator_and_then_to_the_first_of_all(scene: Scene) -> None:
    hb = scene.hb
    model = open_model(scene.contract, scene.store)
    for label, text in (("ham", "free"), ("ham", "money")):
        hb("model", "add", 1, text, "--label", label, account=ADAS)
    scene.pass_time(5 * DAY)
    [first, _] = scene.contract.history(model).entries()
    scene.contract.claim(CREATOR, model, [first])
    assert "CAUTION" in hb.said("model", "show", 1)
    assert "the creator has taken what was left of one stake" in hb.said("model", "show", 1)
    said = hb.said("model", "watch", 1, "--once", account=BOBS)
    assert "take what is left of a sample" in said
    scene.pass_time(4 * DAY)
    assert "what was left of a sample is taken" in hb.said("model", "watch", 1, "--once", account=BOBS)
    assert scene.contract.chain.balance(scene.contract.address) == 0
    assert hb("model", "status", 1, account=BOBS)["parts"][0]["own_samples"] == []


def test_a_file_with_a_fault_is_refused_as_a_whole(scene: Scene, tmp_path: Path) -> None:
    open_model(scene.contract, scene.store)
    file = tmp_path / "mails.csv"
    file.write_text(MAILS + "span,money\nham,nothing known\n2,free\n,free\n")
    before = scene.sent(ADA.address)
    said = scene.hb.said("model", "batch", 1, file, account=ADAS, code=4)
    assert "4 of 7 samples" in said
    for fault in ("line 6: there is no class 'span'", "line 7: no word", "line 8: there is no class 2", "line 9: "):
        assert fault in said
    assert "nothing was sent" in said
    scene.pass_time(3_600)
    for command in (("batch", 1, _good(tmp_path)), ("add", 1, "free money", "--label", "spam")):
        said = scene.hb.said("model", *command, "--most", "1 wei", account=ADAS, code=4)
        assert "may cost 1 wei" in said
    assert scene.sent(ADA.address) == before


def _good(folder: Path) -> Path:
    file = folder / "good.jsonl"
    lines = [{"label": "spam", "text": "free"}, {"label": 0, "text": "meeting"}, {"label": "1", "text": "money"}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


def test_a_model_of_points_takes_a_batch_one_by_one(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = Terms(weight=0, floor_shift=0, refund_wait=DAY, owner_wait=DAY, any_wait=DAY, min_interval=600)
    open_model(scene.contract, scene.store, terms=terms)
    monkeypatch.setattr("participant.models.commands.adding.sleep", lambda _: scene.pass_time(300))
    done = scene.hb("model", "batch", 1, _good(tmp_path), account=BOBS)
    assert (done["samples"], len(done["transactions"]), units(done["staked"])) == (3, 3, 0)
    times = [entry.time for entry in scene.contract.history(scene.contract.model(1)).entries()]
    assert all(later - earlier >= 600 for earlier, later in pairwise(times))
    scene.pass_time(DAY)
    assert "3 samples found valid" in scene.hb.said("model", "watch", "--once", account=BOBS)
    assert scene.hb("model", "status", account=BOBS)["parts"][0]["valid_samples"] == 3


def test_a_batch_has_as_many_calls_as_its_gas_needs_and_costs_no_more_than_it_may(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participant.models.batching.MOST_GAS", 300_000)
    shape = Shape(Kind.DENSE_CENTROID, 24, 2, 2)
    open_model(scene.contract, scene.store, shape=shape, manifest=manifest_of_words(encoder={"kind": "none"}))
    scene.pass_time(10**6)
    file = tmp_path / "values.jsonl"
    file.write_text("".join(f"{json.dumps({'label': place % 2, 'features': [place] * 24})}\n" for place in range(12)))
    price = units(scene.hb("model", "price", 1, "--samples", 6))
    said = scene.hb.said("model", "batch", 1, file, "--most", f"{price} wei", account=ADAS, code=4)
    assert "may cost" in said
    done = scene.hb("model", "batch", 1, file, account=ADAS)
    assert done["samples"] == 12
    assert len(done["transactions"]) > 2
    assert all(each["gas_used"] < 300_000 for each in done["transactions"])
    entries = scene.contract.history(scene.contract.model(1)).entries()
    assert [shape.decode(entry.features)[0] for entry in entries] == list(range(12))


def test_samples_come_from_the_input_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    open_model(scene.contract, scene.store)

    def types(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    types("free money\n\nmeeting\r\n")
    found = scene.hb("model", "predict", 1)["predictions"]
    assert [(each["line"], each["prediction"]) for each in found] == [(1, 1), (3, 0)]
    types('{"label": "ham", "text": "meeting"}\n')
    assert scene.hb("model", "batch", 1, "-", account=BOBS)["samples"] == 1
    types("a report\n")
    assert scene.hb("model", "add", 1, "--label", "ham", account=BOBS)["label"] == 0


def test_a_hostile_manifest_hides_nothing_and_takes_no_place(scene: Scene) -> None:
    hb = scene.hb
    shape = Shape(Kind.NAIVE_BAYES, 4, 2, 4, alpha=16)
    rockets = manifest_of_words(name="🚀" * 200, about="🚀" * 2_000, classes=("🚀" * 60, "spam"))
    open_model(scene.contract, scene.store, shape=shape, manifest=rockets)
    scene.contract.add_class(CREATOR, 1, "sp\u202eam\u200b\x1b[2J\n")
    for name in ("sp\u202eam", "sp\u200bam"):
        data = manifest_of_words().canonical().replace(b'"spam"', json.dumps(name, ensure_ascii=False).encode())
        open_model(scene.contract, digest=scene.store.add_block(data).digest)
    open_model(scene.contract, digest=b"\x55" * 32)
    names = [model["model_name"] for model in hb("model", "list")["models"]]
    assert names == ["🚀" * 200, None, None, None]
    for number in range(1, 5):
        sample = ("money",) if number == 1 else ("--features", "1")
        for command in (("show", number), ("predict", number, *sample), ("history", number), ("price", number)):
            printed = hb.lines("model", *command)
            assert all(is_plain(character) or character == "\n" for character in printed)
        if number > 1:
            assert "--features" in hb.said("model", "predict", number, "money", code=3 if number == 4 else 4)
    assert "sp\\u202eam\\u200b\\x1b[2J" in hb.said("model", "show", 1)
    rows = hb.lines("model", "list").splitlines()
    assert max(map(len, rows)) < 120
    # Whoever cannot read names adds by number all the same.
    assert hb("model", "add", 4, "--features", "1", "--label", "1", account=BOBS)["label"] == 1
    assert [part["model"] for part in hb("model", "status", account=BOBS)["parts"]] == [4]


def test_a_program_of_the_creators_runs_only_where_somebody_agrees(scene: Scene) -> None:
    encoder = {
        **{"kind": "onnx", "file": str(Cid.raw(b"a program")), "input": "x", "input_shape": (1, 3), "output": "y"},
        "factors": (1.0,),
    }
    shape = Shape(Kind.DENSE_PERCEPTRON, 4)
    open_model(scene.contract, scene.store, shape=shape, manifest=manifest_of_words(encoder=encoder))
    said = scene.hb.said("model", "predict", 1, "1 2 3", code=4)
    assert "is a program of its creator's" in said
    assert "agree with --run-encoder" in said
    assert scene.hb("model", "predict", 1, "--features", "1 2 3 4")["predictions"][0]["prediction"] == 0
    assert "a program of the creator's" in scene.hb.said("model", "show", 1)


def test_who_has_no_part_and_no_credit_is_told_so(scene: Scene) -> None:
    open_model(scene.contract, scene.store)
    assert scene.hb("model", "withdraw", account=BOBS) == {"transactions": [], "withdrawn_credits": []}
    assert scene.hb("model", "status", account=BOBS) == {"account": BOB.address, "parts": [], "credits": []}
    assert scene.hb("model", "status", 1, account=OWNER)["parts"][0]["is_creator"]


def token_of(scene: Scene, name: str) -> Contract:
    """A token of the contracts' own tests."""
    found = json.loads((ROOT / f"contracts/artifacts/test/{name}.json").read_text())
    artifact = Artifact("token", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    address, _ = scene.contract.chain.deploy(artifact, CREATOR)
    return scene.contract.chain.contract(address, artifact.abi)


def test_stakes_in_a_token_are_approved_and_come_back(scene: Scene, tmp_path: Path) -> None:
    token = token_of(scene, "ClearFirstToken")
    chain = scene.contract.chain
    chain.send(token.functions.mint(BOB.address, 10**9), CREATOR)
    terms = Terms(weight=10**6, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
    asset = scene.contract.asset(token.address)
    open_model(scene.contract, scene.store, terms=terms, asset=asset)
    scene.pass_time(3_600)
    added = scene.hb("model", "add", 1, "free money", "--label", "spam", account=BOBS)
    assert added["staked"]["asset"] == token.address
    scene.pass_time(3_600)
    assert scene.hb("model", "batch", 1, _good(tmp_path), account=BOBS)["samples"] == 3
    assert "Anybody can choose any symbol" in scene.hb.said("model", "show", 1)
    assert token.functions.balanceOf(BOB.address).call() < 10**9
    scene.pass_time(DAY)
    assert scene.hb("model", "refund", 1, account=BOBS)["samples"] == 4
    assert token.functions.balanceOf(BOB.address).call() == 10**9


def test_a_payment_that_failed_waits_as_a_credit(scene: Scene) -> None:
    token = token_of(scene, "OddToken")
    chain = scene.contract.chain
    takes, refuses = token.functions.behave(1), token.functions.behave(2)
    chain.send(takes, CREATOR)
    chain.send(token.functions.mint(BOB.address, 10**9), CREATOR)
    asset = scene.contract.asset(token.address)
    terms = Terms(weight=10**6, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
    model = open_model(scene.contract, scene.store, terms=terms, asset=asset)
    # It knows no allowances, which the client would ask for.
    chain.send(scene.contract.calls.add(1, 10**6, [(1, model.shape.encode([1]))]), BOB)
    scene.pass_time(DAY)
    chain.send(refuses, CREATOR)
    assert units(scene.hb("model", "refund", 1, account=BOBS)["brought"]) == 10**6
    [credit] = scene.hb("model", "status", account=BOBS)["credits"]
    assert units(credit) == 10**6
    assert "bring it in: `hyperbounty model withdraw --account" in scene.hb.said("model", "status", account=BOBS)
    chain.send(takes, CREATOR)
    assert "a credit of" in scene.hb.said("model", "watch", "--once", account=BOBS)
    assert scene.hb("model", "status", account=BOBS)["credits"] == []
    assert token.functions.balanceOf(BOB.address).call() == 10**9


@pytest.mark.onnx
def test_the_network_of_a_creator_that_one_trusts_encodes(scene: Scene) -> None:
    pytest.importorskip("onnxruntime")
    data = network()
    shape = Shape(Kind.DENSE_CENTROID, 2)
    fields = {
        "file": str(scene.store.add(data)),
        "input": "x",
        "input_shape": (1, 3),
        "output": "y",
        "factors": (10.0,),
    }
    open_model(scene.contract, scene.store, shape=shape, manifest=manifest_of_words(encoder={"kind": "onnx", **fields}))
    scene.hb("model", "add", 1, "1 2 3", "--run-encoder", "--label", "spam", account=BOBS)
    [entry] = scene.contract.history(scene.contract.model(1)).entries()
    assert shape.decode(entry.features) == OnnxEncoder.model_validate(fields).ready(shape, scene.store)([1, 2, 3])


def test_a_watch_prints_documents(scene: Scene) -> None:
    open_model(scene.contract, scene.store)
    scene.hb("model", "add", 1, "free", "--label", "spam", account=BOBS)
    scene.pass_time(DAY)
    argv = scene.hb.argv("model", "watch", "--once", account=BOBS)
    scene.hb.capsys.readouterr()
    assert run(argv) == 0
    events = [json.loads(line) for line in scene.hb.capsys.readouterr().out.splitlines()]
    for event in events:
        check(argv, event)
    [done] = [event for event in events if event["event"] == "done"]
    assert (done["watched"], done["subject"]) == (BOBS, "model 1")
    assert len(done["transactions"]) == 1
