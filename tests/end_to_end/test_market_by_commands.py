"""Markets on a shared model, by command: from the hidden samples to the last payment."""

from __future__ import annotations

import json
import random
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from hyperbounty.chain.devnet import Devnet
from hyperbounty.cli.main import run
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.hidden_pieces import read_pieces
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import Market, MarketTerms, kept_silent, not_begun
from hyperbounty.models.rules import DAY
from hyperbounty.store import open_store
from tests.end_to_end.model_shell import ModelShell, Scene
from tests.end_to_end.shell import units
from tests.models.models_on_chain import ADA, BOB, CREATOR, NAMES, manifest_of_words, open_model

pytestmark = pytest.mark.heavy
ROSE, ADAS, BOBS, EVES = (f"devnet-{number}" for number in range(4))
VOCABULARY = tuple(f"{letter}{other}" for letter in "abcdef" for other in "wxyz")
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, len(VOCABULARY), step=3)
TERMS = MarketTerms(10**18, 10**17, 10**16, 16, 2)
MONEY = ("--bounty", "1 ether", "--bond", "0.1 ether", "--stake", "0.01 ether")


@dataclass
class Fair:
    """A model that knows nothing, and files of samples of a truth that it can learn."""

    scene: Scene
    folder: Path
    draw: random.Random = field(default_factory=lambda: random.Random(5))

    def __post_init__(self) -> None:
        manifest = manifest_of_words(encoder={"kind": "vocabulary", "words": VOCABULARY})
        open_model(self.scene.contract, self.scene.store, shape=SHAPE, weights=[0] * len(VOCABULARY), manifest=manifest)
        self.truth = SparsePerceptron(SHAPE, [self.draw.randint(-9, 9) for _ in VOCABULARY])
        self.hidden = self.file("hidden.csv", 520)

    def file(self, name: str, count: int, *, lies: bool = False) -> Path:
        """So many samples of the truth, or of the contrary."""
        lines = ["label,text"]
        for _ in range(count):
            sample = sorted(self.draw.sample(range(len(VOCABULARY)), 6))
            label = self.truth.predict(sample) ^ lies
            lines.append(f"{NAMES[label]},{' '.join(VOCABULARY[feature] for feature in sample)}")
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return path

    def open(self, *more: object, code: int = 0) -> dict[str, Any]:
        return self.scene.hb("model", "market", "open", 1, self.hidden, *MONEY, *more, account=ROSE, code=code)

    def reveal(self, *more: object, code: int = 0) -> dict[str, Any]:
        return self.scene.hb("model", "market", "reveal", 1, *more, account=ROSE, code=code)

    def contribute(self, file: Path, account: str, *more: object, code: int = 0) -> dict[str, Any]:
        return self.scene.hb("model", "market", "contribute", 1, file, *more, account=account, code=code)

    def show(self, *more: object) -> dict[str, Any]:
        return self.scene.hb("model", "market", "show", 1, *more)

    def mine(self, blocks: int = 9) -> None:
        for _ in range(blocks):
            self.scene.pass_time(12)

    def begin(self) -> None:
        """From the opening to the batches."""
        self.open()
        self.mine()
        assert self.reveal()["market_phase"] == "contributing"

    def balance(self, address: str) -> int:
        return self.scene.contract.chain.balance(address)

    def verify(self) -> None:
        verified = self.scene.hb("model", "verify", 1)
        assert (verified["verified"], verified["model_differences"]) == (True, [])


@pytest.fixture
def fair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Fair]:
    home = tmp_path / "home"
    with Devnet(port=0) as devnet, Chain.connect(devnet.url) as chain:
        deployed, receipt = ModelsContract.deploy(chain, CREATOR)
        Deployments(home).record(chain, ModelsContract.NAME, deployed.address, receipt)
        contract = ModelsContract.at(chain, deployed.address)
        yield Fair(Scene(ModelShell(home, devnet.url, capsys), contract, open_store(None, home / "store")), tmp_path)


