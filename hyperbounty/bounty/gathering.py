"""What the scores of a contest are made from, gathered from chain and store, and from prices of one's own source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.agreement import require_agreement
from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.manifest import FutureHoldout, Manifest, PricePart
from hyperbounty.bounty.published import fetch_manifest, fetch_prices, fetch_report, open_holdout
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.errors import (
    ContentNotFound,
    HoldoutKeyError,
    InvalidInput,
    ManifestError,
    PriceDataError,
    StoreError,
)
from hyperbounty.format import moment
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import ContentStore

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

FAULTS: Final = (ManifestError, HoldoutKeyError, PriceDataError, ContentNotFound)
"""What `gather` raises where a manifest or a holdout is not what was promised, as far as can be told from here."""


def gather(contract: BountyContract, store: ContentStore, number: int, future: PriceTable | None = None) -> Scoring:
    """What the scores of contest `number` are made from, read from chain and store alone.

    Args:
        future: in `future` mode, prices that reach past `revealEnds`, fetched from the manifest's source; the rows that
            make the holdout are cut out of them. Left out, the rows that a recorded report has pinned are used.

    Raises:
        InvalidInput: the contest is not there yet: nothing revealed, no key published, or no future rows known. Of the
            kinds in `FAULTS` where it will never be: what was promised is not there.
        ManifestError: chain and manifest disagree, or what is published is not what the manifest announces.
    """
    contest = contract.contest(number)
    reveal_ends = require_due(contest)
    specs = contract.revealed_specs(contest)
    manifest = fetch_manifest(store, contest.manifest)
    require_agreement(contest, contract.dispute(number), manifest)
    training = fetch_prices(store, manifest.training, manifest)
    key = contract.holdout_key(contest)
    if isinstance(manifest.holdout, FutureHoldout):
        holdout = _future_rows(contract, store, contest, manifest, manifest.holdout, future)
    elif key is None:
        raise InvalidInput(
            f"the holdout key of contest {number} is not published",
            NextStep("ask the organizer to run {}", Action("organizer.publish-key", (number,))),
        )
    else:
        holdout = open_holdout(store, manifest, HoldoutKey(key))
    beacon = contract.chain.beacon(reveal_ends)
    return Scoring(contest, manifest, training, holdout, key, specs, beacon.value)


def require_due(contest: Contest) -> int:
    """Refuse a contest in which there is nothing to score yet, or ever, before anything is fetched for it.

    Returns:
        The end of its reveals, in unix seconds.

    Raises:
        InvalidInput: its reveals are not over, or nobody revealed.
    """
    ends = contest.reveal_ends
    if ends is None or contest.phase in (Phase.SUBMIT, Phase.REVEAL):
        wait = "wait until everybody has accepted" if ends is None else f"score it from {moment(ends)} on"
        raise InvalidInput(f"contest {contest.number} is still in its {contest.phase.label} phase", wait)
    if not contest.revealed:
        raise InvalidInput(
            f"nobody revealed a spec in contest {contest.number}",
            NextStep("settle it, and the organizer is refunded: {}", Action("organizer.settle", (contest.number,))),
        )
    return ends


def _future_rows(
    contract: BountyContract,
    store: ContentStore,
    contest: Contest,
    manifest: Manifest,
    holdout: FutureHoldout,
    future: PriceTable | None,
) -> PriceTable:
    table = _published_rows(contract, store, contest, manifest, holdout) if future is None else future
    if table.columns != manifest.columns or table.interval != manifest.interval:
        raise PriceDataError(
            "the prices after revealEnds have other columns or another interval", "use the same source"
        )
    assert contest.reveal_ends is not None
    first = int(table.times.searchsorted(contest.reveal_ends))
    missing = f"only {len(table) - first} of {holdout.rows} rows after revealEnds are there yet"
    if len(table) - first < holdout.rows:
        later = "try again later, before scoreEnds"
        if contract.chain.timestamp() < contest.reveal_ends + (holdout.rows + 1) * manifest.interval:
            raise InvalidInput(missing, later)
        raise PriceDataError(missing, later)
    return table.rows(first, first + holdout.rows)


def _published_rows(
    contract: BountyContract, store: ContentStore, contest: Contest, manifest: Manifest, holdout: FutureHoldout
) -> PriceTable:
    """The rows that the evaluator has pinned; where its report cannot be read, those of a member of the panel."""
    recorded = contract.recorded_scores(contest)
    reports = [] if recorded is None else [recorded.report]
    reports += [opened.report for opened in contract.opened_scores(contest)]
    source = NextStep("name a source for the prices after revealEnds ({}, {})", Parameter("source"), Parameter("csv"))
    if not reports:
        raise InvalidInput(f"the test window of contest {contest.number} is not fetched yet", source)
    reasons = []
    for digest in reports:
        try:
            named = fetch_report(store, digest, manifest, contest.revealed).holdout.prices
            # As many as the manifest says, whatever the report does: no more are fetched.
            rows = PricePart(cid=named.cid, rows=holdout.rows)
            return fetch_prices(store, rows, manifest, "the report")
        except (ManifestError, PriceDataError, StoreError) as error:
            reasons.append(error.what)
    raise InvalidInput(f"the test window of contest {contest.number} is not to be had: {'; '.join(reasons)}", source)
