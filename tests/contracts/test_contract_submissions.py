"""`submit`, `withdrawSubmission`, `reveal`: sealed specs, their slots and their deposits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hyperbounty.bounty.commitment import commit
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from tests.contracts.contract_world import DOMAIN, Refusal, Round, World, spec_word

EMPTY, SEALED, REVEALED = range(3)


def submission(world: World, contest: Round, participant: str, entry: int) -> tuple[int, int, bytes, bytes]:
    return tuple(world.view("submissionOf", contest.number, participant, entry))


def test_submit_escrows_the_deposit_and_seals_the_slot(world: World) -> None:
    contest = world.open()
    held = world.balance(world.bounty)
    sealed = world.seal(world.alice, 3, 0)
    commitment = world.commitment(contest.number, sealed)
    receipt = world.send(world.call("submit", contest.number, 3, commitment), world.alice, contest.terms["deposit"])
    assert world.events(receipt, "Submitted") == [
        {"contest": contest.number, "participant": world.alice, "entry": 3, "commitment": commitment, "ordinal": 1}
    ]
    assert world.balance(world.bounty) - held == contest.terms["deposit"]
    assert submission(world, contest, world.alice, 3) == (SEALED, 1, commitment[:28], bytes(32))
    assert submission(world, contest, world.alice, 2) == (EMPTY, 0, bytes(28), bytes(32))
    assert world.contest(contest)["standing"] == 1


def test_the_commitment_is_the_one_every_client_computes(world: World) -> None:
    sealed = world.seal(world.alice, 0, 5)
    expected = commit(
        chain_id=world.w3.eth.chain_id,
        contract=str(world.bounty.address),
        contest=9,
        participant=world.alice,
        spec=sealed.spec,
        salt=sealed.salt,
    )
    assert DOMAIN[:24] == b"hyperbounty/commitment/1"
    assert world.view("commitmentOf", 9, world.alice, sealed.spec, sealed.salt) == expected
    assert world.commitment(9, sealed) == expected


@pytest.mark.parametrize("difference", [-1, 1])
def test_submit_takes_exactly_the_deposit(world: World, difference: int) -> None:
    contest = world.open()
    deposit = contest.terms["deposit"]
    refusal = world.refusal(world.call("submit", contest.number, 0, b"c" * 32), world.alice, deposit + difference)
    assert refusal == Refusal("WrongAmount", {"expected": deposit, "actual": deposit + difference})


def test_the_slots_of_an_address_are_limited(world: World) -> None:
    contest = world.open(maxPerAddress=2)
    world.submit(contest, world.alice, 0, 0)
    world.submit(contest, world.alice, 1, 1)
    call = world.call("submit", contest.number, 2, b"c" * 32)
    assert world.refusal(call, world.alice, contest.terms["deposit"]) == Refusal(
        "EntryOutOfRange", {"entry": 2, "maxPerAddress": 2}
    )
    huge = world.call("submit", contest.number, 2**256 - 1, b"c" * 32)
    assert world.refusal(huge, world.alice, contest.terms["deposit"]).error == "EntryOutOfRange"


def test_the_submissions_of_a_contest_are_limited_and_a_withdrawal_makes_room(world: World) -> None:
    contest = world.open(maxSubmissions=2, maxPerAddress=2)
    world.submit(contest, world.alice, 0, 0)
    world.submit(contest, world.bob, 0, 1)
    call = world.call("submit", contest.number, 0, b"c" * 32)
    assert world.refusal(call, world.carol, contest.terms["deposit"]) == Refusal(
        "TooManySubmissions", {"maxSubmissions": 2}
    )
    world.send(world.call("submit", contest.number, 0, b"d" * 32), world.bob)  # a replacement needs no room
    world.send(world.call("withdrawSubmission", contest.number, 0), world.alice)
    world.submit(contest, world.carol, 0, 2)
    assert world.contest(contest)["standing"] == 2


def test_a_replacement_costs_no_deposit_and_goes_to_the_end_of_the_order(world: World) -> None:
    contest = world.open()
    first = world.submit(contest, world.alice, 0, 0)
    world.submit(contest, world.bob, 0, 1)
    held = world.balance(world.bounty)
    second = world.seal(world.alice, 0, 2)
    call = world.call("submit", contest.number, 0, world.commitment(contest.number, second))
    assert world.refusal(call, world.alice, contest.terms["deposit"]) == Refusal(
        "WrongAmount", {"expected": 0, "actual": contest.terms["deposit"]}
    )
    world.send(call, world.alice)
    assert world.balance(world.bounty) == held
    assert world.contest(contest)["standing"] == 2
    assert submission(world, contest, world.alice, 0)[1] == 3

    world.at(contest.submit_ends)
    assert world.refusal(world.reveal_call(contest, first), world.alice).error == "CommitmentMismatch"
    world.reveal(contest, second)


def test_withdrawing_empties_the_slot_and_returns_the_deposit(world: World) -> None:
    contest = world.open()
    held = world.balance(world.bounty)
    sealed = world.submit(contest, world.alice, 4, 0)
    receipt = world.send(world.call("withdrawSubmission", contest.number, 4), world.alice)
    assert world.events(receipt, "SubmissionWithdrawn") == [
        {"contest": contest.number, "participant": world.alice, "entry": 4}
    ]
    assert world.events(receipt, "Paid") == [
        {"contest": contest.number, "to": world.alice, "amount": contest.terms["deposit"]}
    ]
    assert world.balance(world.bounty) == held
    assert submission(world, contest, world.alice, 4)[0] == EMPTY

    nothing = Refusal("NoSubmission", {"contest": contest.number, "participant": world.alice.lower(), "entry": 4})
    assert world.refusal(world.call("withdrawSubmission", contest.number, 4), world.alice) == nothing
    world.at(contest.submit_ends)
    assert world.refusal(world.reveal_call(contest, sealed), world.alice) == nothing


def test_nobody_withdraws_for_another(world: World) -> None:
    contest = world.open()
    world.submit(contest, world.alice, 0, 0)
    assert world.refusal(world.call("withdrawSubmission", contest.number, 0), world.bob).error == "NoSubmission"


def test_reveal_records_emits_and_returns_the_deposit(world: World) -> None:
    contest = world.open()
    held = world.balance(world.bounty)
    world.submit(contest, world.bob, 0, 7)
    sealed = world.submit(contest, world.alice, 5, 1)
    world.at(contest.submit_ends)
    receipt = world.reveal(contest, sealed)
    assert world.events(receipt, "Revealed") == [
        {
            "contest": contest.number,
            "participant": world.alice,
            "index": 0,
            "entry": 5,
            "ordinal": 2,
            "spec": sealed.spec,
            "salt": sealed.salt,
        }
    ]
    assert world.events(receipt, "Paid") == [
        {"contest": contest.number, "to": world.alice, "amount": contest.terms["deposit"]}
    ]
    assert world.balance(world.bounty) - held == contest.terms["deposit"]  # bob's
    assert tuple(world.view("revealedAt", contest.number, 0)) == (world.alice, 5, 2, sealed.spec)
    assert submission(world, contest, world.alice, 5) == (REVEALED, 0, bytes(28), sealed.spec)
    view = world.contest(contest)
    assert (view["standing"], view["revealed"]) == (2, 1)


def test_a_spec_is_revealed_once(world: World) -> None:
    contest = world.open()
    sealed = world.submit(contest, world.alice, 0, 1)
    world.at(contest.submit_ends)
    world.reveal(contest, sealed)
    assert world.refusal(world.reveal_call(contest, sealed), world.alice) == Refusal(
        "AlreadyRevealed", {"contest": contest.number, "participant": world.alice.lower(), "entry": 0}
    )


def test_revealed_at_names_what_is_out_of_range(world: World) -> None:
    contest = world.open()
    call = world.call("revealedAt", contest.number, 0)
    assert world.refusal(call, world.alice) == Refusal("NoSuchReveal", {"index": 0, "revealed": 0})


def test_a_copied_commitment_cannot_be_opened(world: World) -> None:
    contest = world.open()
    original = world.submit(contest, world.alice, 0, 1)
    commitment = world.commitment(contest.number, original)
    world.send(world.call("submit", contest.number, 0, commitment), world.bob, contest.terms["deposit"])
    world.at(contest.submit_ends)
    world.reveal(contest, original)

    stolen = replace(original, sender=world.bob)
    refusal = world.refusal(world.reveal_call(contest, stolen), world.bob)
    assert refusal == Refusal(
        "CommitmentMismatch",
        {"expected": commitment[:28], "actual": world.commitment(contest.number, stolen)[:28]},
    )


def test_a_commitment_opens_only_in_its_own_contest(world: World) -> None:
    first, second = world.open(), world.open()
    sealed = world.submit(first, world.alice, 0, 1)
    commitment = world.commitment(first.number, sealed)
    world.send(world.call("submit", second.number, 0, commitment), world.alice, second.terms["deposit"])
    world.at(max(first.submit_ends, second.submit_ends))
    assert world.refusal(world.reveal_call(second, sealed), world.alice).error == "CommitmentMismatch"
    world.reveal(first, sealed)


@pytest.mark.parametrize("wrong", ["spec", "salt"])
def test_another_spec_or_salt_does_not_open_it(world: World, wrong: str) -> None:
    contest = world.open()
    sealed = world.submit(contest, world.alice, 0, 1)
    world.at(contest.submit_ends)
    other = replace(sealed, spec=spec_word(2)) if wrong == "spec" else replace(sealed, salt=bytes(32))
    assert world.refusal(world.reveal_call(contest, other), world.alice).error == "CommitmentMismatch"


def test_a_spec_above_the_limits_of_the_contest_cannot_be_revealed(world: World) -> None:
    limits = pack(unpack(SPEC_MAXIMA) | {"recurrent_units_1": 64})
    contest = world.open(limits=limits)
    allowed = world.submit(contest, world.alice, 0, Spec(recurrent_units=(64,)).word)
    above = world.submit(contest, world.alice, 1, Spec(recurrent_units=(65,)).word)
    world.at(contest.submit_ends)
    assert world.refusal(world.reveal_call(contest, above), world.alice) == Refusal(
        "SpecFieldOutOfRange",
        {"field": [f.name for f in FIELDS].index("recurrent_units_1"), "value": 65, "lowest": 0, "highest": 64},
    )
    world.reveal(contest, allowed)


def test_a_word_that_is_no_spec_cannot_be_revealed(world: World) -> None:
    contest = world.open()
    sealed = [
        world.submit(contest, world.alice, 0, bytes(32)),
        world.submit(contest, world.alice, 1, b"\x81" + spec_word(0)[1:]),  # would read as sealed
        world.submit(contest, world.alice, 2, spec_word(0)[:-1] + b"\1"),
    ]
    world.at(contest.submit_ends)
    assert [world.refusal(world.reveal_call(contest, s), world.alice).error for s in sealed] == [
        "SpecFieldOutOfRange",
        "SpecFieldOutOfRange",
        "SpecUnusedBits",
    ]
