"""The contract's client under keys: a step is taken once, and what is decided by is what stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from web3.contract.contract import Contract as Token

from evaluator.bounty.ballots import BallotBox
from evaluator.bounty.panel import open_sealed_scores, send_sealed_scores
from hyperbounty.accounts import devnet_account
from hyperbounty.bounty import claims
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.finality import FINAL_BLOCKS, final_blocks, final_contest
from hyperbounty.bounty.price import headroom, surcharge_at
from hyperbounty.bounty.steps import record_once, settle
from hyperbounty.bounty.types import Contest, Outcome, Panel, Phase, RecordedScores, SubmissionState, Terms
from hyperbounty.chain.artifacts import Artifact, load_artifact
from hyperbounty.chain.client import ContractCall
from hyperbounty.chain.connection import Chain, Receipt
from hyperbounty.chain.devnet import Devnet
from hyperbounty.chain.erc20 import asset_at
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.spec.spec import Spec
from participant.bounty.entering import new_entry
from participant.bounty.entries import Entry, EntryBook
from tests.bounty.usual_terms import KEY, usual_terms

ORGANIZER, ADA, EVALUATOR = 1, 2, 3


class World:
    """A devnet with the contract on it; every connection is one more process, all with the same journal."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.direct = Chain.connect(url)
        self.address = BountyContract.deploy(self.direct, devnet_account(0, self.direct))[0].address
        # Deep enough for every client here.
        self.mine()
        self.mine()
        self.organizer, self.ada, self.evaluator = (
            devnet_account(number, self.direct) for number in (ORGANIZER, ADA, EVALUATOR)
        )

    def contract(self, *, confirmations: int = 1) -> BountyContract:
        policy = SendingPolicy(confirmations=confirmations)
        chain = Chain.connect(self.url, policy=policy, journal=self.folder / "journal", sleep=self.mine)
        return BountyContract(chain, self.address)

    def mine(self, _: float = 0) -> None:
        self.direct.w3.manager.request_blocking("evm_mine", [])  # type: ignore[arg-type]

    def start(self, contract: BountyContract, **changes: Any) -> Contest:
        """Offer a contest without a panel, and have its evaluator accept it."""
        number, _ = contract.open(self.organizer, self.terms(**changes))
        contest = contract.contest(number)
        contract.accept(self.evaluator, contest, contest.needed_throughput)
        return contract.contest(number)

    def count(self, event: str) -> int:
        contract = self.direct.contract(self.address, load_artifact(BountyContract.NAME).abi)
        return len(self.direct.logs(contract.events[event](), 0))

    def nonce(self, account: LocalAccount) -> int:
        return self.direct.w3.eth.get_transaction_count(account.address)

    def terms(self, **changes: Any) -> Terms:
        return usual_terms(self.direct.timestamp(), self.evaluator.address, **changes)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Devnet(port=0) as devnet:
        yield World(devnet.url, tmp_path)


@pytest.fixture
def token(world: World) -> Token:
    found = json.loads((Path(__file__).parents[2] / "contracts/artifacts/test/PlainToken.json").read_text())
    artifact = Artifact("PlainToken", tuple(found["abi"]), bytes.fromhex(found["bytecode"].removeprefix("0x")), b"")
    address, _ = world.direct.deploy(artifact, devnet_account(0, world.direct))
    token = world.direct.contract(address, artifact.abi)
    for account in (world.organizer, world.ada, world.evaluator):
        world.direct.send(token.functions.mint(account.address, 10**6), account)
    return token


def test_a_contest_in_a_token_is_opened_once_with_one_approval(world: World, token: Token) -> None:
    before = world.nonce(world.organizer)
    terms = world.terms(asset=asset_at(world.direct, token.address))
    numbers = [world.contract().open(world.organizer, terms, key="open/a")[0]]
    # By now the terms are others, as their deadline counts from another moment.
    world.mine()
    later = world.terms(asset=asset_at(world.direct, token.address), accept_ends=world.direct.timestamp() + 20_000)
    numbers.append(world.contract().open(world.organizer, later, key="open/a")[0])
    assert numbers == [1, 1]
    assert world.nonce(world.organizer) - before == 2
    assert world.contract().open(world.organizer, later, key="open/b")[0] == 2
    assert token.functions.balanceOf(world.address).call() == 2 * 1100


