"""What a command scores: a contest from chain and store, with prices of the user's own source where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.manifest import FutureHoldout
from hyperbounty.bounty.published import fetch_manifest

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from evaluator.bounty.scoring import Scoring
    from hyperbounty.cli.prices import SourceChoice
    from hyperbounty.cli.session import Session


def gather_for(session: Session, contest: int, source: SourceChoice) -> Scoring:
    """What the scores of `contest` are made from; see `gather` for what it raises."""
    from evaluator.bounty.gathering import gather

    contract = contract_of(session)
    manifest = fetch_manifest(session.store, contract.contest(contest).manifest)
    future = None
    if isinstance(manifest.holdout, FutureHoldout) and source.chosen:
        coins = sorted({column.split(".")[0] for column in manifest.columns})
        future = source.fetch(session.home, coins).table
    return gather(contract, session.store, contest, future)
