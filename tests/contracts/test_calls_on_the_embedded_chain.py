"""The committed artifact on the embedded chain: one path through each call, its events and where the money goes.

What each call refuses, and everything at the edges, is shown by Foundry (`contracts/test/bounty`).
"""

from __future__ import annotations

from typing import Any

from contracts.build import deployed_contracts
from hyperbounty.bounty.commitment import commit
from hyperbounty.bounty.price import surcharge_at
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.contracts.chain_world import BURN, ETHER, NATIVE, Mood, Refusal
from tests.contracts.contract_world import KEY, REPORT, THROUGHPUT, WINDOW, Outcome, Phase, Round, Verdict, World
from tests.contracts.panel_world import (
    CHALLENGE_BOND,
    FEE,
    MEMBER_BOND,
    SECONDS,
    challenge,
    panel_of,
    resolve,
    seal_of,
)

OPEN = bytes(32)  # no commitment: `future` mode


def paid(world: World, receipt: dict[str, Any]) -> list[tuple[str, int]]:
    return [(e["to"], e["amount"]) for e in world.events(receipt, "Paid")]


def test_an_offer_becomes_a_contest_once_everybody_has_accepted(world: World) -> None:
    terms = world.terms(shares=[6_000, 4_000], evaluatorFee=7, panel=panel_of(world, 3))
    escrow = terms["reward"] + terms["bond"] + 7
    receipt = world.send(world.call("open", tuple(terms.values())), world.organizer, escrow)
    (opened,) = world.events(receipt, "Opened")
    assert (opened["contest"], opened["organizer"], opened["evaluator"]) == (1, world.organizer, world.evaluator)
    shown = opened["terms"]
    assert {**shown, "panel": tuple(shown["panel"].values())} == terms
    contest = Round(1, terms)
    view = world.contest(contest)
    assert (view["phase"], view["acceptEnds"], view["submitEnds"]) == (Phase.OFFER, terms["acceptEnds"], 0)

    bond = terms["evaluatorBond"]
    receipt = world.send(world.call("accept", 1, THROUGHPUT), world.evaluator, bond)
    assert world.events(receipt, "Accepted") == [{"contest": 1, "account": world.evaluator, "throughput": THROUGHPUT}]
    for seat, member in enumerate(contest.members):
        assert world.events(receipt, "Started") == []
        receipt = world.send(world.call("acceptSeat", 1, seat), member, MEMBER_BOND)
        assert world.events(receipt, "Accepted") == [{"contest": 1, "account": member, "throughput": 0}]
    (started,) = world.events(receipt, "Started")
    mined_at = world.w3.eth.get_block(receipt["blockNumber"])["timestamp"]
    assert started == {"contest": 1, "submitEnds": mined_at + terms["submitSeconds"]}
    view = world.contest(contest)
    assert (view["phase"], view["acceptEnds"], view["submitEnds"]) == (Phase.SUBMIT, 0, started["submitEnds"])
    assert world.balance(world.bounty) == escrow + bond + 3 * MEMBER_BOND


def test_what_stands_behind_the_arguments_of_submit_costs_its_bytes_and_changes_nothing_else(world: World) -> None:
    contest = world.open()
    sealed = world.seal(world.bob, 0, 0)
    call = world.call("submit", contest.number, 0, world.commitment(contest.number, sealed))
    fee = contest.terms["entryFee"]
    seen = []
    for appended in (b"", b"\xc0" * 92, b"\xc0" * 5, bytes(92)):
        with world.reverted():
            receipt = world.send(call, world.bob, fee, appended=appended)
            slot = world.view("submissionOf", contest.number, world.bob, 0)
            seen.append((receipt["gasUsed"], world.events(receipt, "Submitted"), slot, world.balance(world.bounty)))
    plain, *others = seen
    assert [(gas - plain[0], rest) for gas, *rest in others] == [
        (92 * 16, list(plain[1:])),
        (5 * 16, list(plain[1:])),
        (92 * 4, list(plain[1:])),
    ]


