"""`hyperbounty evaluator accept`: the offer of a contest that names this account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evaluator.queue.options import training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.types import THROUGHPUT_UNIT, Phase
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.progress import progress
from hyperbounty.cli.receipts import asset_amount, receipt_json, receipt_line
from hyperbounty.cli.session import Session
from hyperbounty.durations import format_duration
from hyperbounty.format import moment
from hyperbounty.money import amount_json
from hyperbounty.next_steps import Action

if TYPE_CHECKING:  # brings in the training backend
    from evaluator.bounty.accepting import Proposal
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest
    from hyperbounty.compute.choice import ExecutorChoice


@click.argument("contest", type=click.IntRange(1))
@click.option(
    "--throughput",
    type=click.FloatRange(0.001),
    help="How many reference cores will train; left out, it is measured.",
)
@yes_option
@training_options
def accept(session: Session, contest: int, throughput: float | None, yes: bool, training: ExecutorChoice) -> Result:
    """Accept the offer of CONTEST, which names this account as its evaluator or on its panel, with a bond.

    Before that, what the contest is made of is fetched, checked and pinned here, and the offer has to be final. The
    machine needs the instructions that the scores are made with, and an evaluator's must be fast enough to train every
    entry in time.
    """
    from evaluator.bounty.accepting import accept as accept_offer
    from evaluator.bounty.accepting import check_arithmetic, check_capacity, keep_copy, proposal
    from hyperbounty.bounty.finality import final_contest
    from hyperbounty.bounty.preflight import accepting
    from hyperbounty.compute.throughput import kept_throughput

    contract, account = contract_of(session), session.account
    found = final_contest(contract, contest, on_wait=lambda left: note(f"waiting for {left} more blocks"))
    asked = proposal(contract, found, account.address)
    cores = 0
    if not asked.accepted and found.phase is Phase.OFFER:
        # Before anything is fetched, pinned and measured.
        contract.check(account, accepting(contract, found, asked.dispute, asked.seat))
        manifest = keep_copy(session.store, asked)
        check_arithmetic(manifest, training)
        if throughput is None:
            with progress("measuring how fast this machine trains", is_long=True):
                cores = kept_throughput(session.home / "results", training, manifest.backend, manifest.arithmetic)
        else:
            cores = round(throughput * THROUGHPUT_UNIT)
        check_capacity(asked, manifest, cores)
        ask(session, _said(asked, manifest, cores), yes=yes)
    receipt = accept_offer(contract, account, asked, cores)
    now = contract.contest(contest)
    text = f"Accepted contest {contest}, {asset_amount(asked.bond, found.asset)} staked."
    if now.submit_ends is not None:
        text += f" It takes submissions until {moment(now.submit_ends)}."
    elif now.accept_ends is not None:
        text += f" It begins once everybody has accepted, until {moment(now.accept_ends)}."
    return Result(
        {
            "contest": contest,
            "role": "evaluator" if asked.seat is None else "member",
            "seat": asked.seat,
            "staked": amount_json(asked.bond, found.asset),
            "submit_ends": now.submit_ends,
            **receipt_json(receipt),
        },
        [text, receipt_line(receipt), _next(session, now, asked)],
    )


def _next(session: Session, now: Contest, asked: Proposal) -> str:
    if now.reveal_ends is None:
        return next_line(session, "see who has to accept: {}", Action("participant.show", (now.number,)), own=False)
    run = Action("evaluator.run", (now.number,))
    if asked.seat is not None:
        return next_line(session, "if somebody challenges the scores, train and seal: {}", run)
    return next_line(
        session, f"once the reveals are over, {moment(now.reveal_ends)}, train and record the scores: {{}}", run
    )


def _said(asked: Proposal, manifest: Manifest, throughput: int) -> list[str]:
    contest, panel = asked.contest, asked.dispute.panel

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    lines = [
        f"Contest {contest.number} of {contest.organizer}: {manifest.title} ({manifest.source})",
        f"Up to {contest.max_submissions} entries of at most {format_duration(contest.entry_seconds)} of a reference "
        f"core each; here are {throughput / THROUGHPUT_UNIT:.1f} of them.",
    ]
    if asked.seat is None:
        lines += [
            f"You stake {amount(asked.bond)}. It answers for scores in time, and for scores that are right: without "
            "scores half of it is burned, and half goes to those who revealed; if a panel scores in your stead, or "
            "finds that others are to be paid, half goes to the challenger.",
            f"You earn {amount(contest.evaluator_fee)}, and {amount(contest.entry_fee)} for each entry that you score, "
            "if your scores stand.",
        ]
    else:
        lines += [
            f"You stake {amount(asked.bond)}. It answers for an answer: if somebody challenges the scores, or that "
            "there are none, train, seal in time, and open what you sealed, else it is burned.",
            f"You earn {amount(panel.fee)} if your scores bear out what is paid.",
        ]
    return lines