def test_a_market_from_the_hidden_samples_to_the_last_payment(fair: Fair) -> None:
    hb = fair.scene.hb
    assert hb("model", "market", "list")["markets"] == []
    opened = fair.open()
    assert (opened["market"], opened["hidden_samples"], opened["opened_before"]) == (1, 512, False)
    hidden = Path(opened["hidden_file"])
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o600
    assert len(read_pieces(hidden)) == 2

    # Given again, nothing is sent; and the model says that it rests.
    sent = fair.scene.sent(CREATOR.address)
    assert fair.open()["opened_before"] is True
    assert fair.scene.sent(CREATOR.address) == sent
    assert "are hidden in market 1" in fair.open("--batch-size", 17, code=4)["error"]
    shown = hb("model", "show", 1)
    assert (shown["rests"], shown["market_count"]) == (True, 1)
    assert "hyperbounty model market show 1" in hb.said("model", "show", 1)
    assert "rests: a market is held on it" in hb.said("model", "price", 1)
    assert hb("model", "list", "--open")["models"] == []
    refused = hb("model", "add", 1, "aw ax", "--label", "spam", account=ADAS, code=4)
    assert "hyperbounty model market show 1" in refused["next_step"]
    mails = fair.file("mails.csv", 3)
    assert "it takes no samples" in hb("model", "batch", 1, mails, account=ADAS, code=4)["error"]

    # A block draws; then one command draws and reveals.
    early = fair.reveal(code=4)
    assert "the piece that is revealed first" in early["error"]
    assert "give the command again" in early["next_step"]
    fair.mine()
    assert "is drawn" in fair.show()["due_step"]["what"]
    begun = fair.reveal()
    assert begun["revealed_pieces"] == [begun["drawn_piece"]]
    assert (begun["reveals_left"], len(begun["transactions"])) == (1, 2)
    assert fair.reveal()["transactions"] == []
    assert "Nothing is to be revealed now" in hb.said("model", "market", "reveal", 1, account=ROSE)

    # What is revealed can be had as a file, which the commands read.
    revealed = fair.folder / "revealed.jsonl"
    assert fair.show("--samples", revealed)["file"] == str(revealed)
    asked = hb("model", "predict", 1, "--features", "--file", revealed)["predictions"]
    assert len(asked) == 256
    labels = [json.loads(line)["label"] for line in revealed.read_text().splitlines()]
    right = sum(each["prediction"] == label for each, label in zip(asked, labels, strict=True))
    assert right == next(
        e["right_at_first"] for e in fair.show()["hidden_pieces"] if e["piece"] == begun["drawn_piece"]
    )

    # Ada is right, Bob is not.
    good, bad = fair.file("good.csv", 16), fair.file("bad.csv", 16, lies=True)
    assert "a batch of market 1 has 16" in fair.contribute(mails, ADAS, code=4)["error"]
    broken = fair.folder / "broken.csv"
    broken.write_text("label,text\nspam,aw ax\neggs,aw\nham,nothing known\n")
    assert "line 3" in fair.contribute(broken, ADAS, code=4)["error"]
    before = fair.balance(ADA.address)
    handed_in = fair.contribute(good, ADAS)
    assert before - fair.balance(ADA.address) == 10**16 + units(handed_in["network_fee"])
    assert (handed_in["batch"], handed_in["handed_in_before"]) == (0, False)
    again = fair.contribute(good, ADAS)
    assert (again["transaction"], again["handed_in_before"]) == (handed_in["transaction"], True)
    said = hb.said("model", "market", "contribute", 1, bad, account=BOBS)
    assert "You stake 0.01 ETH on a batch of 16 samples" in said
    assert "with this batch alone" in said
    assert [each["model"] for each in hb("model", "market", "list", "--open")["markets"]] == [1]

    # What is not due yet is refused, with what is.
    for step in ("score", "end"):
        assert "contributing" in hb("model", "market", step, 1, account=EVES, code=4)["error"]
    fair.scene.pass_time(3 * DAY)
    assert fair.show()["due_step"]["due_by"] == "provider"
    assert "contribute" not in hb.said("model", "market", "show", 1)
    late = fair.contribute(fair.file("late.csv", 16), ADAS, code=4)
    assert "is revealing" in late["error"]
    assert len(fair.reveal()["revealed_pieces"]) == 1

    # Anybody has them scored; every payment is as the rules say.
    first = sum(each["right_at_first"] for each in fair.show()["hidden_pieces"])
    had = fair.balance(ADA.address), fair.balance(BOB.address)
    scored = hb("model", "market", "score", 1, account=EVES)
    rules = Market(TERMS, 2, first)
    verdicts = [rules.score(each["right"]) for each in scored["market_batches"]]
    paid = [units(each["batch_paid"]) for each in scored["market_batches"]]
    assert paid == [verdict.pays for verdict in verdicts]
    assert [each["undone"] for each in scored["market_batches"]] == [verdict.undone for verdict in verdicts]
    assert verdicts[0].pays > TERMS.stake > verdicts[1].pays, "skill is paid, and lies cost"
    assert (fair.balance(ADA.address) - had[0], fair.balance(BOB.address) - had[1]) == tuple(paid)
    assert scored["record"] == rules.record
    assert hb("model", "market", "score", 1, account=EVES)["transactions"] == []

    provider = fair.balance(CREATOR.address)
    ended = hb("model", "market", "end", 1, account=EVES)
    assert (ended["market_phase"], ended["repaid_batches"]) == ("scored", 0)
    assert units(ended["provider_was_paid"]) == rules.end().provider == fair.balance(CREATOR.address) - provider
    assert hb("model", "market", "end", 1, account=EVES)["transactions"] == []
    assert fair.balance(fair.scene.contract.address) == 0
    fair.verify()
    assert fair.show()["due_step"]["due_by"] is None
    assert "undone" in hb.said("model", "market", "show", 1)
    hb("model", "add", 1, "aw ax", "--label", "spam", account=ADAS)


