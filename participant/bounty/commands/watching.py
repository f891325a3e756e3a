"""`hyperbounty participant watch`: what is due for entries is done in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import Amount
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.cli.watching import WatchChoice, beside, watch_options
from hyperbounty.cli.watching import watch as watch_accounts
from hyperbounty.errors import InvalidInput
from hyperbounty.extras import command_to_install, require
from hyperbounty.money import Asset, Written

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.show.comparison import Verification
    from hyperbounty.watching.duties import Roster, Say
    from participant.bounty.challenging import Readiness


@watch_options
@click.option(
    "--challenge-up-to",
    "most",
    type=Amount(),
    help="Make recorded scores again, and challenge them where they are wrong, the right ones pay you more, and the "
    f"bond is no more than this. Left out, nothing is staked. Needs {command_to_install('train')}",
)
@click.option("--jobs", type=click.IntRange(1), help="With --challenge-up-to: trainings at a time.")
@source_options
def watch(
    session: Session, choice: WatchChoice, most: Written | None, jobs: int | None, source: SourceChoice
) -> Result:
    """Do in time what is due for every entry of yours: reveal, settle what nobody settles, claim, withdraw.

    It goes by the chain's time. Gas stays within max_fee for the first half of a window; after that it may rise, and
    never above what is at stake. Ended anywhere, the same command goes on.
    """
    # Brings in the chain.
    from participant.bounty.watching import WATCHED

    if most is not None:
        require("train")

    def roster(accounts: Sequence[LocalAccount]) -> Roster:
        from participant.bounty.entries import EntryBook
        from participant.bounty.watching import ParticipantRoster

        readiness = None if most is None else _readiness(session, most, jobs, source)
        return ParticipantRoster(contract_of(session), EntryBook(session.home / "entries"), readiness)

    return watch_accounts(session, choice, WATCHED, roster)


def _readiness(session: Session, most: Written, jobs: int | None, source: SourceChoice) -> Readiness:
    from participant.bounty.challenging import Readiness

    def limit(asset: Asset) -> int | None:
        try:
            return asset.units(most)
        except InvalidInput:
            # An amount of coins allows nothing in a token.
            return None

    def verify(number: int, say: Say) -> Verification:
        with beside(session) as other:
            return _verified(other, number, say, jobs, source)

    return Readiness(limit, verify)


def _verified(session: Session, number: int, say: Say, jobs: int | None, source: SourceChoice) -> Verification:
    from hyperbounty.bounty.own_prices import gather_with
    from hyperbounty.bounty.retraining import training_at_home
    from hyperbounty.bounty.verification import Drawn
    from hyperbounty.bounty.verification import verify as verify_scores
    from hyperbounty.training.kept import TRAININGS, KeptTrainings

    contract = contract_of(session)
    scoring = gather_with(contract, session.store, number, source, session.home)
    train = training_at_home(
        scoring,
        jobs=jobs,
        kept=KeptTrainings(session.home / TRAININGS),
        on_epochs=lambda done, total: say(f"{done} of {total} epochs"),
    )
    return verify_scores(contract, session.store, scoring, train, Drawn(own_runs=0))