def test_an_approval_that_was_used_up_elsewhere_is_given_again(world: World, token: Token) -> None:
    terms = world.terms(asset=asset_at(world.direct, token.address))
    stopped, contract = world.contract(), world.contract()
    approve = token.functions.approve(world.address, terms.escrow)
    stopped.chain.send(approve, world.organizer, key=f"{world.address}/open/a/approve/0")
    # Approved and stopped; then the allowance goes into another contest.
    contract.open(world.organizer, terms, key="open/b")
    assert contract.open(world.organizer, terms, key="open/a")[0] == 2
    assert world.count("Opened") == 2


def test_views_show_what_is_deep_enough(world: World) -> None:
    shallow, deep = world.contract(), world.contract(confirmations=3)
    number, _ = shallow.open(world.organizer, world.terms())
    with pytest.raises(InvalidInput, match="there is no contest 1"):
        deep.contest(number)
    world.mine()
    world.mine()
    shallow.accept(world.evaluator, shallow.contest(number), 1000)
    shallow.submit(world.ada, deep.contest(number), 0, b"c" * 32)
    assert shallow.submission(number, world.ada.address, 0).state is SubmissionState.SEALED
    assert deep.submission(number, world.ada.address, 0).state is SubmissionState.EMPTY
    assert not deep.is_final(world.ada, "never sent")


def test_an_entry_is_paid_once_while_it_is_not_deep_yet(world: World) -> None:
    number = world.start(world.contract(confirmations=3)).number
    before = world.nonce(world.ada)
    # Two processes: to the second the slot looks empty still, and it finds the transaction of the first.
    shallow, deep = world.contract(), world.contract(confirmations=3)
    first = shallow.submit(world.ada, shallow.contest(number), 0, b"c" * 32, key="submit/1/0/c")
    assert deep.submission(number, world.ada.address, 0).state is SubmissionState.EMPTY
    second = deep.submit(world.ada, deep.contest(number), 0, b"c" * 32, key="submit/1/0/c")
    assert first.hash == second.hash
    assert world.nonce(world.ada) - before == 1


def test_named_people_and_sponsors_pay_once(world: World, token: Token) -> None:
    member = devnet_account(5, world.direct)
    world.direct.send(token.functions.mint(member.address, 100), member)
    panel = Panel((member.address,), 20, 30, fee=5, tolerance=2, seal_seconds=600, open_seconds=600)
    terms = world.terms(asset=asset_at(world.direct, token.address), panel=panel, challenge_seconds=600)
    number, _ = world.contract().open(world.organizer, terms)
    contract = world.contract()
    contest = contract.contest(number)
    assert not contest.started
    for _ in range(2):
        again = world.contract()
        again.accept_seat(member, contest, 0, key="seat")
        again.accept(world.evaluator, contest, contest.needed_throughput, key="accept")
        again.sponsor(world.ada, contest, 7, key="sponsor/0")
    assert world.count("Accepted") == 2
    assert world.count("Started") == 1
    assert contract.sponsorship(number, world.ada.address) == 7
    assert token.functions.balanceOf(world.address).call() == 1100 + 20 + 50 + 7
    contest, dispute = contract.contest(number), contract.dispute(number)
    assert dispute.accepted == (True,)
    assert contest.submit_ends is not None
    assert contest.challenge_ends == contest.submit_ends + 1000 + 2400 + 600
    assert dispute.seal_ends == contest.challenge_ends + 600
    assert (contest.prize, contest.sponsored) == (1007, 7)


