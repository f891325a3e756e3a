"""The evaluator's command that watches: what was accepted is trained and recorded in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluator.queue.options import open_queue, queue_option, training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.cli.watching import WatchChoice, beside, watch_options
from hyperbounty.cli.watching import watch as watch_accounts

if TYPE_CHECKING:  # brings in the training backend: only commands that train pay for it
    from eth_account.signers.local import LocalAccount

    from evaluator.queue.coordinator import Progress
    from hyperbounty.bounty.types import RecordedScores
    from hyperbounty.compute.choice import ExecutorChoice
    from hyperbounty.watching.duties import Roster, Say


@watch_options
@training_options
@queue_option
@source_options
def watch(
    session: Session, choice: WatchChoice, training: ExecutorChoice, queue_url: str | None, source: SourceChoice
) -> Result:
    """Do in time what you have accepted: train and record; on a panel, train, seal and open; settle.

    It accepts nothing by itself, and tells of offers. It goes by the chain's time. Gas stays within max_fee for the
    first half of a window; after that it may rise, and never above the bond. Ended anywhere, the same command goes on.
    """

    def roster(accounts: Sequence[LocalAccount]) -> Roster:
        from evaluator.bounty.ballots import BallotBox
        from evaluator.bounty.watching import EvaluatorRoster

        def score(number: int, member: str | None, say: Say) -> RecordedScores:
            with beside(session) as other:
                return _scores(other, number, member, say, training, source, queue_url)

        return EvaluatorRoster(contract_of(session), BallotBox(session.home / "ballots"), score)

    return watch_accounts(session, choice, "bounty-evaluator", roster)


def _scores(
    session: Session,
    number: int,
    member: str | None,
    say: Say,
    training: ExecutorChoice,
    source: SourceChoice,
    queue_url: str | None,
) -> RecordedScores:
    """Train contest `number`, or take what is in the queue already, and pin the report."""
    from evaluator.bounty.evaluation import evaluate
    from hyperbounty.bounty.own_prices import gather_with, require_own_prices
    from hyperbounty.bounty.published import fetch_manifest

    def on_progress(at: Progress) -> None:
        say(f"training, {at.done} of {at.total} done")

    contract = contract_of(session)
    if member is not None:
        found = contract.contest(number)
        manifest = fetch_manifest(session.store, found.manifest)
        require_own_prices(session.chain, found, manifest, source, session.home)
    scoring = gather_with(contract, session.store, number, source, session.home)
    with open_queue(queue_url, session.home) as queue:
        return evaluate(
            contract,
            session.store,
            scoring,
            queue,
            executor=training,
            outbox=session.home / "results" / "outbox",
            member=member,
            on_progress=on_progress,
        ).recorded
