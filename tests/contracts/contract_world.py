"""An embedded chain with the contract on it, and the people of a contest: what the tests here speak through."""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-untyped]
from eth_tester.exceptions import TransactionFailed  # type: ignore[import-untyped]
from web3 import EthereumTesterProvider, Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.logs import DISCARD

from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA

# Others than those of the checkout while the tests are tested (contracts/tools/mutation).
ARTIFACTS: Final = Path(
    os.environ.get("HYPERBOUNTY_TEST_ARTIFACTS") or Path(__file__).parents[2] / "contracts" / "artifacts"
)
NATIVE: Final = "0x" + "00" * 20
KEY: Final = b"k" * 32
# Members, member's bond, challenge bond, fee, tolerance, seconds to seal, seconds to open.
NO_PANEL: Final = ((), 0, 0, 0, 0, 0, 0)
BURN: Final = "0x000000000000000000000000000000000000dEaD"
WINDOW: Final = 600  # seconds; no shorter one is accepted
THROUGHPUT: Final = 1_000_000  # enough for every contest here
REPORT: Final = b"r" * 32
DOMAIN: Final = b"hyperbounty/commitment/1".ljust(32, b"\0")
ETHER: Final = 10**18
GENESIS: Final = 1_800_000_000  # so that the bytes of deadlines, and with them gas, are always the same
GAS_LIMIT: Final = 16_777_216  # of one transaction, EIP-7825


class Phase(IntEnum):
    NONE, OFFER, LAPSED, SUBMIT, REVEAL, SCORE, CHALLENGE, PANEL_SEAL, PANEL_OPEN, SETTLE, SETTLED, CANCELLED = range(
        12
    )


class Outcome(IntEnum):
    PENDING, WON, REFUNDED, VOID, CANCELLED = range(5)


class Verdict(IntEnum):
    NONE, UPHELD, OVERTURNED, UNDECIDED = range(4)


class Mood(IntEnum):
    """Of the `Wallet` mock."""

    ACCEPT, REJECT, BURN_GAS, RETURN_BOMB, NEED_GAS, REENTER = range(6)


@dataclass(frozen=True)
class Refusal:
    """A custom error: its name and its arguments by name."""

    error: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """One submission, with what opens it."""

    sender: str | Contract
    entry: int
    spec: bytes
    salt: bytes


@dataclass
class Round:
    """A contest that was opened: its number, its terms, and its deadlines once everybody has accepted."""

    number: int
    terms: dict[str, Any]
    submit_ends: int = 0
    sealed: list[Sealed] = field(default_factory=list)

    @property
    def escrow(self) -> int:
        """What the organizer puts in."""
        return int(self.terms["reward"] + self.terms["bond"] + self.terms["evaluatorFee"])

    @property
    def members(self) -> list[str]:
        return list(self.terms["panel"][0])

    @property
    def member_bond(self) -> int:
        return int(self.terms["panel"][1])

    @property
    def reveal_ends(self) -> int:
        return self.submit_ends + int(self.terms["revealSeconds"])

    @property
    def score_ends(self) -> int:
        return self.reveal_ends + int(self.terms["scoreSeconds"])

    @property
    def challenge_ends(self) -> int:
        return self.score_ends + int(self.terms["challengeSeconds"])


def spec_word(number: int) -> bytes:
    """A valid spec, another one for each number from 0 to 999."""
    return Spec(epochs=number + 1).word


def address_of(who: str | Contract) -> str:
    return who if isinstance(who, str) else str(who.address)


