"""Whole contests on Anvil or Geth and an IPFS node, each command a process, killed at random moments or left alone.

HYPERBOUNTY_CONTEST_KILLS=200 HYPERBOUNTY_TEST_IPFS=… pytest tests/faults/test_killed_contest.py
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from web3.types import Nonce

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Outcome, SubmissionState
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import DEVELOPMENT_ACCOUNTS, DEVELOPMENT_BALANCE, development_account
from hyperbounty.chain.payments import BURN
from hyperbounty.spec.spec import Spec
from tests.conftest import geth, started
from tests.faults.killing import Killer
from tests.faults.proxy import FaultyProxy, running

KILLS = int(os.environ.get("HYPERBOUNTY_CONTEST_KILLS", "5"))
SEED = int(os.environ.get("HYPERBOUNTY_FAULT_SEED", "1"))
DEPLOYER, ORGANIZER, EVALUATOR, MEMBER = (f"devnet-{i}" for i in range(4))
PARTICIPANTS: Final = ("devnet-4", "devnet-5", "devnet-6")
SAMPLE: Final = Path(__file__).parents[2] / "data" / "sample"
# Nobody measures how fast this machine is.
FAST: Final = ("--throughput", 1_000)
# Where each second of the chain takes a block, as few of them as the contract allows.
SHORT: Final = ("--submit-time", 600, "--reveal-time", 600, "--score-time", 2_400, "--cores", 1_000)


@dataclass
class World:
    """Three people with a folder each: their home, and their configuration in it.

    Attributes:
        witness: the chain without the proxy.
        participants, slots: who submits, and how often each.
        windows: options of `open`.
        reach: has the chain's clock show a time.
        first: block to count from.
        sent: transactions that each account should have sent.
        emitted: events that there should be.
    """

    killer: Killer
    witness: Chain
    folder: Path
    participants: tuple[str, ...] = PARTICIPANTS
    slots: int = 2
    windows: tuple[object, ...] = ()
    reach: Callable[[int], None] | None = None
    first: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    emitted: Counter[str] = field(default_factory=Counter)

    def __call__(self, role: str, account: str, *arguments: object, event: str | None = None) -> dict[str, Any]:
        """A command of one of the three, however often it is killed; `event` is what it should cause, once."""
        answer = self.killer(self.folder / role, *arguments, "--account", account)
        if event is not None:
            self.sent[account] += 1
            self.emitted[event] += 1
        return answer

    def contract(self) -> BountyContract:
        known = json.loads((self.folder / "organizer" / "home" / "deployments.json").read_text())
        return BountyContract.at(self.witness, known["deployments"][-1]["address"])


@contextmanager
def settled_in(world: World, node: str, ipfs: str) -> Iterator[World]:
    """`world` with the contract deployed, everybody configured, and prices fetched."""
    with running(FaultyProxy(node, watcher=world.killer.watch)) as url:
        for role in ("organizer", "participant", "evaluator"):
            (world.folder / role / "home").mkdir(parents=True)
            chain = f'[profiles.node]\nrpc = "{url}"\nchain_id = {world.witness.chain_id}\n'
            (world.folder / role / "hyperbounty.toml").write_text(f'profile = "node"\nipfs = "{ipfs}"\n\n{chain}')
        world("organizer", DEPLOYER, "deploy", "HyperparameterBounty")
        world.sent[DEPLOYER] += 1
        known = world.contract().address
        for role in ("participant", "evaluator"):
            with (world.folder / role / "hyperbounty.toml").open("a") as file:
                file.write(f'contract = "{known}"\n')
        world.killer(world.folder / "organizer", "organizer", "fetch", "--csv", SAMPLE, "--out", "prices")
        yield world


@pytest.fixture
def on_anvil(tmp_path: Path, ipfs_address: str) -> Iterator[World]:
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no Anvil on the PATH: a clock that is moved cannot be shared with other tests")
    with started([program, "--port", "0", "--block-time", "1"], "Listening on ") as line:
        node = f"http://{line.split('Listening on ')[1].strip()}"
        with (
            Chain.connect(node) as witness,
            settled_in(World(Killer(SEED, KILLS), witness, tmp_path), node, ipfs_address) as world,
        ):
            yield world


@pytest.fixture
def on_geth(tmp_path: Path, ipfs_address: str) -> Iterator[World]:
    with geth() as node, Chain.connect(node) as witness:
        world = World(
            killer=Killer(SEED, 0),
            witness=witness,
            folder=tmp_path,
            participants=("devnet-4", "devnet-5"),
            slots=1,
            windows=SHORT,
            reach=lambda timestamp: fill_with_blocks(witness, timestamp),
            first=witness.block_number() + 1,
        )
        with settled_in(world, node, ipfs_address):
            yield world


def fill_with_blocks(chain: Chain, timestamp: int) -> None:
    """Have Geth in dev mode make blocks, each a second after the one before, until one has this time.

    Its clock cannot be moved, but a block comes with each transaction, whatever the time of day.
    """
    eth = chain.w3.eth
    rich = eth.accounts[0]
    # Left to count for itself, Geth now and then gives two of them the same number, and then knows the second already.
    number = eth.get_transaction_count(rich, "pending")
    while chain.timestamp() < timestamp:
        for _ in range(min(100, timestamp - chain.timestamp())):
            eth.send_transaction({"from": rich, "to": rich, "gas": 21_000, "nonce": number})
            number = Nonce(number + 1)


def opened(world: World, number: int, *options: object, panel: tuple[str, ...] = ()) -> None:
    """An offer that everybody named has accepted."""
    if panel:
        options = (*options, "--panel", ",".join(map(_address, panel)))
    answer = world(
        *(
            "organizer",
            ORGANIZER,
            "organizer",
            "open",
            "--yes",
            "--prices",
            "prices",
            "--coin",
            "LTC",
            "--copy",
            number,
        ),
        *("--minimum", 0.3, "--allow-luck", "--runs", 1, "--sequence-length", 8, "--reward", "0.5", "--bond", "0.1"),
        *("--holdout", "sealed", "--private-data", "--entry-fee", "0.01", "--evaluator-fee", "0.02"),
        *("--evaluator", _address(EVALUATOR), *world.windows),
        *options,
        event="Opened",
    )
    assert answer["contest"] == number
    for account in (EVALUATOR, *panel):
        world("evaluator", account, "evaluator", "accept", number, *FAST, event="Accepted")
    world.emitted["Started"] += 1


def submitted(world: World, number: int) -> dict[tuple[str, int], bytes]:
    """Everybody submits in every slot, some think again; what should stand at the end."""
    specs: dict[tuple[str, int], bytes] = {}

    def submit(account: str, slot: int, spec: Spec) -> None:
        word = f"0x{spec.word.hex()}"
        where = ("participant", "submit", number, "--entry", slot, "--spec", word)
        world("participant", account, *where, event="Submitted")
        specs[account, slot] = spec.word

    for index, account in enumerate(world.participants):
        for slot in range(world.slots):
            rate = (1 + world.slots * index + slot) / 1000
            spec = Spec(recurrent_units=(4,), epochs=1, batch_size=512, learning_rate=rate)
            if (index, slot) == (0, 0):
                submit(account, slot, Spec(recurrent_units=(5,), epochs=1, batch_size=512))
            submit(account, slot, spec)
            if (index, slot) == (1, 0):
                back = ("participant", "withdraw", number, "--submission", slot)
                world("participant", account, *back, event="SubmissionWithdrawn")
                submit(account, slot, spec)
    return specs


def revealed(world: World, number: int, specs: dict[tuple[str, int], bytes]) -> None:
    for account, slot in specs:
        world("participant", account, "participant", "reveal", number, "--entry", slot, event="Revealed")
    contract = world.contract()
    for (account, slot), word in specs.items():
        standing = contract.submission(number, _address(account), slot)
        assert (standing.state, standing.spec) == (SubmissionState.REVEALED, word)


def won(world: World, number: int) -> Outcome:
    """The whole way: extended, scored, settled."""
    opened(world, number)
    world("organizer", ORGANIZER, "organizer", "extend", number, "--by", 5, event="Extended")
    scored(world, number)
    move(world, world.contract().contest(number).challenge_ends)
    world("participant", world.participants[0], "organizer", "settle", number, event="Settled")
    return Outcome.WON


def disputed(world: World, number: int) -> Outcome:
    """Challenged in vain: a panel of one seals, opens, and upholds."""
    opened(world, number, "--panel-fee", "0.01", panel=(MEMBER,))
    scored(world, number)
    contract = world.contract()
    move(world, contract.contest(number).score_ends)
    world("participant", world.participants[0], "participant", "challenge", number, event="Challenged")
    move(world, contract.contest(number).challenge_ends)
    train = ("evaluator", "run", number, "--workers", 1)
    world("evaluator", MEMBER, *train, event="ScoresSealed")
    move(world, contract.dispute(number).seal_ends)
    world("evaluator", MEMBER, *train, event="ScoresOpened")
    move(world, contract.dispute(number).open_ends)
    world("participant", world.participants[0], "organizer", "settle", number, event="Settled")
    world.sent[world.participants[0]] += 1
    world.emitted["Resolved"] += 1
    return Outcome.WON


def void(world: World, number: int) -> Outcome:
    """No key in time: half of the organizer's bond is burned, and those who revealed share the other."""
    opened(world, number)
    contract, specs = world.contract(), submitted(world, number)
    move(world, contract.contest(number).submit_ends)
    revealed(world, number, specs)
    move(world, contract.contest(number).score_ends)
    world("organizer", ORGANIZER, "organizer", "settle", number, event="Settled")
    for account in world.participants:
        world("participant", account, "participant", "withdraw", number)
        world.sent[account] += 1
        world.emitted["Claimed"] += world.slots
    return Outcome.VOID


