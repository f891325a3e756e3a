"""The client of `HyperparameterBounty`: every call and view of the contract, typed.

One method a call, named as in the contract, arguments in the same order; sending methods take the signing account first
and return the receipt. What the contract refuses arrives as `TransactionReverted` with a next step for people.

A `key` names one step of one account, forever: repeated under it, in this process or a later one, the call waits for
the transaction that was sent and sends no other. Views show what is as deep in the chain as the policy asks, so what a
client decides by them stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Final, Self

from hyperbounty.bounty.reverts import explain
from hyperbounty.bounty.types import (
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
from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.logs import decode_logs
from hyperbounty.errors import ChainError, InvalidInput, TransactionReverted
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.sealings import Place

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import ContractFunction

    from hyperbounty.chain.connection import Chain, Receipt

CONTRACT: Final = "HyperparameterBounty"


class BountyContract:
    """`HyperparameterBounty` at one address of one chain."""

    def __init__(self, chain: Chain, address: str) -> None:
        self.chain = chain
        self._abi = load_artifact(CONTRACT).abi
        self._contract = chain.contract(address, self._abi)
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
                NextStep(
                    "name the right {} or {}; money sent to a look-alike is lost",
                    Parameter("contract"),
                    Parameter("rpc"),
                ),
            )
        return contract

    @classmethod
    def deploy(cls, chain: Chain, account: LocalAccount, *, key: str | None = None) -> tuple[Self, Receipt]:
        """A new contract on `chain`."""
        address, receipt = chain.deploy(load_artifact(CONTRACT), account, key=key)
        return cls(chain, address), receipt

    def place(self, contest: int, account: str, slot: int) -> Place:
        """One slot of an account in a contest of this contract, for what it seals there."""
        return Place(self.chain.chain_id, self.address, contest, account, slot)

    def resume(self, account: LocalAccount, key: str | None) -> Receipt | None:
        """Carry the transaction that was sent under `key` to its end; None where none was."""
        if key is None:
            return None
        try:
            return self.chain.resume(account, self._full(key), self._abi)
        except TransactionReverted as reverted:
            raise explain(reverted) from reverted

    def is_final(self, account: LocalAccount, key: str) -> bool:
        """Whether what was sent under `key` is done, and as deep in the chain as the policy asks."""
        return self.chain.is_final(account, self._full(key))

    def next_key(self, account: LocalAccount, base: str) -> str:
        """The key of a step that may be due again: the first of `base`/0, `base`/1, … that is not done for good."""
        number = 0
        while self.is_final(account, f"{base}/{number}"):
            number += 1
        return f"{base}/{number}"

    # ---------------------------------------------------------------------------------------------- organizer

    def open(self, account: LocalAccount, terms: Terms, *, key: str | None = None) -> tuple[int, Receipt]:
        """Open and fund a contest; for a token, the escrow is approved first where it is not yet.

        Returns:
            Its number, and the receipt.
        """
        receipt = self._pay(account, self._call.open(_tuple(terms)), terms.asset, terms.escrow, key)
        return self.opened(receipt), receipt

    def extend(self, account: LocalAccount, contest: int, seconds: int, *, key: str | None = None) -> Receipt:
        """Move every deadline later."""
        return self._send(account, self._call.extend(contest, seconds), key=key)

    def cancel(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Call the contest off while no submission stands."""
        return self._send(account, self._call.cancel(contest), key=key)

    def publish_holdout_key(
        self, account: LocalAccount, contest: int, secret: bytes, *, key: str | None = None
    ) -> Receipt:
        """Make `secret`, the key of the sealed holdout, public."""
        return self._send(account, self._call.publishHoldoutKey(contest, secret), key=key)

    # -------------------------------------------------------------------------------------------- participant

    def submit(
        self, account: LocalAccount, contest: Contest, entry: int, commitment: bytes, *, key: str | None = None
    ) -> Receipt:
        """Submit or replace the commitment in the sender's slot; the deposit goes along where the slot is empty."""
        empty = self.submission(contest.number, account.address, entry).state is SubmissionState.EMPTY
        call = self._call.submit(contest.number, entry, commitment)
        return self._pay(account, call, contest.asset, contest.deposit if empty else 0, key)

    def withdraw_submission(
        self, account: LocalAccount, contest: int, entry: int, *, key: str | None = None
    ) -> Receipt:
        """Take a submission back, deposit and all."""
        return self._send(account, self._call.withdrawSubmission(contest, entry), key=key)

    def reveal(
        self, account: LocalAccount, contest: int, entry: int, spec: bytes, salt: bytes, *, key: str | None = None
    ) -> Receipt:
        """Open a commitment."""
        return self._send(account, self._call.reveal(contest, entry, spec, salt), key=key)

    def claim(self, account: LocalAccount, contest: int, index: int, *, key: str | None = None) -> Receipt:
        """Pay the participant of revealed spec `index` its share of a void contest's pot."""
        return self._send(account, self._call.claim(contest, index), key=key)

    def withdraw(self, account: LocalAccount, asset: str, to: str, *, key: str | None = None) -> Receipt:
        """Send the sender's whole credit in `asset` to `to`."""
        return self._send(account, self._call.withdraw(asset, to), key=key)

    # ----------------------------------------------------------------------------------------------- evaluator

    def record_scores(
        self, account: LocalAccount, contest: int, report: bytes, scores: Sequence[int], *, key: str | None = None
    ) -> Receipt:
        """Record a score in ppm for each revealed spec, in index order."""
        return self._send(account, self._call.recordScores(contest, report, list(scores)), key=key)

    # ---------------------------------------------------------------------------------------- challenger, panel

    def challenge(self, account: LocalAccount, contest: Contest, *, key: str | None = None) -> Receipt:
        """Stake the challenge bond on the recorded scores being wrong.

        Raises:
            InvalidInput: there are no scores.
        """
        recorded = self.recorded_scores(contest)
        if recorded is None:
            raise InvalidInput(f"contest {contest.number} has no scores to challenge", "it ends void: settle it")
        call = self._call.challenge(contest.number, list(recorded.scores))
        return self._pay(account, call, contest.asset, self.dispute(contest.number).panel.challenge_bond, key)

    def seal_scores(
        self, account: LocalAccount, contest: int, seat: int, seal: bytes, *, key: str | None = None
    ) -> Receipt:
        """Seal what a member of the panel found."""
        return self._send(account, self._call.sealScores(contest, seat, seal), key=key)

    def open_scores(
        self,
        account: LocalAccount,
        contest: int,
        seat: int,
        report: bytes,
        salt: bytes,
        scores: Sequence[int],
        *,
        key: str | None = None,
    ) -> Receipt:
        """Open what the member sealed."""
        return self._send(account, self._call.openScores(contest, seat, report, salt, list(scores)), key=key)

    def resolve(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """Put the panel's medians in the place of the challenged scores."""
        return self._send(account, self._call.resolve(contest), key=key)

    # -------------------------------------------------------------------------------------------------- anyone

    def settle(self, account: LocalAccount, contest: int, *, key: str | None = None) -> Receipt:
        """End the contest after its last deadline and pay what is due; see `settlement` for a disputed one."""
        return self._send(account, self._call.settle(contest), key=key)

    # -------------------------------------------------------------------------------------------------- views

    def contest(self, number: int) -> Contest:
        """Contest `number` as it stands.

        Raises:
            InvalidInput: there is none of this number.
        """
        view: dict[str, Any] = {_snake(name): value for name, value in self._struct(self._call.contestOf(number))}
        view.update(phase=Phase(view["phase"]), outcome=Outcome(view["outcome"]))
        if view["phase"] is Phase.NONE:
            count = self._read(self._call.contestCount())
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
        return [self.contest(number) for number in range(1, self._read(self._call.contestCount()) + 1)]

    def first_submit_ends(self, contest: Contest) -> int:
        """The end of submissions as it was at the opening, before any extension."""
        return int(self._logs("Opened", contest)[0]["terms"]["submitEnds"])

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
        recordings = self.recordings(contest) if any(contest.report) else []
        return recordings[-1] if recordings else None

    def recordings(self, contest: Contest) -> list[RecordedScores]:
        """All scores that were ever recorded, in order: each takes the place of those before."""
        events = self._logs("ScoresRecorded", contest)
        return [RecordedScores(bytes(event["report"]), tuple(event["scores"])) for event in events]

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
        return int(self._read(self._call.credits(asset, owner)))

    def opened(self, receipt: Receipt) -> int:
        """The number of the contest that a transaction opened."""
        return int(self._events(receipt, "Opened")[0]["contest"])

    def payments(self, receipt: Receipt) -> list[Payment]:
        """What a transaction paid out, in order."""
        paid = [Payment(e["to"], e["amount"], paid=True) for e in self._events(receipt, "Paid")]
        return paid + [Payment(e["owner"], e["amount"], paid=False) for e in self._events(receipt, "Credited")]

    def submitted(self, receipt: Receipt) -> bytes:
        """The commitment that a `submit` carried: anybody can read it, nobody but its author can open it."""
        return bytes(self._events(receipt, "Submitted")[0]["commitment"])

    # ------------------------------------------------------------------------------------------------- inside

    def _full(self, key: str) -> str:
        return f"{self.address}/{key}"

    def _send(
        self, account: LocalAccount, call: ContractFunction, value: int = 0, *, key: str | None = None
    ) -> Receipt:
        # What was sent under the key counts, also where this call is no longer the same: a deposit, for example, is due
        # only once.
        standing = self.resume(account, key)
        if standing is not None:
            return standing
        try:
            return self.chain.send(call, account, value, key=None if key is None else self._full(key))
        except TransactionReverted as reverted:
            raise explain(reverted) from reverted

    def _pay(self, account: LocalAccount, call: ContractFunction, asset: str, amount: int, key: str | None) -> Receipt:
        """Send `call` with `amount` of `asset`: coins go along, a token is approved first where it is not yet."""
        if asset == NATIVE or not amount:
            return self._send(account, call, amount, key=key)
        standing = self.resume(account, key)
        if standing is not None:
            return standing
        # An approval on its way is not final here, and is in the allowance once it is.
        approval = None if key is None else self.next_key(account, f"{key}/approve")
        token = self.chain.contract(asset, _ERC20)
        if self._read(token.functions.allowance(account.address, self.address)) < amount:
            # The exact amount: an unlimited allowance would outlive this escrow.
            self._send(account, token.functions.approve(self.address, amount), key=approval)
        return self._send(account, call, key=key)

    def _read(self, call: ContractFunction) -> Any:
        return self.chain.read(call, self._block())

    def _block(self) -> int | None:
        """Where views look: None for the latest block."""
        return self.chain.confirmed_block() if self.chain.policy.confirmations > 1 else None

    def _struct(self, call: ContractFunction) -> list[tuple[str, Any]]:
        """The fields of the struct that a view returns, with their names."""
        names = [component["name"] for component in call.abi["outputs"][0]["components"]]
        return list(zip(names, self._read(call), strict=True))

    def _logs(self, event: str, contest: Contest) -> list[dict[str, Any]]:
        named, chosen = self._contract.events[event](), {"contest": contest.number}
        found = self.chain.logs(named, contest.opened_at_block, chosen, to_block=self._block())
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
