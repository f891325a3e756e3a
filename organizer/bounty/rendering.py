"""An offer as lines for its organizer, before any money leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.price import surcharge_at
from hyperbounty.bounty.show.cautions import cautions
from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.format import about, duration, moment, percent

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Terms


def offer_lines(
    terms: Terms, manifest: Manifest, organizer: str, throughput: int, now: int, *, development: bool
) -> list[str]:
    """What `terms` take from the organizer, what they may cost it, and when what happens.

    Args:
        throughput: what the times are made for, in thousandths of the reference core.
        now: the chain's time, in unix seconds.
        development: whether nobody loses money on this chain.
    """

    def amount(value: int) -> str:
        return asset_amount(value, terms.asset)

    last = surcharge_at(terms.reward, terms.max_submissions, terms.max_submissions - 1)
    luck = manifest.estimates.chance_of_any_ppm
    odd = cautions(terms, organizer, terms.panel, manifest, throughput, luck_ppm=luck, development=development)
    return [
        f"You offer: {manifest.title}",
        f"  escrow     {amount(terms.escrow)}: reward {amount(terms.reward)}, your bond {amount(terms.bond)}, the "
        f"evaluator's fee {amount(terms.evaluator_fee)}",
        *(f"  asset      {line}" for line in asset_lines(terms.asset)),
        *_risk_lines(terms, amount(terms.bond)),
        f"  bar        {percent(terms.minimum_score)} ({manifest.metric.replace('_', ' ')}); luck alone is paid with a "
        f"chance of at most {about(manifest.estimates.chance_of_any_ppm)}",
        f"  prizes     {', '.join(f'{share / 100:g}%' for share in terms.shares)} of the reward",
        f"  entries    at most {terms.max_submissions:,}, {terms.max_per_address:,} of one account, at "
        f"{amount(terms.entry_fee)} each; the last one {terms.asset.about(terms.entry_fee + last)}",
        f"  evaluator  {terms.evaluator}, which stakes {amount(terms.evaluator_bond)}",
        *_panel_lines(terms),
        *_time_lines(terms, now),
        *(f"  CAUTION    {caution}" for caution in odd),
    ]


def _risk_lines(terms: Terms, bond: str) -> list[str]:
    lines = [f"  you risk   your bond of {bond}, if the task cannot be scored"]
    if any(terms.holdout_commitment):
        lines.append("             bond AND reward, if you do not publish the key in time")
    return lines


def _panel_lines(terms: Terms) -> list[str]:
    panel = terms.panel
    if not panel.members:
        return []
    return [
        *(f"  member     {member}" for member in panel.members),
        f"  panel      each member stakes {asset_amount(panel.member_bond, terms.asset)} and gets "
        f"{asset_amount(panel.fee, terms.asset)} for an answer that stands; a challenger stakes "
        f"{asset_amount(panel.challenge_bond, terms.asset)}",
    ]


def _time_lines(terms: Terms, now: int) -> list[str]:
    """When each phase ends, if everybody named accepts at once."""
    windows = [
        ("submit", terms.submit_seconds, ""),
        ("reveal", terms.reveal_seconds, ""),
        ("score", terms.score_seconds, ""),
    ]
    if terms.panel.members:
        windows += [
            ("challenge", terms.challenge_seconds, ""),
            ("seal", terms.panel.seal_seconds, "; the panel, if somebody challenges"),
            ("open", terms.panel.open_seconds, "; the panel, if somebody challenges"),
        ]
    lines = [
        f"  accept     until {moment(terms.accept_ends)} ({duration(terms.accept_ends - now)}); if all accept now:"
    ]
    end = now
    for name, seconds, remark in windows:
        end += seconds
        lines.append(f"  {name:11}until {moment(end)} ({duration(seconds)}){remark}")
    return lines
