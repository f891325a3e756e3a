"""Calls of the contract, unsigned, each asked of a node first: for pages and programs whose wallet signs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Final, TypeVar

from eth_typing import ChecksumAddress
from fastapi import APIRouter
from pydantic import Field

from hyperbounty.bounty import preflight
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, SubmissionState, Terms
from hyperbounty.chain.address import checked_address
from hyperbounty.chain.client import ContractCall
from hyperbounty.errors import InvalidInput
from hyperbounty.money import COIN
from hyperbounty.web.bounty.api.action_bodies import (
    AcceptBody,
    ActionBody,
    ClaimBody,
    ExtendBody,
    KeyBody,
    OpenBody,
    PanelBody,
    ReclaimBody,
    RevealBody,
    SeatBody,
    SlotBody,
    SponsorBody,
    SubmitBody,
    TermsBody,
    WithdrawBody,
)
from hyperbounty.web.bounty.api.values import Address, Hex, Number
from hyperbounty.web.bounty.calls import Calls, CheckedCall, UnsignedCall
from hyperbounty.web.site.answers import Answer, Block, Described
from hyperbounty.web.site.errors import Refused
from hyperbounty.web.site.site import Site

_Body = TypeVar("_Body", bound=ActionBody)
_ByContest = Callable[[BountyContract, Contest, _Body], ContractCall]

_Quantity = Annotated[str, Field(pattern=r"^0x(0|[1-9a-f][0-9a-f]*)$", description="as a wallet takes it")]


class CallFacts(Described):
    """A transaction as a wallet takes it, without nonce and fee."""

    what: Annotated[str, Field(description="it does, for people")]
    to: Address
    data: Hex
    value: _Quantity
    chainId: int  # noqa: N815


class ActionAnswer(Answer, CallFacts):
    """A call that would do what was asked, as things stand at the node's latest block."""

    first: Annotated[
        list[CallFacts], Field(description="approvals of a token, to be mined before; the call is asked again then")
    ]
    gas: Annotated[_Quantity | None, Field(description="that would do; null until a token is approved")]


def action_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["actions"])
    calls = Calls(site)

    def about_contest(name: str, kind: type[_Body], what: str, make: _ByContest[_Body]) -> None:
        def action(number: Number, body: _Body) -> ActionAnswer:
            account = _address(body.account)
            title = what.format(number=number)
            return _answer(calls.check(account, number, title, lambda contract, contest: make(contract, contest, body)))

        # The framework reads it: the class of the body is known here alone.
        action.__annotations__["body"] = kind
        router.post(f"/contests/{{number}}/actions/{name}", name=name, summary=what.format(number="{number}"))(action)

    about_contest("accept", AcceptBody, "accept contest {number} as its evaluator", _accept)
    about_contest("acceptSeat", SeatBody, "accept a seat on the panel of contest {number}", _accept_seat)
    about_contest("sponsor", SponsorBody, "add to the reward of contest {number}", _sponsor)
    about_contest("submit", SubmitBody, "submit a sealed spec to contest {number}", _submit)
    about_contest("withdrawSubmission", SlotBody, "take a spec back from contest {number}", _withdraw_submission)
    about_contest("reveal", RevealBody, "open a spec in contest {number}", _reveal)
    about_contest("publishHoldoutKey", KeyBody, "publish the holdout key of contest {number}", _publish_key)
    about_contest("extend", ExtendBody, "move the deadlines of contest {number}", _extend)
    about_contest("cancel", ActionBody, "call contest {number} off", _plain("cancel"))
    about_contest("challenge", ActionBody, "challenge the scores of contest {number}", _challenge)
    about_contest("resolve", ActionBody, "have the panel of contest {number} decide", _plain("resolve"))
    about_contest("settle", ActionBody, "end contest {number} and pay what is due", _plain("settle"))
    about_contest("claim", ClaimBody, "pay shares of the pot of contest {number}", _claim)
    about_contest("reclaim", ReclaimBody, "give a sponsor of contest {number} its money back", _reclaim)

    @router.post("/actions/open", summary="offer and fund a contest")
    def open_contest(body: OpenBody) -> ActionAnswer:
        """The manifest must be in a store already: the site publishes nothing."""

        def make(contract: BountyContract) -> ContractCall:
            asset = COIN if body.terms.asset == "coin" else contract.asset(_address(body.terms.asset))
            return contract.opening(replace(_terms(body.terms), asset=asset))

        return _answer(calls.check_other(_address(body.account), "offer and fund a contest", make))

    @router.post("/actions/withdraw", summary="withdraw a credit")
    def withdraw(body: WithdrawBody) -> ActionAnswer:
        """What could not be paid to the account when it was due, and is kept for it."""
        asset = COIN.address if body.asset == "coin" else _address(body.asset)
        to = _address(body.to or body.account)

        def make(contract: BountyContract) -> ContractCall:
            return ContractCall(contract.calls.withdraw(asset, to))

        return _answer(calls.check_other(_address(body.account), f"withdraw a credit to {to}", make))

    return router