class World:
    """The chain, the contract and its people. Times are those of the next block."""

    def __init__(self) -> None:
        genesis = PyEVMBackend.generate_genesis_params({"gas_limit": 100_000_000, "timestamp": GENESIS})
        self.tester = EthereumTester(PyEVMBackend(genesis_parameters=genesis))
        self.w3 = Web3(EthereumTesterProvider(self.tester))
        accounts = [str(account) for account in self.w3.eth.accounts]
        self.people, self.stranger = accounts[:9], accounts[9]
        self.organizer, self.evaluator = accounts[:2]
        self.alice, self.bob, self.carol = accounts[2:5]
        # So that the address at which contracts burn has something, as it has on every chain.
        self.w3.eth.send_transaction({"from": self.stranger, "to": BURN, "value": Web3.to_wei(1, "wei")})
        self._salts = 0
        self._artifacts: dict[str, dict[str, Any]] = {}
        self.bounty = self.deploy("HyperparameterBounty")

    # The chain

    def deploy(self, name: str) -> Contract:
        """A new contract of this name, of the product or a mock."""
        if name not in self._artifacts:
            path = ARTIFACTS / f"{name}.json"
            self._artifacts[name] = json.loads(
                (path if path.exists() else ARTIFACTS / "test" / f"{name}.json").read_text()
            )
        artifact = self._artifacts[name]
        factory = self.w3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
        receipt = self._receipt(factory.constructor().transact({"from": self.stranger, "gas": GAS_LIMIT}))
        deployed: Contract = self.w3.eth.contract(receipt["contractAddress"], abi=artifact["abi"])
        return deployed

    @contextmanager
    def reverted(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        snapshot, salts = self.tester.take_snapshot(), self._salts
        try:
            yield
        finally:
            self.tester.revert_to_snapshot(snapshot)
            self._salts = salts

    def now(self) -> int:
        return int(self.w3.eth.get_block("pending")["timestamp"])

    def at(self, timestamp: int) -> None:
        """Make `timestamp` the time of the next block, exactly."""
        self.tester.time_travel(timestamp)
        assert self.now() == timestamp

    def send(
        self, call: ContractFunction, sender: str | Contract, value: int = 0, *, appended: bytes = b""
    ) -> dict[str, Any]:
        """Have `sender` (an account, or a `Wallet`) make the call, which must succeed; its receipt.

        `appended` stands behind the arguments.
        """
        call, sender = self._through_wallet(call, sender)
        data = self.w3.to_bytes(hexstr=call._encode_transaction_data()) + appended
        transaction: Any = {"from": sender, "to": call.address, "value": value, "gas": GAS_LIMIT, "data": data}
        receipt = self._receipt(self.w3.eth.send_transaction(transaction))
        assert receipt["status"] == 1, self.refusal(call, sender, value)
        return receipt

    def refusal(self, call: ContractFunction, sender: str | Contract, value: int = 0, gas: int = GAS_LIMIT) -> Refusal:
        """The custom error with which the call reverts; it must."""
        call, sender = self._through_wallet(call, sender)
        transaction: Any = {"from": sender, "value": value, "gas": gas}
        try:
            call.call(transaction, block_identifier="pending")
        except TransactionFailed as failure:
            data = ast.literal_eval(str(failure.args[0]).removeprefix("execution reverted: "))
            return self.decode(data)
        raise AssertionError(f"{call.fn_name} was not refused")

    def decode(self, data: bytes) -> Refusal:
        """The custom error in revert data."""
        for error in (e for e in self.bounty.abi if e["type"] == "error"):
            signature = f"{error['name']}({','.join(i['type'] for i in error['inputs'])})"
            if self.w3.keccak(text=signature)[:4] == data[:4]:
                values = self.w3.codec.decode([i["type"] for i in error["inputs"]], data[4:])
                return Refusal(error["name"], {i["name"]: v for i, v in zip(error["inputs"], values, strict=True)})
        raise AssertionError(f"no custom error: {data!r}")

    def events(self, receipt: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """The arguments of every event of this name in the receipt."""
        found = self.bounty.events[name]().process_receipt(receipt, errors=DISCARD)
        return [dict(e["args"]) for e in found]

    def balance(self, who: str | Contract, asset: Contract | None = None) -> int:
        if asset is not None:
            return int(asset.functions.balanceOf(address_of(who)).call())
        return int(self.w3.eth.get_balance(self.w3.to_checksum_address(address_of(who))))

    # The contest

    def terms(self, **changes: Any) -> dict[str, Any]:
        """Terms that `open` accepts, with changes by name."""
        terms: dict[str, Any] = {
            "asset": NATIVE,
            "reward": ETHER,
            "bond": ETHER // 10,
            "evaluatorBond": ETHER // 10,
            "evaluatorFee": 0,
            "entryFee": ETHER // 100,
            "minimumScore": 500_000,
            "shares": [10_000],
            "acceptEnds": self.now() + 1_000,
            "submitSeconds": 1_000,
            "revealSeconds": WINDOW,
            "scoreSeconds": 4 * WINDOW,
            "challengeSeconds": WINDOW,
            "evaluator": self.evaluator,
            "limits": SPEC_MAXIMA,
            "maxSubmissions": 1_024,
            "maxPerAddress": 1_024,
            "entrySeconds": 1,
            "manifest": b"m" * 32,
            "holdoutCommitment": hashlib.sha256(KEY).digest(),
            "panel": NO_PANEL,
        }
        assert changes.keys() <= terms.keys()
        return terms | changes

    def offer(self, sender: str | Contract | None = None, **changes: Any) -> Round:
        """Open a contest that nobody has accepted yet; one in a token must have been approved."""
        contest = Round(0, self.terms(**changes))
        call = self.call("open", tuple(contest.terms.values()))
        receipt = self.send(call, sender or self.organizer, self.coins(contest, contest.escrow))
        contest.number = self.events(receipt, "Opened")[0]["contest"]
        return contest

    def accept(self, contest: Round) -> dict[str, Any]:
        """Have the members of the panel and then the evaluator accept; the receipt of the last one, which starts it."""
        for seat, member in enumerate(contest.members):
            self.send(self.call("acceptSeat", contest.number, seat), member, self.coins(contest, contest.member_bond))
        bond = self.coins(contest, contest.terms["evaluatorBond"])
        receipt = self.send(self.call("accept", contest.number, THROUGHPUT), contest.terms["evaluator"], bond)
        contest.submit_ends = self.events(receipt, "Started")[0]["submitEnds"]
        return receipt

    def open(self, sender: str | Contract | None = None, **changes: Any) -> Round:
        """Open a contest and have everybody accept it."""
        contest = self.offer(sender, **changes)
        self.accept(contest)
        return contest

    def coins(self, contest: Round, amount: int) -> int:
        """What to send along where `amount` is due: nothing in a token."""
        return int(amount) if contest.terms["asset"] == NATIVE else 0

    def price(self, contest: Round) -> int:
        """What the next new entry costs."""
        return sum(self.view("priceOf", contest.number))

    def call(self, name: str, *arguments: Any) -> ContractFunction:
        """The contract's function, with its arguments."""
        call: ContractFunction = self.bounty.get_function_by_name(name)(*arguments)
        return call

    def view(self, name: str, *arguments: Any) -> Any:
        """What a view answers at the time of the next block."""
        return self.call(name, *arguments).call(block_identifier="pending")

    def contest(self, contest: Round) -> dict[str, Any]:
        """`contestOf`, by the names of the contract."""
        outputs = self.bounty.get_function_by_name("contestOf").abi["outputs"][0]["components"]
        values = self.view("contestOf", contest.number)
        return {o["name"]: v for o, v in zip(outputs, values, strict=True)}

    def commitment(self, contest: int, sealed: Sealed) -> bytes:
        """What the contract must find, computed without it."""
        words = (
            DOMAIN,
            self.w3.eth.chain_id.to_bytes(32, "big"),
            bytes.fromhex(str(self.bounty.address)[2:]).rjust(32, b"\0"),
            contest.to_bytes(32, "big"),
            bytes.fromhex(address_of(sealed.sender)[2:]).rjust(32, b"\0"),
            sealed.spec,
            sealed.salt,
        )
        return hashlib.sha256(b"".join(words)).digest()

    def seal(self, sender: str | Contract, entry: int, spec: bytes | int) -> Sealed:
        """A spec (or the number of one) with a fresh salt."""
        self._salts += 1
        salt = hashlib.sha256(b"salt %d" % self._salts).digest()
        return Sealed(sender, entry, spec if isinstance(spec, bytes) else spec_word(spec), salt)

    def submit(self, contest: Round, sender: str | Contract, entry: int, spec: bytes | int) -> Sealed:
        """Submit into an empty slot."""
        sealed = self.seal(sender, entry, spec)
        commitment = self.commitment(contest.number, sealed)
        value = self.coins(contest, self.price(contest))
        self.send(self.call("submit", contest.number, entry, commitment), sender, value)
        contest.sealed.append(sealed)
        return sealed

    def reveal_call(self, contest: Round, sealed: Sealed) -> ContractFunction:
        return self.call("reveal", contest.number, sealed.entry, sealed.spec, sealed.salt)

    def reveal(self, contest: Round, sealed: Sealed) -> dict[str, Any]:
        return self.send(self.reveal_call(contest, sealed), sealed.sender)

    def play(self, contest: Round, specs: Iterable[tuple[str | Contract, int, bytes | int]]) -> Round:
        """Submit all, reveal all in the same order, and stop where scoring starts, the key published."""
        sealed = [self.submit(contest, *one) for one in specs]
        self.at(contest.submit_ends)
        for one in sealed:
            self.reveal(contest, one)
        self.at(contest.reveal_ends)
        if any(contest.terms["holdoutCommitment"]):
            self.send(self.call("publishHoldoutKey", contest.number, KEY), self.organizer)
        return contest

    def record(self, contest: Round, scores: Sequence[int]) -> dict[str, Any]:
        return self.send(self.call("recordScores", contest.number, REPORT, list(scores)), self.evaluator)

    def settle(self, contest: Round) -> dict[str, Any]:
        """Settle at the first second it can be."""
        self.at(contest.challenge_ends)
        return self.send(self.call("settle", contest.number), self.stranger)

    def _through_wallet(self, call: ContractFunction, sender: str | Contract) -> tuple[ContractFunction, str]:
        if isinstance(sender, str):
            return call, sender
        data = self.w3.to_bytes(hexstr=call._encode_transaction_data())
        return sender.functions.execute(call.address, data), self.stranger

    def _receipt(self, transaction: Any) -> dict[str, Any]:
        return dict(self.w3.eth.get_transaction_receipt(transaction))
