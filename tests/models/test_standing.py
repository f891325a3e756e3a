"""What stands on samples, read from events, is what the contract says of each of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from eth_account.signers.local import LocalAccount

from hyperbounty.chain.connection import Chain
from hyperbounty.errors import TransactionReverted
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.own_models import OwnModels
from hyperbounty.models.rules import DAY
from hyperbounty.models.show.activity import activity_of
from hyperbounty.models.standing import StandingsReader
from hyperbounty.models.types import Entry, SharedModel
from tests.models.models_on_chain import ADA, BOB, CREATOR, EVE, POINTS, open_model, pass_time

ACCOUNTS = (ADA, BOB, EVE, CREATOR)


@pytest.fixture(scope="module")
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


def is_taken(contract: ModelsContract, how: str, account: LocalAccount, model: SharedModel, entry: Entry) -> bool:
    call = {"refund": contract.refund, "report": contract.report, "claim": contract.claim}[how]
    try:
        call(account, model, [entry])
    except TransactionReverted:
        return False
    return True


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_said_to_be_due_is_taken_and_nothing_else(contract: ModelsContract, seed: int) -> None:
    source = random.Random(seed)
    model = open_model(contract)
    reader = StandingsReader(contract)
    for _ in range(5):
        author = source.choice(ACCOUNTS)
        some = [(source.randrange(2), sorted(source.sample(range(4), 2))) for _ in range(source.randint(1, 3))]
        contract.add(author, model, some)
        pass_time(contract, source.randint(1, DAY))
    for _ in range(12):
        found = reader.read(model.number)
        stakes = contract.stakes(model, [each.entry for each in found.each])
        assert [each.left for each in found.each] == [stake.left for stake in stakes]
        predicted = contract.predict(model, [model.shape.decode(each.entry.features) for each in found.open])
        assert [each.prediction for each in found.open] == predicted
        assert found.left == sum(stake.left for stake in stakes)
        account = source.choice(ACCOUNTS)
        assert found.valid.get(account.address, 0) == contract.member(model, account.address).valid
        due = {
            "refund": found.due(found.refundable(account.address)),
            "report": found.due(found.reportable(account.address)),
            "claim": found.claimable_now(account.address),
        }
        how = source.choice(list(due))
        standing = source.choice(found.each)
        ready = standing.number in {each.number for each in due[how]}
        share = found.share(standing, account.address) if ready and how == "report" else standing.left
        assert is_taken(contract, how, account, model, standing.entry) is ready
        [after] = contract.stakes(model, [standing.entry])
        assert standing.left - after.left == (share if ready else 0)
        pass_time(contract, source.randint(1, 2 * DAY))
    assert reader.read(model.number).taken.keys() <= {account.address for account in ACCOUNTS}


def test_what_the_creator_does_itself_is_counted(contract: ModelsContract) -> None:
    model = open_model(contract)
    contract.add(CREATOR, model, [(1, [1])])
    contract.add(ADA, model, [(0, [3]), (1, [0])])
    pass_time(contract, DAY)
    reader = StandingsReader(contract)
    found = reader.read(model.number)
    contract.refund(CREATOR, model, [found.each[0].entry])
    pass_time(contract, 5 * DAY)
    contract.claim(CREATOR, model, [found.each[1].entry])
    activity = activity_of(reader.read(model.number))
    assert (activity.samples, activity.open, activity.authors, activity.contradicted) == (3, 1, 2, 1)
    assert (activity.valid, activity.valid_of_creator, activity.members) == (1, 1, 1)
    assert (activity.claimed_by_creator.times, activity.claimed_by_creator.amount) == (1, found.each[1].left)
    assert activity.left == activity.at_risk == found.each[2].left


def test_a_model_of_points_has_refunds_and_nothing_to_report_or_claim(contract: ModelsContract) -> None:
    model = open_model(contract, terms=POINTS)
    contract.add(ADA, model, [(1, [1])])
    contract.add(BOB, model, [(0, [1])])
    pass_time(contract, 10 * DAY)
    reader = StandingsReader(contract)
    found = reader.read(model.number)
    assert [each.number for each in found.due(found.refundable(ADA.address))] == [0]
    contract.refund(ADA, model, [found.each[0].entry])
    found = reader.read(model.number)
    assert found.refundable(ADA.address) == found.reportable(ADA.address) == found.claimable(CREATOR.address) == []
    assert [each.number for each in found.open] == [1]
    assert found.valid == {ADA.address: 1}


def test_a_class_of_bytes_that_are_no_text_keeps_nobody_from_their_stakes(contract: ModelsContract) -> None:
    model = open_model(contract, shape=Shape(Kind.NAIVE_BAYES, 4, 2, 4, alpha=16))
    contract.add(ADA, model, [(1, [1])])
    call = contract.calls.addClass(model.number, "??")
    data = bytes.fromhex(call._encode_transaction_data()[2:]).replace(b"??", b"\xff\xfe")
    eth = contract.chain.w3.eth
    fields = {"data": data, "gas": 300_000, "gasPrice": 10**10, "chainId": contract.chain.chain_id}
    signed = CREATOR.sign_transaction(
        {"to": contract.address, "nonce": eth.get_transaction_count(CREATOR.address), **fields}  # type: ignore[dict-item]
    )
    eth.wait_for_transaction_receipt(eth.send_raw_transaction(signed.raw_transaction))
    pass_time(contract, DAY)
    found = StandingsReader(contract).read(model.number)
    assert found.added_classes == ("\ufffd\ufffd",)
    assert [each.number for each in found.due(found.refundable(ADA.address))] == [0]


def test_the_models_of_an_account_are_those_that_it_opened_or_added_to(contract: ModelsContract) -> None:
    own = OwnModels(contract)
    first = open_model(contract, creator=EVE)
    assert first.number in own.of(EVE.address)
    assert first.number not in own.of(BOB.address)
    contract.add(BOB, first, [(1, [1])])
    second = open_model(contract)
    contract.add(BOB, second, [(1, [1])])
    assert {first.number, second.number} <= set(own.of(BOB.address))
    assert second.number not in own.of(EVE.address)
    assert own.of(BOB.address) == OwnModels(contract).of(BOB.address)