def cancelled(world: World, number: int) -> Outcome:
    """Called off before anybody came: everybody has its bond back."""
    opened(world, number)
    world("organizer", ORGANIZER, "organizer", "cancel", number, event="Cancelled")
    return Outcome.CANCELLED


def scored(world: World, number: int) -> None:
    contract, specs = world.contract(), submitted(world, number)
    move(world, contract.contest(number).submit_ends)
    revealed(world, number, specs)
    move(world, contract.contest(number).reveal_ends)
    world("organizer", ORGANIZER, "organizer", "publish-key", number, event="HoldoutKeyPublished")
    answer = world("evaluator", EVALUATOR, "evaluator", "run", number, "--workers", 1, event="ScoresRecorded")
    assert len(answer["specs"]) == len(specs)


def move(world: World, timestamp: int | None) -> None:
    assert timestamp is not None
    if world.reach is None:
        world.witness.advance_to(timestamp)
    else:
        world.reach(timestamp)


def check(world: World, outcomes: list[Outcome]) -> None:
    """Count on the chain, without any of the programs that were killed."""
    contract = world.contract()
    assert [contest.outcome for contest in contract.contests()] == outcomes
    abi = load_artifact(BountyContract.NAME).abi
    at = world.witness.contract(contract.address, abi)
    for name in (entry["name"] for entry in abi if entry["type"] == "event"):
        if name != "Paid":
            assert len(world.witness.logs(at.events[name](), 0)) == world.emitted[name], name
    eth = world.witness.w3.eth
    fees = 0
    accounts = [development_account(number).address for number in range(DEVELOPMENT_ACCOUNTS)]
    for block in range(world.first, eth.block_number + 1):
        for transaction in eth.get_block(block)["transactions"]:
            receipt = eth.get_transaction_receipt(transaction)  # type: ignore[arg-type]
            if receipt["from"] in accounts:
                assert receipt["status"] == 1
                fees += receipt["gasUsed"] * receipt["effectiveGasPrice"]
    assert [eth.get_transaction_count(address) for address in accounts] == [
        world.sent[f"devnet-{number}"] for number in range(DEVELOPMENT_ACCOUNTS)
    ]
    # All that was staked was paid out or burned, and nobody paid for more than gas.
    assert world.witness.balance(contract.address) == 0
    held = sum(world.witness.balance(address) for address in (*accounts, BURN))
    assert held == DEVELOPMENT_ACCOUNTS * DEVELOPMENT_BALANCE - fees


def _address(name: str) -> str:
    return development_account(int(name.removeprefix("devnet-"))).address


@pytest.mark.anvil
@pytest.mark.kubo
@pytest.mark.training
@pytest.mark.timeout(4 * 3600)
def test_commands_killed_at_random_moments_lose_nothing_and_double_nothing(on_anvil: World) -> None:
    world = on_anvil
    ways: list[Callable[[World, int], Outcome]] = [won, void, disputed, cancelled]
    outcomes: list[Outcome] = []
    while world.killer.kills.total() < KILLS or not outcomes:
        way = ways[len(outcomes) % len(ways)]
        outcomes.append(way(world, len(outcomes) + 1))
    check(world, outcomes)
    killer = world.killer
    print(  # noqa: T201
        f"\n{killer.kills.total()} kills in {killer.runs} runs, {len(outcomes)} contests, {world.sent.total()}"
        f" transactions\n{dict(killer.kills)}\n{dict(killer.moments)}"
    )


@pytest.mark.geth
@pytest.mark.kubo
@pytest.mark.training
def test_a_contest_on_geth(on_geth: World) -> None:
    outcome = won(on_geth, 1)
    check(on_geth, [outcome])
