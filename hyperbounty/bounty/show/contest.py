"""How contests, receipts and times are shown, the same in every role."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from hyperbounty.bounty.types import NATIVE, Contest, Dispute, Phase
from hyperbounty.format import moment, percent
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.chain.connection import Receipt


def asset_amount(amount: int, asset: str) -> str:
    """An amount in a contest's asset; a token's decimals are its own affair, so its smallest units are shown."""
    return format_amount(amount) if asset == NATIVE else f"{amount} units of {asset}"


def contest_json(contest: Contest) -> dict[str, Any]:
    """Every field of a contest as JSON types."""
    shown: dict[str, Any] = {}
    for name, value in vars(contest).items():
        if isinstance(value, bytes):
            shown[name] = "0x" + value.hex()
        elif isinstance(value, tuple):
            shown[name] = list(value)
        elif isinstance(value, IntEnum):
            shown[name] = value.name.lower()
        else:
            shown[name] = value
    return shown


def dispute_json(dispute: Dispute) -> dict[str, Any]:
    """The panel of a contest and its dispute as JSON types; None where there is no panel."""
    panel = {**vars(dispute.panel), "members": list(dispute.panel.members)}
    seats = [seat.name.lower() for seat in dispute.seats]
    return {
        **vars(dispute),
        "panel": panel,
        "seats": seats,
        "verdict": dispute.verdict.name.lower(),
        "agreed": list(dispute.agreed),
    }


def dispute_lines(contest: Contest, dispute: Dispute, manifest: Manifest) -> list[str]:
    """Who decides about the scores of a contest, and how far a dispute came, a line each."""
    panel = dispute.panel
    if not panel.members:
        return [f"  panel      none: the scores rest on the word of one evaluator, {contest.evaluator}"]
    lines = [
        f"  panel      {len(panel.members)} members decide if anybody stakes "
        f"{asset_amount(panel.challenge_bond, contest.asset)} on the scores being wrong by more than "
        f"{percent(panel.tolerance)}, before {moment(contest.challenge_ends)}",
        f"  evaluator  {contest.evaluator}, with a fee of {asset_amount(contest.evaluator_fee, contest.asset)}",
    ]
    if panel.tolerance != manifest.tolerance_ppm:
        lines.append(f"  WARNING    the manifest's tolerance is another: {percent(manifest.tolerance_ppm)}")
    if dispute.challenger is not None:
        seats = ", ".join(f"{m[:10]}… {s.name.lower()}" for m, s in zip(panel.members, dispute.seats, strict=True))
        lines.append(
            f"  dispute    challenged by {dispute.challenger}; verdict {dispute.verdict.name.lower()}; the panel seals "
            f"until {moment(dispute.seal_ends)}, opens until {moment(dispute.open_ends)}: {seats}"
        )
    return lines


def contest_lines(contest: Contest, dispute: Dispute, manifest: Manifest, now: int) -> list[str]:
    """A contest and its task, with what a participant needs to judge the bar, a line each."""
    estimates = manifest.estimates
    mode = (
        "sealed (the organizer knows it; an organizer competing under another name would too)"
        if contest.sealed
        else "future (prices after revealEnds, which do not exist yet)"
    )
    ends = {
        Phase.SUBMIT: contest.submit_ends,
        Phase.REVEAL: contest.reveal_ends,
        Phase.SCORE: contest.score_ends,
        Phase.CHALLENGE: contest.challenge_ends,
        Phase.PANEL_SEAL: dispute.seal_ends,
        Phase.PANEL_OPEN: dispute.open_ends,
    }.get(contest.phase)
    return [
        f"Contest {contest.number}: {manifest.title}",
        f"  prices     {manifest.source}{' (synthetic)' if manifest.synthetic else ''}, "
        f"{manifest.training.rows:,} rows for training",
        f"  phase      {contest.phase.label}"
        + (f" until {moment(ends)} ({max(ends - now, 0):,} s left)" if ends else f", {contest.outcome.name.lower()}"),
        f"  reward     {asset_amount(contest.reward, contest.asset)} in shares of "
        f"{', '.join(f'{share / 100:g} %' for share in contest.shares)}",
        f"  deposit    {asset_amount(contest.deposit, contest.asset)} a submission, back at its reveal",
        f"  minimum    {percent(contest.minimum_score)}; always naming the commoner class: "
        f"{percent(estimates.base_rate_ppm)}; a coin passes with probability "
        f"{estimates.coin_flip_pass_probability:.2g}",
        f"  holdout    {mode}, {estimates.holdout_windows:,} windows",
        f"  scores     mean of {manifest.runs} run{'s' if manifest.runs > 1 else ''}",
        *dispute_lines(contest, dispute, manifest),
        f"  entries    {contest.standing} standing, {contest.revealed} revealed, at most {contest.max_submissions}",
    ]


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """What a transaction cost and where it is."""
    return {
        "transaction": receipt.hash,
        "block": receipt.block,
        "gas_used": receipt.gas_used,
        "fee_wei": receipt.fee_wei,
    }


def receipt_line(receipt: Receipt) -> str:
    """The same for people."""
    return f"transaction {receipt.hash}, gas {receipt.gas_used:,}, fee {format_amount(receipt.fee_wei)}"


def done(receipt: Receipt, text: str, **data: Any) -> Mapping[str, Any]:
    """The arguments of a `Result` for a command that sent one transaction."""
    return {"data": {**data, **receipt_json(receipt)}, "text": [text, receipt_line(receipt)]}
