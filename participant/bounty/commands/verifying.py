"""`hyperbounty participant verify`: the scores of a contest, made again by who may challenge them."""

from __future__ import annotations

from typing import Final

import click

from hyperbounty.bounty.show.comparison import Answer
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.spot_checks import spot_check_options
from hyperbounty.statistics.spot_checks import SpotCheck
from participant.bounty.commands.here import contest_argument, contract_here

_EXIT_CODES: Final = {
    Answer.EQUAL: ExitCode.DONE,
    Answer.DIFFERS: ExitCode.DIFFERS,
    Answer.UNCHECKED: ExitCode.UNAVAILABLE,
}


@contest_argument
@spot_check_options
@click.option("--jobs", type=click.IntRange(1), help="Trainings at a time; left out, one for each core.")
@source_options
def verify(
    session: Session,
    contest: int,
    sample: SpotCheck,
    sample_seed: int,
    own_runs: int,
    jobs: int | None,
    source: SourceChoice,
) -> Result:
    """Score CONTEST again from public data alone, and compare with the chain: before you challenge, or trust.

    It says what `evaluator verify` says, and needs no queue: what was trained is kept where `participant train` keeps
    it, and not trained again.

    Exit codes: 0 the scores are equal or within the tolerance, 1 a score differs, 3 it could not be checked.
    """
    from hyperbounty.bounty.own_prices import gather_with
    from hyperbounty.bounty.retraining import training_at_home
    from hyperbounty.bounty.show.verification import (
        VERIFICATION_COLUMNS,
        after_verification,
        verification_lines,
        verification_rows,
    )
    from hyperbounty.bounty.verification import Drawn
    from hyperbounty.bounty.verification import verify as verify_scores
    from hyperbounty.training.kept import TRAININGS, KeptTrainings

    contract = contract_here(session)
    scoring = gather_with(contract, session.store, contest, source, session.home)
    drawn = Drawn(sample.draw([each.index for each in scoring.trainable], sample_seed), own_runs, sample_seed)
    with progress("compiling, then training", is_long=True) as work:
        train = training_at_home(
            scoring,
            jobs=jobs,
            kept=KeptTrainings(session.home / TRAININGS),
            on_epochs=lambda done, total: work.update(done=done, total=total, what="training"),
        )
        facts = verify_scores(contract, session.store, scoring, train, drawn)
    after = after_verification(facts, contract.contest(contest), contract.dispute(contest).panel)
    return Result(
        facts.json(),
        verification_lines(facts),
        VERIFICATION_COLUMNS,
        verification_rows(facts),
        [next_line(session, *after)],
        _EXIT_CODES[facts.answer],
    )