def test_the_deadlines_of_an_offer_are_not_known_yet(world: World) -> None:
    contract = world.contract()
    number, _ = contract.open(world.organizer, world.terms())
    contest, dispute = contract.contest(number), contract.dispute(number)
    assert contest.phase is Phase.OFFER
    assert contest.accept_ends is not None
    known = (contest.submit_ends, contest.reveal_ends, contest.key_ends, contest.score_ends, contest.challenge_ends)
    assert {*known, dispute.seal_ends, dispute.open_ends, dispute.resolve_ends} == {None}
    assert contract.first_submit_ends(contest) is None
    with pytest.raises(TransactionReverted, match=str(contest.needed_throughput)):
        contract.accept(world.evaluator, contest, contest.needed_throughput - 1)
    contract.accept(world.evaluator, contest, contest.needed_throughput)
    started = contract.contest(number)
    assert started.accept_ends is None
    contract.extend(world.organizer, number, 100)
    assert contract.first_submit_ends(started) == started.submit_ends
    assert contract.contest(number).submit_ends == started.submit_ends + 100 if started.submit_ends else False


def test_an_entry_in_the_second_half_takes_room_for_a_rising_price(world: World) -> None:
    contract = world.contract()
    contest = world.start(contract, reward=10**6)
    for entry in range(4):
        contract.submit(world.ada, contest, entry, b"c" * 32)
        contract.submit(world.evaluator, contest, entry, b"c" * 32)
    price = contract.price(contest.number)
    assert price == contest.price_at(8)
    assert price.surcharge == surcharge_at(10**6, 16, 8)
    assert contract.most_to_submit(contest.number) == price.total + headroom(10**6, 16, 8) == price.total + 10**4
    held = world.direct.balance(world.address)
    receipt = contract.submit(world.organizer, contest, 0, b"c" * 32)
    assert world.direct.balance(world.address) == held + price.entry_fee
    burned, change = contract.payments(receipt)
    assert (burned.burned, burned.amount) == (True, price.surcharge)
    assert (change.payee, change.amount) == (world.organizer.address, 10**4)


def test_a_pot_is_claimed_in_batches_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "CLAIMS_IN_COINS", 2)
    contract = world.contract()
    contest = world.start(contract, score_seconds=2400, evaluator_bond=101)
    spec, salt = Spec().word, b"s" * 32
    for entry in range(3):
        sealed = Entry(contract.place(contest.number, world.ada.address, entry), spec, salt)
        contract.submit(world.ada, contest, entry, sealed.commitment)
    assert contest.submit_ends is not None
    world.direct.advance_to(contest.submit_ends)
    for entry in range(3):
        contract.reveal(world.ada, contest.number, entry, spec, salt)
    assert contract.claimable(contest) == ()
    world.direct.advance_to(contest.submit_ends + 1000)
    contract.publish_holdout_key(world.organizer, contest.number, KEY)
    world.direct.advance_to(contest.submit_ends + 3400)
    settle(contract, world.evaluator, contest.number)
    ended = contract.contest(contest.number)
    assert (ended.outcome, ended.pot) == (Outcome.VOID, 50 + 3 * 10)
    assert [ended.share_of_pot(index) for index in range(3)] == [27, 27, 26]
    assert contract.claimable(ended, world.evaluator.address) == ()
    first = contract.claim(world.evaluator, ended, [1], key="claim/1")
    assert contract.claimable(ended) == (0, 2)
    # The batches are others now, and nothing is paid twice.
    rest = contract.claim(world.evaluator, ended, [0, 1, 2], key="claim/1")
    assert [len(contract.payments(receipt)) for receipt in (*first, *rest)] == [1, 1, 1]
    assert contract.claim(world.evaluator, ended, [0, 1, 2]) == []
    assert contract.claimable(ended, world.ada.address) == ()


