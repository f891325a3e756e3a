"""Whole lives of models on the embedded chain, through the client: what is learned and paid is what the rules say."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from eth_account.signers.local import LocalAccount

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.errors import HyperbountyError, InvalidInput, TransactionReverted
from hyperbounty.models.contract import ModelsContract, batch_key, parts
from hyperbounty.models.history import History
from hyperbounty.models.kinds import Kind, Shape, restored
from hyperbounty.models.replay import Replay
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.samples import NotIncreasing, Sample
from hyperbounty.models.types import Entry, Offer, SharedModel, Stage
from tests.models.drawn_models import drawn_state

CREATOR, ADA, BOB, EVE = (development_account(number) for number in range(4))
TERMS = Terms(weight=10**15, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
POINTS = Terms(weight=0, floor_shift=0, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY, min_interval=60)
SHAPES = [
    Shape(Kind.SPARSE_PERCEPTRON, 40, step=4),
    Shape(Kind.DENSE_PERCEPTRON, 20),
    Shape(Kind.NAIVE_BAYES, 40, 3, 4, alpha=16),
    Shape(Kind.SPARSE_CENTROID, 40, 2, 8),
    Shape(Kind.DENSE_CENTROID, 20, 2, 4),
]


@pytest.fixture(scope="module")
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


def opened(contract: ModelsContract, shape: Shape, terms: Terms = TERMS, seed: int = 1) -> SharedModel:
    """A live model of this shape that has learned something."""
    state = drawn_state(shape, random.Random(seed))
    number, _ = contract.open(CREATOR, Offer(shape, terms, state))
    for first, words in parts(state.words):
        contract.upload(CREATOR, number, first, words)
    contract.publish(CREATOR, number, b"\x07" * 32)
    model = contract.model(number)
    assert model.stage is Stage.LIVE
    assert contract.state(model) == state
    return model


def sample_of(shape: Shape, source: random.Random) -> Sample:
    if shape.facts.sparse:
        return sorted(source.sample(range(shape.features), source.randint(1, 8)))
    return [source.randint(-3_000, 3_000) for _ in range(shape.features)]


def pass_time(contract: ModelsContract, seconds: int) -> None:
    contract.chain.advance_to(contract.chain.timestamp() + seconds)


def refusal_of_claim(contract: ModelsContract, model: SharedModel, entry: Entry, account: LocalAccount) -> str:
    """The error with which a refund, or a report of another's sample, is refused; empty where it is not."""
    claim = contract.refund if account.address == entry.author else contract.report
    try:
        claim(account, model, [entry])
    except TransactionReverted as refused:
        return refused.error
    return ""


def replayed(contract: ModelsContract, history: History) -> Replay:
    claims = history.named("Published", "Refunded", "Reported", "Claimed")
    replay = Replay(contract.chain.times_of(event.block for event in claims))
    replay.play(history.events)
    return replay


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.facts.name)
def test_what_is_learned_and_paid_is_what_the_events_come_to(contract: ModelsContract, shape: Shape) -> None:
    source = random.Random(7)
    model = opened(contract, shape)
    entries: list[Entry] = []
    for turn in range(8):
        author = source.choice([ADA, ADA, BOB, EVE])
        some = [(source.randrange(shape.classes), sample_of(shape, source)) for _ in range(source.randint(1, 3))]
        entries += contract.added(contract.add(author, model, some))
        pass_time(contract, source.randint(1, 4_000))
        if turn == 4 and shape.classes < shape.capacity:
            contract.add_class(CREATOR, model.number, "one more")
            model = contract.model(model.number)
            shape = model.shape
    reference = restored(shape, contract.state(model))
    asked = [sample_of(shape, source) for _ in range(60)]
    assert contract.predict(model, asked) == [reference.predict(sample) for sample in asked]

    pass_time(contract, DAY)
    assert [stake.left for stake in contract.stakes(model, entries)] == [entry.deposit for entry in entries]
    refused = {refusal_of_claim(contract, model, entry, account) for entry in entries for account in (ADA, BOB, EVE)}
    assert refused <= {"", "ModelAgrees", "ModelDisagrees", "NotMember", "NothingLeft"}
    pass_time(contract, 5 * DAY)
    left = [entry for entry, stake in zip(entries, contract.stakes(model, entries), strict=True) if stake.left]
    contract.claim(CREATOR, model, left[::2])
    pass_time(contract, 4 * DAY)
    contract.claim(BOB, model, left[1::2])

    history = contract.history(model)
    replay = replayed(contract, history)
    assert history.entries() == entries
    assert replay.compare(contract.state(model)) == []
    assert replay.left == sum(stake.left for stake in contract.stakes(model, entries)) == 0
    assert replay.valid_total == contract.model(model.number).valid_total


def test_a_model_of_points_takes_no_money(contract: ModelsContract) -> None:
    shape = SHAPES[0]
    model = opened(contract, shape, POINTS)
    [entry] = contract.added(contract.add(ADA, model, [(1, [3, 5])]))
    with pytest.raises(TransactionReverted, match="next sample is taken from"):
        contract.add(ADA, model, [(1, [4])])
    pass_time(contract, DAY)
    [prediction] = contract.predict(model, [[3, 5]])
    if prediction == entry.label:
        contract.refund(ADA, model, [entry])
        assert contract.member(model, ADA.address).valid == 1
        assert contract.claimed(model, [entry], ADA.address) == [True]
    assert replayed(contract, contract.history(model)).compare(contract.state(model)) == []


def test_a_step_is_sent_once(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    first = contract.add(ADA, model, [(1, [3])], key="one")
    again = contract.add(ADA, model, [(1, [3])], key="one")
    assert first.hash == again.hash
    assert len(contract.history(model).entries()) == 1
    entries = contract.history(model).entries()
    assert batch_key("refund", model, entries) == batch_key("refund", model, entries) != batch_key("refund", model, [])


def test_what_the_model_does_not_take_is_refused_before_it_is_sent(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    with pytest.raises(NotIncreasing):
        contract.add(ADA, model, [(1, [3, 3])])
    with pytest.raises(TransactionReverted, match="there is no class 2 in a model of 2"):
        contract.add(ADA, model, [(2, [3])])


def test_too_small_a_stake_is_refused_with_the_price(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    with pytest.raises(TransactionReverted, match=r"the samples cost \d+, and 1 was staked") as refused:
        contract.add(ADA, model, [(1, [3])], stake=1)
    assert "try again" in refused.value.next_step


def test_there_is_no_model_of_this_number(contract: ModelsContract) -> None:
    with pytest.raises(InvalidInput, match="there is no model 999"):
        contract.model(999)


def test_a_history_goes_on_where_it_ended(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    contract.add(ADA, model, [(1, [3])])
    before = contract.history(model)
    contract.add(BOB, model, [(0, [4]), (1, [5])])
    after = contract.history(model)
    assert after.events[: len(before.events)] == before.events
    assert [entry.author for entry in after.entries()] == [ADA.address, BOB.address, BOB.address]


def test_a_sample_has_the_name_that_the_contract_gives_it(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    [entry] = contract.added(contract.add(ADA, model, [(1, [3, 7])]))
    named = contract.chain.read(contract.calls.contributionId(model.number, entry.encoded()))
    assert entry.identifier(model.number) == bytes(named)


def test_an_error_is_one_of_this_project(contract: ModelsContract) -> None:
    model = opened(contract, SHAPES[0])
    entry = Entry(ADA.address, 1, 0, 0, b"\x00\x01")
    with pytest.raises(HyperbountyError, match="was never added"):
        contract.refund(ADA, model, [entry])