def test_who_is_killed_before_the_opening_is_sent_goes_on_with_the_same_pieces(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ModelsContract, "open_market", killed)
        argv = fair.scene.hb.argv("model", "market", "open", 1, fair.hidden, *MONEY, account=ROSE)
        assert run(argv) == 130
    [kept] = (fair.scene.hb.home / "hidden-pieces").glob("*.json")
    pieces = read_pieces(kept)
    opened = fair.open()
    assert (opened["hidden_file"], opened["opened_before"]) == (str(kept), False)
    market = fair.scene.contract.market(fair.scene.contract.model(1))
    assert market.offer.pieces == tuple(piece.hash for piece in pieces)

    # Without the file nothing can be revealed; a copy does.
    fair.mine()
    copy = kept.rename(fair.folder / "copy.json")
    lost = fair.reveal(code=4)
    assert "in no file" in lost["error"]
    assert "--pieces-file" in lost["next_step"]
    assert fair.reveal("--pieces-file", copy)["market_phase"] == "contributing"
    assert f"is {CREATOR.address}'s" in fair.scene.hb("model", "market", "reveal", 1, account=ADAS, code=4)["error"]


def test_who_waits_reveals_as_soon_as_a_piece_can_be_drawn(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    fair.open()
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        fair.mine(1)

    monkeypatch.setattr("organizer.models.commands.market.sleep", sleep)
    assert fair.reveal("--wait")["market_phase"] == "contributing"
    assert waited
    count = len(waited)
    assert fair.reveal("--wait")["transactions"] == []
    assert len(waited) == count


def test_a_silent_provider_loses_and_every_batch_is_repaid(fair: Fair) -> None:
    hb = fair.scene.hb
    fair.begin()
    for number in range(3):
        fair.contribute(fair.file(f"{number}.csv", 16), BOBS)
    fair.scene.pass_time(4 * DAY)
    assert "nothing of bounty and bond" in hb.said("model", "market", "reveal", 1, account=ROSE)
    had = fair.balance(BOB.address)
    ended = hb("model", "market", "end", 1, account=EVES)
    payout = kept_silent(TERMS, 3)
    assert (ended["market_phase"], ended["repaid_batches"]) == ("silent", 3)
    assert (units(ended["provider_was_paid"]), units(ended["market_burned"])) == (payout.provider, payout.burned)
    assert fair.balance(BOB.address) - had == sum(payout.batches)
    fair.verify()


def test_scores_go_on_after_a_kill_and_what_is_not_scored_in_time_is_repaid(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    hb = fair.scene.hb
    fair.begin()
    for number in range(4):
        fair.contribute(fair.file(f"{number}.csv", 16), BOBS)
    fair.scene.pass_time(3 * DAY)
    fair.reveal()
    # So little gas that each batch takes a call of its own.
    monkeypatch.setattr("participant.models.markets.MOST_GAS", 1)
    score, left = ModelsContract.score, [True, True]

    def killed(*arguments: Any, **named: Any) -> Any:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return score(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(ModelsContract, "score", killed)
        assert run(hb.argv("model", "market", "score", 1, account=EVES)) == 130
    assert fair.show()["scored_batches"] == 2
    with monkeypatch.context() as patched:
        left[:] = [True]
        patched.setattr(ModelsContract, "score", killed)
        assert run(hb.argv("model", "market", "score", 1, account=ADAS)) == 130
    fair.scene.pass_time(5 * DAY)
    assert "is unscored" in hb("model", "market", "score", 1, account=EVES, code=4)["error"]
    had = fair.balance(BOB.address)
    ended = hb("model", "market", "end", 1, account=EVES)
    shown = fair.show()
    rules = Market(TERMS, 4, sum(each["right_at_first"] for each in shown["hidden_pieces"]))
    for each in shown["market_batches"][:3]:
        assert units(each["batch_paid"]) == rules.score(each["right"]).pays
    payout = rules.stop()
    assert (ended["market_phase"], ended["repaid_batches"]) == ("unscored", 1)
    assert units(ended["provider_was_paid"]) == payout.provider
    assert fair.balance(BOB.address) - had == payout.batches[3] == TERMS.stake
    fair.verify()


def test_what_was_never_shown_can_be_hidden_again(fair: Fair) -> None:
    fair.open()
    fair.mine()
    fair.scene.contract.draw(ADA, fair.scene.contract.market(fair.scene.contract.model(1)))
    fair.scene.pass_time(2 * DAY)
    assert "not begun in time" in fair.scene.hb.said("model", "market", "reveal", 1, account=ROSE)
    ended = fair.scene.hb("model", "market", "end", 1, account=EVES)
    payout = not_begun(TERMS)
    assert (units(ended["provider_was_paid"]), units(ended["market_burned"])) == (payout.provider, payout.burned)
    again = fair.open()
    assert (again["market"], again["opened_before"]) == (2, False)
    assert fair.open()["opened_before"] is True
    assert fair.show("--market", 1)["market_ended"] is True
    fair.verify()


def test_a_market_that_cannot_be_is_refused_before_anything_is_hidden(fair: Fair) -> None:
    hb = fair.scene.hb
    few = fair.file("few.csv", 255)
    assert "256" in hb("model", "market", "open", 1, few, *MONEY, account=ROSE, code=4)["error"]
    by_another = hb("model", "market", "open", 1, fair.hidden, *MONEY, account=ADAS, code=4)
    assert f"is {CREATOR.address}'s" in by_another["error"]
    short = fair.open("--contribute-wait", "1h", code=4)
    assert "too short" in short["error"]
    assert "there was no market" in hb("model", "market", "show", 1, code=4)["error"]
    assert not list((hb.home / "hidden-pieces").glob("*.json"))
    exact = fair.file("exact.csv", 256)
    label, text = exact.read_text().splitlines()[1].split(",")
    hb("model", "add", 1, text, "--label", label, account=ADAS)
    said = hb.said("model", "market", "open", 1, exact, *MONEY, "--batch-size", 4, account=ROSE)
    assert "of the hidden samples can be read on the chain already" in said
    assert "luck pays as well as skill" in said
    assert "all hidden samples are public before the batches" in said