def test_a_step_that_was_sent_is_not_thought_about_again(world: World) -> None:
    contract = world.contract()
    number = world.start(contract).number
    asked: list[int] = []

    def extension() -> ContractCall | None:
        asked.append(len(asked))
        return ContractCall(contract.calls.extend(number, 10)) if len(asked) > 1 else None

    before = world.nonce(world.organizer)
    assert contract.send_once(world.organizer, "extend", extension) is None
    assert world.nonce(world.organizer) == before
    sent = [contract.send_once(world.organizer, "extend", extension) for _ in range(2)]
    assert sent[0] is not None
    assert sent[0] == sent[1] == world.contract().resume(world.organizer, "extend")
    assert asked == [0, 1]
    assert world.nonce(world.organizer) == before + 1


def test_what_another_process_sends_while_a_call_is_made_counts(world: World) -> None:
    contract, other = world.contract(), world.contract()
    number = world.start(contract).number
    before = world.nonce(world.organizer)
    meanwhile: list[Receipt] = []

    def extension() -> ContractCall:
        meanwhile.append(other.extend(world.organizer, number, 10, key="extend"))
        return ContractCall(contract.calls.extend(number, 20))

    assert contract.send_once(world.organizer, "extend", extension) == meanwhile[0]
    assert world.nonce(world.organizer) == before + 1


def test_without_a_key_a_call_is_sent_each_time(world: World) -> None:
    contract = world.contract()
    number = world.start(contract).number
    before = world.nonce(world.organizer)
    for _ in range(2):
        contract.send_once(world.organizer, None, lambda: ContractCall(contract.calls.extend(number, 10)))
    assert world.nonce(world.organizer) == before + 2


def test_what_the_contract_refuses_while_a_call_is_made_is_explained_too(world: World) -> None:
    contract = world.contract()
    with pytest.raises(TransactionReverted, match="contest is in none") as caught:
        contract.send_once(world.organizer, "extend", lambda: ContractCall(contract.calls.extend(1, 10)))
    assert caught.value.error == "WrongPhase"


def test_all_contests_are_those_that_are_read_one_by_one(world: World) -> None:
    contract = world.contract()
    assert contract.contests() == []
    members = tuple(sorted((devnet_account(n, world.direct).address for n in (5, 6, 7)), key=str.lower))
    panel = Panel(members, 5, challenge_bond=7, fee=1, tolerance=2, seal_seconds=600, open_seconds=600)
    for terms in (world.terms(), world.terms(panel=panel, challenge_seconds=600), world.terms(shares=(6000, 4000))):
        contract.open(world.organizer, terms)
    contract.cancel(world.organizer, 1)
    assert contract.contests() == [contract.contest(number) for number in (1, 2, 3)]
    assert len(world.contract(confirmations=2).contests()) == 3
    assert len(world.contract(confirmations=3).contests()) == 2
    calls = [contract.calls.disputeOf(number) for number in (1, 2, 3)]
    assert [reading.value for reading in contract.read_many(calls)] == [contract.chain.read(call) for call in calls]


def test_scores_that_stand_are_recorded_once_and_put_back_after_others(world: World) -> None:
    contract = world.contract()
    contest, spec, salt = world.start(contract), Spec().word, b"s" * 32
    number = contest.number
    sealed = Entry(contract.place(number, world.ada.address, 0), spec, salt)
    contract.submit(world.ada, contest, 0, sealed.commitment)
    assert contest.submit_ends is not None
    world.direct.advance_to(contest.submit_ends)
    contract.reveal(world.ada, number, 0, spec, salt)
    world.direct.advance_to(contest.submit_ends + contest.reveal_seconds)
    contract.publish_holdout_key(world.organizer, number, KEY)
    first, other = RecordedScores(b"1" * 32, (5,)), RecordedScores(b"2" * 32, (6,))
    receipts = [record_once(contract, world.evaluator, contest, scores).hash for scores in (first, first, other, first)]
    assert receipts[0] == receipts[1]
    assert len(set(receipts)) == 3
    assert contract.recordings(contest) == [first, other, first]


