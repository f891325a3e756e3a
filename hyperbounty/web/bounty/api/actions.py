"""Calls of the contract, unsigned, each asked of a node first: for pages and programs whose wallet signs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from fastapi import APIRouter

from hyperbounty.bounty import preflight
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, SubmissionState, Terms
from hyperbounty.chain.client import ContractCall
from hyperbounty.money import COIN
from hyperbounty.web.bounty.api.action_bodies import (
    AcceptBody,
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
)
from hyperbounty.web.bounty.calls import BountyCalls
from hyperbounty.web.site.action_answers import (
    ActionAnswer,
    ActionBody,
    WithdrawBody,
    address_of,
    answer_of_call,
    bytes_of,
)
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.values import Number

_Body = TypeVar("_Body", bound=ActionBody)
_ByContest = Callable[[BountyContract, Contest, _Body], ContractCall]


def action_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["actions"])
    calls = BountyCalls(site)

    def about_contest(name: str, kind: type[_Body], what: str, make: _ByContest[_Body]) -> None:
        def action(number: Number, body: _Body) -> ActionAnswer:
            account = address_of(body.account)
            title = what.format(number=number)
            return answer_of_call(
                calls.check(account, number, title, lambda contract, contest: make(contract, contest, body))
            )

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
            asset = COIN if body.terms.asset == "coin" else contract.asset(address_of(body.terms.asset))
            return contract.opening(replace(_terms(body.terms), asset=asset))

        return answer_of_call(calls.checked(address_of(body.account), "offer and fund a contest", make))

    @router.post("/actions/withdraw", summary="withdraw a credit")
    def withdraw(body: WithdrawBody) -> ActionAnswer:
        """What could not be paid to the account when it was due, and is kept for it."""
        asset = COIN.address if body.asset == "coin" else address_of(body.asset)
        to = address_of(body.to or body.account)

        def make(contract: BountyContract) -> ContractCall:
            return ContractCall(contract.calls.withdraw(asset, to))

        return answer_of_call(calls.checked(address_of(body.account), f"withdraw a credit to {to}", make))

    return router


# ------------------------------------------------------------------------------------------------- about a contest


def _accept(contract: BountyContract, contest: Contest, body: AcceptBody) -> ContractCall:
    throughput = body.throughput or contest.needed_throughput
    return ContractCall(contract.calls.accept(contest.number, throughput), contest.evaluator_bond, contest.asset)


def _accept_seat(contract: BountyContract, contest: Contest, body: SeatBody) -> ContractCall:
    return preflight.accepting(contract, contest, contract.dispute(contest.number), body.seat)


def _sponsor(contract: BountyContract, contest: Contest, body: SponsorBody) -> ContractCall:
    return preflight.sponsoring(contract, contest, int(body.amount))


def _submit(contract: BountyContract, contest: Contest, body: SubmitBody) -> ContractCall:
    standing = contract.submission(contest.number, address_of(body.account), body.slot)
    is_new = standing.state is SubmissionState.EMPTY
    return ContractCall(
        contract.calls.submit(contest.number, body.slot, bytes_of(body.commitment)),
        contract.most_to_submit(contest.number) if is_new else 0,
        contest.asset,
        bytes_of(body.appended),
    )


def _withdraw_submission(contract: BountyContract, contest: Contest, body: SlotBody) -> ContractCall:
    return preflight.taking_back(contract, contest, body.slot)


def _reveal(contract: BountyContract, contest: Contest, body: RevealBody) -> ContractCall:
    call = contract.calls.reveal(contest.number, body.slot, bytes_of(body.spec), bytes_of(body.salt))
    return ContractCall(call)


def _publish_key(contract: BountyContract, contest: Contest, body: KeyBody) -> ContractCall:
    return ContractCall(contract.calls.publishHoldoutKey(contest.number, bytes_of(body.key)))


def _extend(contract: BountyContract, contest: Contest, body: ExtendBody) -> ContractCall:
    return ContractCall(contract.calls.extend(contest.number, body.seconds))


def _challenge(contract: BountyContract, contest: Contest, _: ActionBody) -> ContractCall:
    return preflight.challenging(contract, contest, contract.dispute(contest.number))


def _claim(contract: BountyContract, contest: Contest, body: ClaimBody) -> ContractCall:
    return ContractCall(contract.calls.claim(contest.number, sorted(set(body.indexes))))


def _reclaim(contract: BountyContract, contest: Contest, body: ReclaimBody) -> ContractCall:
    return ContractCall(contract.calls.reclaim(contest.number, address_of(body.sponsor or body.account)))


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
        evaluator=address_of(body.evaluator),
        limits=bytes_of(body.limits),
        max_submissions=body.max_submissions,
        max_per_address=body.max_per_address,
        entry_seconds=body.entry_seconds,
        manifest=bytes_of(body.manifest),
        holdout_commitment=bytes_of(body.holdout_commitment),
        panel=Panel(
            members=tuple(address_of(member) for member in panel.members),
            member_bond=int(panel.member_bond),
            challenge_bond=int(panel.challenge_bond),
            fee=int(panel.panel_fee),
            tolerance=panel.tolerance_ppm,
            seal_seconds=panel.seal_seconds,
            open_seconds=panel.open_seconds,
        ),
    )
