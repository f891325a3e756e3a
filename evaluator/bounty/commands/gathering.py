"""What a command scores: a contest from chain and store, with prices of the user's own source where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.access import contract_of
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from evaluator.bounty.scoring import Scoring
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest
    from hyperbounty.cli.prices import SourceChoice
    from hyperbounty.cli.session import Session
    from hyperbounty.prices.table import PriceTable


def gather_for(session: Session, contest: int, source: SourceChoice) -> Scoring:
    """What the scores of `contest` are made from; see `gather` for what it raises."""
    from evaluator.bounty.gathering import gather, require_due
    from hyperbounty.bounty.published import fetch_manifest

    contract = contract_of(session)
    found = contract.contest(contest)
    require_due(found)
    manifest = fetch_manifest(session.store, found.manifest)
    future = prices_to_come(session, found, manifest, source) if manifest.holdout.mode == "future" else None
    return gather(contract, session.store, contest, future)


def require_own_prices(session: Session, contest: Contest, manifest: Manifest, source: SourceChoice) -> None:
    """Refuse to judge an evaluator by the test window that it has published.

    Raises:
        InvalidInput: the contest's holdout is to come, and no source of the user's own has it.
    """
    is_future = manifest.holdout.mode == "future"
    if is_future and not source.chosen and prices_to_come(session, contest, manifest, source) is None:
        raise InvalidInput(
            "a member of the panel does not take the test window from the evaluator that it judges",
            NextStep("name a source for the prices after revealEnds ({}, {})", Parameter("source"), Parameter("csv")),
        )


def prices_to_come(session: Session, contest: Contest, manifest: Manifest, source: SourceChoice) -> PriceTable | None:
    """The prices of the user's own source that reach past the reveals of `contest`; None where none is named.

    On a development chain, the end of the bundled sample plays them for a contest on the sample.
    """
    from hyperbounty.prices.replay import come_to_be
    from hyperbounty.prices.sample import SampleSource

    on_sample = manifest.source == SampleSource().description and session.chain.is_development
    plays = on_sample and (not source.chosen or source.name == "sample")
    if not source.chosen and not plays:
        return None
    coins = sorted({column.split(".")[0] for column in manifest.columns})
    table = source.fetch(session.home, coins).table
    if not plays or contest.reveal_ends is None:
        return table
    return come_to_be(table, contest.reveal_ends, session.chain.timestamp())
