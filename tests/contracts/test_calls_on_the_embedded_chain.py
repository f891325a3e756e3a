"""The committed artifact on the embedded chain: one path through each call, its events and where the money goes.

What each call refuses, and everything at the edges, is shown by Foundry (`contracts/test/bounty`).
"""

from __future__ import annotations

from typing import Any

from hyperbounty.bounty.commitment import commit
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.contracts.contract_world import ETHER, KEY, NATIVE, REPORT, Mood, Outcome, Phase, Refusal, World
from tests.contracts.panel_world import (
    CHALLENGE_BOND,
    FEE,
    SECONDS,
    challenge,
    members_of,
    panel_of,
    resolve,
    seal_of,
)

OPEN = bytes(32)  # no commitment: `future` mode


def test_a_contest_from_its_opening_to_its_prizes(world: World) -> None:
    terms = world.terms(shares=[6_000, 4_000], evaluatorFee=7, panel=panel_of(world, 3))
    escrow = terms["reward"] + terms["bond"] + 7
    receipt = world.send(world.call("open", tuple(terms.values())), world.organizer, escrow)
    (opened,) = world.events(receipt, "Opened")
    assert (opened["contest"], opened["organizer"], opened["evaluator"]) == (1, world.organizer, world.evaluator)
    shown = opened["terms"]
    assert {**shown, "panel": tuple(shown["panel"].values())} == terms
    assert world.balance(world.bounty) == escrow

    contest = world.open(shares=[6_000, 4_000])
    receipt = world.send(world.call("extend", contest.number, 500), world.organizer)
    contest.terms["submitEnds"] += 500
    assert world.events(receipt, "Extended") == [{"contest": 2, "secs": 500, "submitEnds": contest.submit_ends}]
    deposit = contest.terms["deposit"]
    first = world.seal(world.alice, 3, 0)
    commitment = world.commitment(2, first)
    receipt = world.send(world.call("submit", 2, 3, commitment), world.alice, deposit)
    assert world.events(receipt, "Submitted") == [
        {"contest": 2, "participant": world.alice, "entry": 3, "commitment": commitment, "ordinal": 1}
    ]
    second, withdrawn = world.submit(contest, world.bob, 0, 1), world.submit(contest, world.carol, 0, 2)
    receipt = world.send(world.call("withdrawSubmission", 2, withdrawn.entry), world.carol)
    assert world.events(receipt, "SubmissionWithdrawn") == [{"contest": 2, "participant": world.carol, "entry": 0}]
    assert world.events(receipt, "Paid") == [{"id": 2, "to": world.carol, "amount": deposit}]

    world.at(contest.submit_ends)
    receipt = world.reveal(contest, second)
    assert world.events(receipt, "Revealed") == [
        {
            "contest": 2,
            "participant": world.bob,
            "index": 0,
            "entry": 0,
            "ordinal": 2,
            "spec": second.spec,
            "salt": second.salt,
        }
    ]
    world.reveal(contest, first)
    world.at(contest.reveal_ends)
    receipt = world.send(world.call("publishHoldoutKey", 2, KEY), world.evaluator)
    assert world.events(receipt, "HoldoutKeyPublished") == [{"contest": 2, "key": KEY}]
    receipt = world.record(contest, [700_000, 700_000])
    assert world.events(receipt, "ScoresRecorded") == [{"contest": 2, "report": REPORT, "scores": [700_000, 700_000]}]

    receipt = world.settle(contest)
    assert world.events(receipt, "Settled") == [
        {"contest": 2, "outcome": Outcome.WON, "pool": ETHER, "toOrganizer": contest.terms["bond"]}
    ]
    # A tie goes to the earlier submission; the best is paid last of the winners.
    assert [(e["to"], e["amount"]) for e in world.events(receipt, "Paid")] == [
        (world.bob, ETHER * 4 // 10),
        (world.alice, ETHER * 6 // 10),
        (world.organizer, contest.terms["bond"]),
    ]
    view = world.contest(contest)
    assert (view["phase"], view["outcome"], view["winners"]) == (Phase.SETTLED, Outcome.WON, [1, 0])
    assert world.balance(world.bounty) == escrow


def test_a_void_contest_is_claimed_and_a_credit_withdrawn(world: World) -> None:
    wallet = world.deploy("Wallet")
    contest = world.play(world.open(holdoutCommitment=OPEN), [(wallet, 0, 0)])
    world.send(wallet.functions.behave(Mood.REJECT), world.stranger)
    world.settle(contest)
    assert world.view("outcomeOf", 1) == Outcome.VOID
    receipt = world.send(world.call("claim", 1, 0), world.stranger)
    bond = contest.terms["bond"]
    assert world.events(receipt, "Claimed") == [
        {"contest": 1, "index": 0, "participant": wallet.address, "amount": bond}
    ]
    assert world.events(receipt, "Credited") == [{"id": 1, "owner": wallet.address, "asset": NATIVE, "amount": bond}]
    assert world.view("credits", NATIVE, wallet.address) == bond
    receipt = world.send(world.call("withdraw", NATIVE, world.carol), wallet)
    assert world.events(receipt, "CreditWithdrawn") == [
        {"asset": NATIVE, "owner": wallet.address, "to": world.carol, "amount": bond}
    ]
    assert world.balance(world.bounty) == 0


def test_a_dispute_that_the_challenger_wins(world: World) -> None:
    terms: dict[str, Any] = {"holdoutCommitment": OPEN, "evaluatorFee": 7, "panel": panel_of(world, 3)}
    contest = world.play(world.open(**terms), [(world.alice, 0, 0), (world.bob, 0, 1)])
    world.record(contest, [900_000, 600_000])
    receipt = challenge(world, contest, [900_000, 600_000])
    assert world.events(receipt, "Challenged") == [{"contest": 1, "challenger": world.stranger}]
    receipt = resolve(world, contest, [[550_000, 800_000]] * 3)
    assert world.events(receipt, "Resolved") == [{"contest": 1, "verdict": 2, "scores": [550_000, 800_000]}]
    receipt = world.send(world.call("settle", 1), world.stranger)
    assert [(e["to"], e["amount"]) for e in world.events(receipt, "Paid")] == [
        (world.bob, ETHER),
        *((member, FEE) for member in members_of(contest)),
        (world.stranger, contest.terms["bond"] + CHALLENGE_BOND - 3 * FEE),
        (world.organizer, 7),
    ]
    assert world.balance(world.bounty) == 0


def test_a_silent_panel_ends_a_contest_void(world: World) -> None:
    contest = world.play(world.open(holdoutCommitment=OPEN, panel=panel_of(world, 1)), [(world.alice, 0, 0)])
    world.record(contest, [900_000])
    challenge(world, contest, [900_000])
    world.at(contest.challenge_ends + 2 * SECONDS)
    world.send(world.call("settle", 1), world.stranger)
    assert world.view("outcomeOf", 1) == Outcome.VOID


def test_a_contest_in_a_token_that_is_cancelled(world: World) -> None:
    token = world.deploy("PlainToken")
    terms = world.terms(asset=token.address, reward=10, bond=1)
    world.send(token.functions.mint(world.organizer, 11), world.stranger)
    world.send(token.functions.approve(world.bounty.address, 11), world.organizer)
    world.send(world.call("open", tuple(terms.values())), world.organizer)
    assert world.balance(world.bounty, token) == 11
    receipt = world.send(world.call("cancel", 1), world.organizer)
    assert world.events(receipt, "Cancelled") == [{"contest": 1}]
    assert world.events(receipt, "Paid") == [{"id": 1, "to": world.organizer, "amount": 11}]
    assert world.balance(world.organizer, token) == 11


def test_a_refusal_says_why_by_name(world: World) -> None:
    contest = world.open()
    call = world.call("submit", 1, 0, b"c" * 32)
    deposit = contest.terms["deposit"]
    assert world.refusal(call, world.alice, 1) == Refusal("WrongAmount", {"expected": deposit, "actual": 1})
    world.at(contest.submit_ends)
    wrong = {"contest": 1, "expected": Phase.SUBMIT, "actual": Phase.REVEAL}
    assert world.refusal(call, world.alice, deposit) == Refusal("WrongPhase", wrong)
    world.view("checkSpec", Spec().word, SPEC_MAXIMA)
    assert world.refusal(world.call("checkSpec", bytes(32), SPEC_MAXIMA), world.alice).error == "SpecFieldOutOfRange"


def test_the_hashes_are_those_that_every_client_computes(world: World) -> None:
    sealed = world.seal(world.alice, 0, 5)
    expected = commit(
        chain_id=world.w3.eth.chain_id,
        contract=str(world.bounty.address),
        contest=9,
        participant=world.alice,
        spec=sealed.spec,
        salt=sealed.salt,
    )
    assert world.view("commitmentOf", 9, world.alice, sealed.spec, sealed.salt) == expected
    contest = world.open(panel=panel_of(world, 1))
    (member,) = members_of(contest)
    seal = seal_of(world, contest, member, [1, 1_000_000])
    assert world.view("sealOf", contest.number, member, REPORT, b"s" * 32, [1, 1_000_000]) == seal