def test_a_panel_scores_what_the_evaluator_did_not(world: World, tmp_path: Path) -> None:
    contract = world.contract()
    member = devnet_account(4, world.direct)
    panel = Panel((member.address,), 5, challenge_bond=7, fee=1, tolerance=2, seal_seconds=600, open_seconds=600)
    terms = world.terms(panel=panel, challenge_seconds=600, holdout_commitment=bytes(32))
    number, _ = contract.open(world.organizer, terms)
    contest = contract.contest(number)
    contract.accept_seat(member, contest, 0)
    contract.accept(world.evaluator, contest, contest.needed_throughput)
    contest = contract.contest(number)
    spec, salt = Spec().word, b"s" * 32
    sealed = Entry(contract.place(number, world.ada.address, 0), spec, salt)
    contract.submit(world.ada, contest, 0, sealed.commitment)
    assert contest.submit_ends is not None
    world.direct.advance_to(contest.submit_ends)
    contract.reveal(world.ada, number, 0, spec, salt)
    score_ends = contest.submit_ends + 1000 + 2400
    world.direct.advance_to(score_ends)
    contract.challenge(world.ada, contest)
    world.direct.advance_to(score_ends + 600)
    box = BallotBox(tmp_path / "ballots")
    found = RecordedScores(b"r" * 32, (700_000,))
    send_sealed_scores(contract, member, contract.contest(number), found, box)
    world.direct.advance_to(score_ends + 1200)
    open_sealed_scores(contract, member, contract.contest(number), box)
    world.direct.advance_to(score_ends + 1800)
    assert contract.standing_scores(contract.contest(number)) is None
    settle(contract, world.ada, number)
    contest = contract.contest(number)
    assert (contest.outcome, contest.winners, contest.report) == (Outcome.WON, (0,), bytes(32))
    assert contract.standing_scores(contest) == (700_000,)
    assert contract.recorded_scores(contest) is None


def test_of_many_at_once_all_seal_the_same(world: World) -> None:
    contract = world.contract()
    contest, book = world.start(contract), EntryBook(world.folder / "entries")

    def sealed(_: int) -> Entry:
        made = new_entry(contract, contest, world.ada.address, 0, Spec().word)
        return book.save_unless(made, world.ada, lambda kept: kept.spec == made.spec)

    with ThreadPoolExecutor(8) as pool:
        assert len({entry.salt for entry in pool.map(sealed, range(32))}) == 1


def test_sealings_of_many_at_once_are_all_kept(world: World) -> None:
    contract = world.contract()
    contest, book = world.start(contract), EntryBook(world.folder / "entries")
    made = [new_entry(contract, contest, world.ada.address, 0, Spec().word) for _ in range(32)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda entry: book.save(entry, world.ada), made))
    assert {entry.salt for entry in book.all(made[0].place, world.ada)} == {entry.salt for entry in made}


def test_an_offer_is_waited_for_until_it_is_final(world: World) -> None:
    number, _ = world.contract().open(world.organizer, world.terms())
    missing: list[int] = []
    contest = final_contest(world.contract(confirmations=4), number, missing.append, sleep=world.mine)
    assert contest.number == number
    # Its block is one of four; while views do not look as far as it, all of them are missing.
    assert missing[0] == 4
    assert world.direct.block_number() - contest.opened_at_block + 1 == 4
    with pytest.raises(InvalidInput, match="there is no contest 2"):
        final_contest(world.contract(confirmations=4), 2, sleep=world.mine)


def test_where_a_profile_says_nothing_a_public_chain_is_waited_for_longer() -> None:
    def blocks(confirmations: int, *, development: bool) -> int:
        chain: Any = SimpleNamespace(policy=SendingPolicy(confirmations=confirmations), is_development=development)
        return final_blocks(chain)

    assert (blocks(1, development=True), blocks(1, development=False)) == (1, FINAL_BLOCKS)
    assert (blocks(3, development=True), blocks(3, development=False)) == (3, 3)
