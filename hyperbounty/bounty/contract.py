"""The client of `HyperparameterBounty`: every call and view of the contract, typed.

One method a call, named as in the contract, arguments in the same order; sending methods take the signing account first
and return the receipt. What the contract refuses arrives as `TransactionReverted` with a next step for people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Final, Self

from hyperbounty.bounty.records import (
    NATIVE,
    Contest,
    Dispute,
    OpenedScores,
    Outcome,
    Panel,
    Payment,
    Phase,
    RecordedScores,
    RevealedSpec,
    SeatState,
    Submission,
    SubmissionState,
    Terms,
    Verdict,
)
from hyperbounty.bounty.reverts import explain
from hyperbounty.bounty.sealings import Place
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.logs import decode_logs
from hyperbounty.errors import ChainError, InvalidInput, TransactionReverted

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import ContractFunction

    from hyperbounty.chain.connection import Chain, Receipt

CONTRACT: Final = "HyperparameterBounty"


class BountyContract:
    """`HyperparameterBounty` at one address of one chain."""

    def __init__(self, chain: Chain, address: str) -> None:
        self.chain = chain
        self._contract = chain.contract(address, load_artifact(CONTRACT).abi)
        self.address: str = self._contract.address
        self._call = self._contract.functions

    @classmethod
    def at(cls, chain: Chain, address: str) -> Self:
        """The contract at `address`, once the code there is the code that this package knows.

        Raises:
            InvalidInput: not an address.
            ChainError: other code, or none.
        """
        contract = cls(chain, address)
        code = chain.code(contract.address)
        if code != load_artifact(CONTRACT).deployed_bytecode:
            what = "other code" if code else "no contract"
            raise ChainError(
                f"there is {what} at {address} on chain {chain.chain_id}",
                "name the right --contract or --rpc; money sent to a look-alike is lost",
            )
        return contract

    @classmethod
    def deploy(cls, chain: Chain, account: LocalAccount) -> tuple[Self, Receipt]:
        """A new contract on `chain`."""
        address, receipt = chain.deploy(load_artifact(CONTRACT), account)
        return cls(chain, address), receipt

    def place(self, contest: int, account: str, slot: int) -> Place:
        """One slot of an account in a contest of this contract, for what it seals there."""
        return Place(self.chain.chain_id, self.address, contest, account, slot)

    # ---------------------------------------------------------------------------------------------- organizer

    def open(self, account: LocalAccount, terms: Terms) -> tuple[int, Receipt]:
        """Open and fund a contest; for a token, the escrow is approved first where it is not yet.

        Returns:
            Its number, and the receipt.
        """
        if terms.asset != NATIVE:
            self._approve(account, terms.asset, terms.escrow)
        receipt = self._send(account, self._call.open(_tuple(terms)), terms.escrow if terms.asset == NATIVE else 0)
        return int(self._events(receipt, "Opened")[0]["contest"]), receipt

    def extend(self, account: LocalAccount, contest: int, seconds: int) -> Receipt:
        """Move every deadline later."""
        return self._send(account, self._call.extend(contest, seconds))

    def cancel(self, account: LocalAccount, contest: int) -> Receipt:
        """Call the contest off while no submission stands."""
        return self._send(account, self._call.cancel(contest))

    def publish_holdout_key(self, account: LocalAccount, contest: int, key: bytes) -> Receipt:
        """Make the key of the sealed holdout public."""
        return self._send(account, self._call.publishHoldoutKey(contest, key))

    # -------------------------------------------------------------------------------------------- participant

    def submit(self, account: LocalAccount, contest: Contest, entry: int, commitment: bytes) -> Receipt:
        """Submit or replace the commitment in the sender's slot; the deposit goes along where the slot is empty."""
        empty = self.submission(contest.number, account.address, entry).state is SubmissionState.EMPTY
        due = contest.deposit if empty else 0
        if due and contest.asset != NATIVE:
            self._approve(account, contest.asset, due)
        value = due if contest.asset == NATIVE else 0
        return self._send(account, self._call.submit(contest.number, entry, commitment), value)

    def withdraw_submission(self, account: LocalAccount, contest: int, entry: int) -> Receipt:
        """Take a submission back, deposit and all."""
        return self._send(account, self._call.withdrawSubmission(contest, entry))

    def reveal(self, account: LocalAccount, contest: int, entry: int, spec: bytes, salt: bytes) -> Receipt:
        """Open a commitment."""
        return self._send(account, self._call.reveal(contest, entry, spec, salt))

    def claim(self, account: LocalAccount, contest: int, index: int) -> Receipt:
        """Pay the participant of revealed spec `index` its share of a void contest's pot."""
        return self._send(account, self._call.claim(contest, index))

    def withdraw(self, account: LocalAccount, asset: str, to: str) -> Receipt:
        """Send the sender's whole credit in `asset` to `to`."""
        return self._send(account, self._call.withdraw(asset, to))

    # ----------------------------------------------------------------------------------------------- evaluator

    def record_scores(self, account: LocalAccount, contest: int, report: bytes, scores: Sequence[int]) -> Receipt:
        """Record a score in ppm for each revealed spec, in index order."""
        return self._send(account, self._call.recordScores(contest, report, list(scores)))

    # ---------------------------------------------------------------------------------------- challenger, panel

    def challenge(self, account: LocalAccount, contest: Contest) -> Receipt:
        """Stake the challenge bond on the recorded scores being wrong.

        Raises:
            InvalidInput: there are no scores.
        """
        recorded = self.recorded_scores(contest)
        if recorded is None:
            raise InvalidInput(f"contest {contest.number} has no scores to challenge", "it ends void: settle it")
        bond = self.dispute(contest.number).panel.challenge_bond
        if bond and contest.asset != NATIVE:
            self._approve(account, contest.asset, bond)
        value = bond if contest.asset == NATIVE else 0
        return self._send(account, self._call.challenge(contest.number, list(recorded.scores)), value)

    def seal_scores(self, account: LocalAccount, contest: int, seat: int, seal: bytes) -> Receipt:
        """Seal what a member of the panel found."""
        return self._send(account, self._call.sealScores(contest, seat, seal))

    def open_scores(
        self, account: LocalAccount, contest: int, seat: int, report: bytes, salt: bytes, scores: Sequence[int]
    ) -> Receipt:
        """Open what the member sealed."""
        return self._send(account, self._call.openScores(contest, seat, report, salt, list(scores)))

    def resolve(self, account: LocalAccount, contest: int) -> Receipt:
        """Put the panel's medians in the place of the challenged scores."""
        return self._send(account, self._call.resolve(contest))

    # -------------------------------------------------------------------------------------------------- anyone

    def settle(self, account: LocalAccount, contest: int) -> Receipt:
        """End the contest after its last deadline and pay what is due; see `settlement` for a disputed one."""
        return self._send(account, self._call.settle(contest))

    # -------------------------------------------------------------------------------------------------- views

    def contest(self, number: int) -> Contest:
        """Contest `number` as it stands.

        Raises:
            InvalidInput: there is none of this number.
        """
        view: dict[str, Any] = {_snake(name): value for name, value in self._struct(self._call.contestOf(number))}
        view.update(phase=Phase(view["phase"]), outcome=Outcome(view["outcome"]))
        if view["phase"] is Phase.NONE:
            count = self.chain.read(self._call.contestCount())
            raise InvalidInput(
                f"there is no contest {number}", f"choose 1 to {count}" if count else "no contest was opened here yet"
            )
        view.update(shares=tuple(view["shares"]), winners=tuple(view["winners"]))
        return Contest(number=number, **view)

    def dispute(self, number: int) -> Dispute:
        """The panel of contest `number`, and how far a dispute came."""
        view: dict[str, Any] = {_snake(name): value for name, value in self._struct(self._call.disputeOf(number))}
        members, *numbers = view["panel"].values() if isinstance(view["panel"], dict) else view["panel"]
        return Dispute(
            panel=Panel(tuple(members), *numbers),
            seal_ends=view["seal_ends"],
            open_ends=view["open_ends"],
            challenger=None if view["challenger"] == NATIVE else view["challenger"],
            seats=tuple(SeatState(state) for state in view["seats"]),
            verdict=Verdict(view["verdict"]),
            agreed=tuple(view["agreed"]),
        )

    def contests(self) -> list[Contest]:
        """Every contest, oldest first."""
        return [self.contest(number) for number in range(1, self.chain.read(self._call.contestCount()) + 1)]

    def submission(self, contest: int, participant: str, entry: int) -> Submission:
        """What stands in a participant's slot."""
        view = dict(self._struct(self._call.submissionOf(contest, participant, entry)))
        return Submission(**{**view, "state": SubmissionState(view["state"])})

    def revealed_specs(self, contest: Contest) -> list[RevealedSpec]:
        """Every revealed spec with its salt, in index order."""
        found = [
            RevealedSpec(e["index"], e["participant"], e["entry"], e["ordinal"], bytes(e["spec"]), bytes(e["salt"]))
            for e in self._logs("Revealed", contest)
        ]
        return sorted(found, key=lambda revealed: revealed.index)

    def holdout_key(self, contest: Contest) -> bytes | None:
        """The published key, None while there is none."""
        if not contest.key_published:
            return None
        return bytes(self._logs("HoldoutKeyPublished", contest)[-1]["key"])

    def recorded_scores(self, contest: Contest) -> RecordedScores | None:
        """The scores that stand, None while there are none."""
        if not any(contest.report):
            return None
        last = self._logs("ScoresRecorded", contest)[-1]
        return RecordedScores(bytes(last["report"]), tuple(last["scores"]))

    def sealed_scores(self, contest: Contest, member: str) -> bytes | None:
        """The seal that a member of the panel sent last, None while there is none."""
        found = [bytes(e["seal"]) for e in self._logs("ScoresSealed", contest) if e["member"] == member]
        return found[-1] if found else None

    def opened_scores(self, contest: Contest) -> list[OpenedScores]:
        """What the members of the panel have opened, in order."""
        events = self._logs("ScoresOpened", contest)
        return [OpenedScores(e["member"], bytes(e["report"]), tuple(e["scores"])) for e in events]

    def standing_scores(self, contest: Contest) -> tuple[int, ...] | None:
        """The scores that rank: the panel's medians once resolved, else the evaluator's; None while there are none."""
        resolved = self._logs("Resolved", contest)
        if resolved:
            return tuple(resolved[-1]["scores"])
        recorded = self.recorded_scores(contest)
        return recorded.scores if recorded else None

    def claimed(self, contest: Contest) -> set[int]:
        """The indexes whose share of a void contest's pot is paid."""
        return {int(event["index"]) for event in self._logs("Claimed", contest)}

    def credit(self, asset: str, owner: str) -> int:
        """What `owner` can withdraw of `asset`."""
        return int(self.chain.read(self._call.credits(asset, owner)))

    def payments(self, receipt: Receipt) -> list[Payment]:
        """What a transaction paid out, in order."""
        paid = [Payment(e["to"], e["amount"], paid=True) for e in self._events(receipt, "Paid")]
        return paid + [Payment(e["owner"], e["amount"], paid=False) for e in self._events(receipt, "Credited")]

    def submitted(self, receipt: Receipt) -> bytes:
        """The commitment that a `submit` carried: anybody can read it, nobody but its author can open it."""
        return bytes(self._events(receipt, "Submitted")[0]["commitment"])

    # ------------------------------------------------------------------------------------------------- inside

    def _send(self, account: LocalAccount, call: ContractFunction, value: int = 0) -> Receipt:
        try:
            return self.chain.send(call, account, value)
        except TransactionReverted as reverted:
            raise explain(reverted) from reverted

    def _approve(self, account: LocalAccount, asset: str, amount: int) -> None:
        # The exact amount: an unlimited allowance would outlive this escrow.
        token = self.chain.contract(asset, _ERC20)
        if self.chain.read(token.functions.allowance(account.address, self.address)) < amount:
            self._send(account, token.functions.approve(self.address, amount))

    def _struct(self, call: ContractFunction) -> list[tuple[str, Any]]:
        """The fields of the struct that a view returns, with their names."""
        names = [component["name"] for component in call.abi["outputs"][0]["components"]]
        return list(zip(names, self.chain.read(call), strict=True))

    def _logs(self, event: str, contest: Contest) -> list[dict[str, Any]]:
        found = self.chain.logs(self._contract.events[event](), contest.opened_at_block, {"contest": contest.number})
        return [dict(log["args"]) for log in found]

    def _events(self, receipt: Receipt, event: str) -> list[dict[str, Any]]:
        return [dict(log["args"]) for log in decode_logs(self._contract.events[event](), receipt.logs)]


_ERC20: Final = [
    {
        "type": "function",
        "name": name,
        "stateMutability": mutability,
        "inputs": [{"name": n, "type": t} for n, t in inputs],
        "outputs": [{"name": "", "type": output}],
    }
    for name, mutability, inputs, output in (
        ("allowance", "view", (("owner", "address"), ("spender", "address")), "uint256"),
        ("approve", "nonpayable", (("spender", "address"), ("amount", "uint256")), "bool"),
    )
]


def _tuple(struct: Terms | Panel) -> tuple[Any, ...]:
    """The fields of a struct in order, a struct inside it as a tuple too."""
    values = (getattr(struct, field.name) for field in dataclass_fields(struct))
    return tuple(_tuple(value) if isinstance(value, Panel) else value for value in values)


def _snake(name: str) -> str:
    return re.sub("([A-Z])", lambda m: "_" + m[1].lower(), name)