def test_a_contest_from_its_start_to_its_prizes(world: World) -> None:
    contest = world.open(shares=[6_000, 4_000], evaluatorFee=7)
    receipt = world.send(world.call("sponsor", 1, 5), world.carol, 5)
    assert world.events(receipt, "Sponsored") == [{"contest": 1, "sponsor": world.carol, "amount": 5}]
    assert world.view("sponsorshipOf", 1, world.carol) == 5
    fee = contest.terms["entryFee"]
    first = world.seal(world.alice, 3, 0)
    commitment = world.commitment(1, first)
    receipt = world.send(world.call("submit", 1, 3, commitment), world.alice, fee)
    assert world.events(receipt, "Submitted") == [
        {"contest": 1, "participant": world.alice, "entry": 3, "commitment": commitment, "ordinal": 1}
    ]
    withdrawn, back = world.submit(contest, world.carol, 0, 2), world.submit(contest, world.carol, 1, 3)
    receipt = world.send(world.call("withdrawSubmission", 1, withdrawn.entry), world.carol)
    assert world.events(receipt, "SubmissionWithdrawn") == [{"contest": 1, "participant": world.carol, "entry": 0}]
    assert paid(world, receipt) == [(BURN, fee)]
    receipt = world.send(world.call("extend", 1, 500), world.organizer)
    contest.submit_ends += 500
    assert world.events(receipt, "Extended") == [{"contest": 1, "secs": 500, "submitEnds": contest.submit_ends}]
    assert paid(world, world.send(world.call("withdrawSubmission", 1, back.entry), world.carol)) == [(world.carol, fee)]
    second, silent = world.submit(contest, world.bob, 0, 1), world.submit(contest, world.carol, 2, 4)
    assert silent.entry == 2

    world.at(contest.submit_ends)
    receipt = world.reveal(contest, second)
    assert world.events(receipt, "Revealed") == [
        {
            "contest": 1,
            "participant": world.bob,
            "index": 0,
            "entry": 0,
            "ordinal": 4,
            "spec": second.spec,
            "salt": second.salt,
        }
    ]
    world.reveal(contest, first)
    world.at(contest.reveal_ends)
    receipt = world.send(world.call("publishHoldoutKey", 1, KEY), world.evaluator)
    assert world.events(receipt, "HoldoutKeyPublished") == [{"contest": 1, "key": KEY}]
    receipt = world.record(contest, [700_000, 700_000])
    assert world.events(receipt, "ScoresRecorded") == [{"contest": 1, "report": REPORT, "scores": [700_000, 700_000]}]

    receipt = world.settle(contest)
    prize = ETHER + 5
    assert world.events(receipt, "Settled") == [{"contest": 1, "outcome": Outcome.WON, "prize": prize, "pot": 0}]
    # A tie goes to the earlier submission; the best is paid last of the winners.
    assert paid(world, receipt) == [
        (world.bob, prize * 4 // 10),
        (world.alice, prize - prize * 4 // 10),
        (world.evaluator, contest.terms["evaluatorBond"] + 2 * fee + 7),
        (world.organizer, contest.terms["bond"]),
        (BURN, fee),
    ]
    view = world.contest(contest)
    assert (view["phase"], view["outcome"], view["winners"]) == (Phase.SETTLED, Outcome.WON, [1, 0])
    assert world.balance(world.bounty) == 0


def test_the_second_half_of_the_slots_costs_the_prize_and_change_comes_back(world: World) -> None:
    contest = world.open(maxSubmissions=4, maxPerAddress=4)
    surcharges = []
    for entry in range(4):
        fee, surcharge = world.view("priceOf", contest.number)
        call = world.call("submit", contest.number, entry, b"%032d" % entry)
        receipt = world.send(call, world.alice, fee + surcharge + 9)
        expected = [(BURN, surcharge)] if surcharge else []
        assert paid(world, receipt) == [*expected, (world.alice, 9)]
        surcharges.append(surcharge)
    assert surcharges == [surcharge_at(ETHER, 4, standing) for standing in range(4)]
    assert sum(surcharges) >= ETHER
    assert world.view("priceOf", contest.number) == [0, 0]


def test_an_offer_that_lapses_gives_everybody_its_own_back(world: World) -> None:
    contest = world.offer(panel=panel_of(world, 3))
    world.send(world.call("acceptSeat", 1, 2), contest.members[2], MEMBER_BOND)
    world.at(contest.terms["acceptEnds"])
    assert world.view("phaseOf", 1) == Phase.LAPSED
    receipt = world.send(world.call("settle", 1), world.stranger)
    assert world.events(receipt, "Cancelled") == [{"contest": 1}]
    assert paid(world, receipt) == [(contest.members[2], MEMBER_BOND), (world.organizer, contest.escrow)]
    assert world.balance(world.bounty) == 0


def test_a_void_contest_is_claimed_and_a_credit_withdrawn(world: World) -> None:
    wallet = world.deploy("Wallet")
    contest = world.open(holdoutCommitment=OPEN)
    world.send(world.call("sponsor", 1, 5), world.carol, 5)
    world.play(contest, [(wallet, 0, 0), (world.bob, 0, 1)])
    world.send(wallet.functions.behave(Mood.REJECT), world.stranger)
    half = contest.terms["evaluatorBond"] // 2
    receipt = world.settle(contest)
    pot = half + 2 * contest.terms["entryFee"]
    assert world.events(receipt, "Settled") == [{"contest": 1, "outcome": Outcome.VOID, "prize": 0, "pot": pot}]
    assert paid(world, receipt) == [(world.organizer, contest.escrow), (BURN, half)]
    receipt = world.send(world.call("claim", 1, [1, 0]), world.stranger)
    assert world.events(receipt, "Claimed") == [
        {"contest": 1, "index": 1, "participant": world.bob, "amount": pot // 2},
        {"contest": 1, "index": 0, "participant": wallet.address, "amount": pot // 2},
    ]
    assert world.events(receipt, "Credited") == [
        {"id": 1, "owner": wallet.address, "asset": NATIVE, "amount": pot // 2}
    ]
    receipt = world.send(world.call("reclaim", 1, world.carol), world.stranger)
    assert world.events(receipt, "Reclaimed") == [{"contest": 1, "sponsor": world.carol, "amount": 5}]
    receipt = world.send(world.call("withdraw", NATIVE, world.carol), wallet)
    assert world.events(receipt, "CreditWithdrawn") == [
        {"asset": NATIVE, "owner": wallet.address, "to": world.carol, "amount": pot // 2}
    ]
    assert world.balance(world.bounty) == 0


def test_a_dispute_that_the_challenger_wins(world: World) -> None:
    terms: dict[str, Any] = {"holdoutCommitment": OPEN, "evaluatorFee": 7, "panel": panel_of(world, 3)}
    contest = world.play(world.open(**terms), [(world.alice, 0, 0), (world.bob, 0, 1)])
    world.record(contest, [900_000, 600_000])
    receipt = challenge(world, contest)
    assert world.events(receipt, "Challenged") == [{"contest": 1, "challenger": world.stranger}]
    receipt = resolve(world, contest, [[550_000, 800_000]] * 3)
    assert world.events(receipt, "Resolved") == [
        {"contest": 1, "verdict": Verdict.OVERTURNED, "scores": [550_000, 800_000]}
    ]
    receipt = world.send(world.call("settle", 1), world.stranger)
    half = contest.terms["evaluatorBond"] // 2
    pot = 2 * contest.terms["entryFee"]
    assert paid(world, receipt) == [
        (world.bob, ETHER),
        *((member, MEMBER_BOND + FEE) for member in contest.members),
        (world.stranger, CHALLENGE_BOND + half - 3 * FEE),
        (world.organizer, contest.terms["bond"] + 7),
        (BURN, half),
    ]
    assert world.balance(world.bounty) == pot
    world.send(world.call("claim", 1, [0, 1]), world.stranger)
    assert world.balance(world.bounty) == 0


def test_an_evaluator_whose_silence_is_challenged(world: World) -> None:
    terms: dict[str, Any] = {"holdoutCommitment": OPEN, "evaluatorFee": 7, "panel": panel_of(world, 3)}
    contest = world.play(world.open(**terms), [(world.alice, 0, 0), (world.bob, 0, 1)])
    challenge(world, contest)
    receipt = resolve(world, contest, [[550_000, 800_000]] * 3)
    assert world.events(receipt, "Resolved") == [
        {"contest": 1, "verdict": Verdict.OVERTURNED, "scores": [550_000, 800_000]}
    ]
    receipt = world.send(world.call("settle", 1), world.stranger)
    half = contest.terms["evaluatorBond"] // 2
    assert paid(world, receipt) == [
        (world.bob, ETHER),
        *((member, MEMBER_BOND + FEE) for member in contest.members),
        (world.stranger, CHALLENGE_BOND + half - 3 * FEE),
        (world.organizer, contest.terms["bond"] + 7),
        (BURN, half),
    ]
    assert world.balance(world.bounty) == 2 * contest.terms["entryFee"]


def test_a_key_withheld_burns_the_reward_and_cannot_be_challenged(world: World) -> None:
    contest = world.open(evaluatorFee=7, panel=panel_of(world, 1))
    sealed = world.submit(contest, world.alice, 0, 0)
    world.at(contest.submit_ends)
    world.reveal(contest, sealed)
    world.at(contest.score_ends)
    refusal = world.refusal(world.call("challenge", 1), world.stranger, CHALLENGE_BOND)
    assert refusal == Refusal("KeyNotPublished", {"contest": 1})
    world.at(contest.challenge_ends)
    receipt = world.send(world.call("settle", 1), world.stranger)
    half = contest.terms["bond"] // 2
    assert paid(world, receipt) == [
        (contest.members[0], MEMBER_BOND),
        (world.evaluator, contest.terms["evaluatorBond"]),
        (world.organizer, 7),
        (BURN, ETHER + half),
    ]
    assert world.balance(world.bounty) == half + contest.terms["entryFee"]


def test_scores_that_say_that_there_are_none(world: World) -> None:
    contest = world.play(world.open(holdoutCommitment=OPEN, panel=panel_of(world, 1)), [(world.alice, 0, 0)])
    receipt = world.record(contest, [])
    assert world.events(receipt, "ScoresRecorded") == [{"contest": 1, "report": REPORT, "scores": []}]
    assert world.contest(contest)["unscorable"]
    challenge(world, contest)
    receipt = resolve(world, contest, [[]])
    assert world.events(receipt, "Resolved") == [{"contest": 1, "verdict": Verdict.UPHELD, "scores": []}]
    receipt = world.send(world.call("settle", 1), world.stranger)
    assert world.view("outcomeOf", 1) == Outcome.VOID


def test_a_silent_panel_ends_a_contest_void(world: World) -> None:
    contest = world.play(world.open(holdoutCommitment=OPEN, panel=panel_of(world, 1)), [(world.alice, 0, 0)])
    world.record(contest, [900_000])
    challenge(world, contest)
    world.at(contest.challenge_ends + 2 * SECONDS)
    world.send(world.call("settle", 1), world.stranger)
    assert world.view("outcomeOf", 1) == Outcome.VOID


def test_a_contest_in_a_token_that_is_cancelled(world: World) -> None:
    token = world.deploy("PlainToken")
    for account, amount in ((world.organizer, 11), (world.evaluator, 5)):
        world.send(token.functions.mint(account, amount), world.stranger)
        world.send(token.functions.approve(world.bounty.address, amount), account)
    world.open(asset=token.address, reward=10, bond=1, evaluatorBond=5)
    assert world.balance(world.bounty, token) == 16
    receipt = world.send(world.call("cancel", 1), world.organizer)
    assert world.events(receipt, "Cancelled") == [{"contest": 1}]
    assert paid(world, receipt) == [(world.evaluator, 5), (world.organizer, 11)]
    assert world.balance(world.organizer, token) == 11


def test_a_refusal_says_why_by_name(world: World) -> None:
    contest = world.open()
    call = world.call("submit", 1, 0, b"c" * 32)
    fee = contest.terms["entryFee"]
    assert world.refusal(call, world.alice, 1) == Refusal("WrongAmount", {"expected": fee, "actual": 1})
    world.at(contest.submit_ends)
    wrong = {"contest": 1, "expected": Phase.SUBMIT, "actual": Phase.REVEAL}
    assert world.refusal(call, world.alice, fee) == Refusal("WrongPhase", wrong)
    world.view("checkSpec", Spec().word, SPEC_MAXIMA)
    assert world.refusal(world.call("checkSpec", bytes(32), SPEC_MAXIMA), world.alice).error == "SpecFieldOutOfRange"


def test_a_refusal_by_the_rules_contract_arrives_as_the_bounty_s_own(world: World) -> None:
    terms = world.terms(revealSeconds=WINDOW - 1)
    refusal = world.refusal(world.call("open", tuple(terms.values())), world.organizer)
    assert refusal == Refusal("WindowTooShort", {"minimum": WINDOW, "actual": WINDOW - 1})


def test_the_two_contracts_that_it_creates_are_at_the_addresses_that_its_code_makes(world: World) -> None:
    assembled = {
        contract.name: contract.creates for contract in deployed_contracts() if contract.name == "HyperparameterBounty"
    }
    assert assembled == {"HyperparameterBounty": ("Rules", "Verdicts")}
    # CREATE2 (EIP-1014) gives them no nonce of the creator's: both exist, and no third.
    assert world.w3.eth.get_transaction_count(world.bounty.address) == 3


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
    (member,) = contest.members
    seal = seal_of(world, contest, member, [1, 1_000_000])
    assert world.view("sealOf", contest.number, member, REPORT, b"s" * 32, [1, 1_000_000]) == seal