def _answer(checked: CheckedCall) -> ActionAnswer:
    block = checked.block
    assert block.hash is not None
    return ActionAnswer(
        chain_id=checked.chain_id,
        block=Block(number=block.number, hash="0x" + block.hash.hex(), time=block.timestamp),
        **_call(checked.call, checked.chain_id),
        first=[CallFacts(**_call(each, checked.chain_id)) for each in checked.first],
        gas=None if checked.gas is None else hex(checked.gas),
    )


def _call(call: UnsignedCall, chain_id: int) -> dict[str, Any]:
    return {
        "what": call.what,
        "to": call.to,
        "data": "0x" + call.data.hex(),
        "value": hex(call.value),
        "chainId": chain_id,
    }


# ------------------------------------------------------------------------------------------------- about a contest


def _accept(contract: BountyContract, contest: Contest, body: AcceptBody) -> ContractCall:
    throughput = body.throughput or contest.needed_throughput
    return ContractCall(contract.calls.accept(contest.number, throughput), contest.evaluator_bond, contest.asset)


def _accept_seat(contract: BountyContract, contest: Contest, body: SeatBody) -> ContractCall:
    return preflight.accepting(contract, contest, contract.dispute(contest.number), body.seat)


def _sponsor(contract: BountyContract, contest: Contest, body: SponsorBody) -> ContractCall:
    return preflight.sponsoring(contract, contest, int(body.amount))


def _submit(contract: BountyContract, contest: Contest, body: SubmitBody) -> ContractCall:
    standing = contract.submission(contest.number, _address(body.account), body.slot)
    is_new = standing.state is SubmissionState.EMPTY
    return ContractCall(
        contract.calls.submit(contest.number, body.slot, _bytes(body.commitment)),
        contract.most_to_submit(contest.number) if is_new else 0,
        contest.asset,
        _bytes(body.appended),
    )


def _withdraw_submission(contract: BountyContract, contest: Contest, body: SlotBody) -> ContractCall:
    return preflight.taking_back(contract, contest, body.slot)


def _reveal(contract: BountyContract, contest: Contest, body: RevealBody) -> ContractCall:
    call = contract.calls.reveal(contest.number, body.slot, _bytes(body.spec), _bytes(body.salt))
    return ContractCall(call)


def _publish_key(contract: BountyContract, contest: Contest, body: KeyBody) -> ContractCall:
    return ContractCall(contract.calls.publishHoldoutKey(contest.number, _bytes(body.key)))


def _extend(contract: BountyContract, contest: Contest, body: ExtendBody) -> ContractCall:
    return ContractCall(contract.calls.extend(contest.number, body.seconds))


def _challenge(contract: BountyContract, contest: Contest, _: ActionBody) -> ContractCall:
    return preflight.challenging(contract, contest, contract.dispute(contest.number))


def _claim(contract: BountyContract, contest: Contest, body: ClaimBody) -> ContractCall:
    return ContractCall(contract.calls.claim(contest.number, sorted(set(body.indexes))))


def _reclaim(contract: BountyContract, contest: Contest, body: ReclaimBody) -> ContractCall:
    return ContractCall(contract.calls.reclaim(contest.number, _address(body.sponsor or body.account)))


def _plain(name: str) -> _ByContest[ActionBody]:
    """A call that takes the number of the contest alone."""
    return lambda contract, contest, _: ContractCall(contract.calls[name](contest.number))


# ------------------------------------------------------------------------------------------------- values

_NO_PANEL: Final = PanelBody(members=[])


def _terms(body: TermsBody) -> Terms:
    panel = body.panel or _NO_PANEL
    return Terms(
        asset=COIN,
        reward=int(body.reward),
        bond=int(body.organizer_bond),
        evaluator_bond=int(body.evaluator_bond),
        evaluator_fee=int(body.evaluator_fee),
        entry_fee=int(body.entry_fee),
        minimum_score=body.minimum_ppm,
        shares=tuple(body.shares),
        accept_ends=body.accept_ends,
        submit_seconds=body.submit_seconds,
        reveal_seconds=body.reveal_seconds,
        score_seconds=body.score_seconds,
        challenge_seconds=body.challenge_seconds,
        evaluator=_address(body.evaluator),
        limits=_bytes(body.limits),
        max_submissions=body.max_submissions,
        max_per_address=body.max_per_address,
        entry_seconds=body.entry_seconds,
        manifest=_bytes(body.manifest),
        holdout_commitment=_bytes(body.holdout_commitment),
        panel=Panel(
            members=tuple(_address(member) for member in panel.members),
            member_bond=int(panel.member_bond),
            challenge_bond=int(panel.challenge_bond),
            fee=int(panel.panel_fee),
            tolerance=panel.tolerance_ppm,
            seal_seconds=panel.seal_seconds,
            open_seconds=panel.open_seconds,
        ),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _address(text: str) -> ChecksumAddress:
    """An address whose letters bear its checksum out: money would go to another one where a digit was mistyped.

    Raises:
        Refused: they do not.
    """
    try:
        return checked_address(text)
    except InvalidInput as error:
        raise Refused(error.what, error.next_step) from error
