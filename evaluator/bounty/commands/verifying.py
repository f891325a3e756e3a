"""`hyperbounty evaluator verify`: somebody else's scores, made again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import click

from evaluator.queue.options import open_queue, training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.comparison import Answer, Verification
from hyperbounty.bounty.types import Contest, Panel
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.cli.spot_checks import spot_check_options
from hyperbounty.statistics.spot_checks import SpotCheck

if TYPE_CHECKING:
    from hyperbounty.compute.choice import ExecutorChoice

_EXIT_CODES: Final = {
    Answer.EQUAL: ExitCode.DONE,
    Answer.DIFFERS: ExitCode.DIFFERS,
    Answer.UNCHECKED: ExitCode.UNAVAILABLE,
}


@click.argument("contest", type=click.IntRange(1))
@spot_check_options
@training_options
@source_options
def verify(
    session: Session,
    contest: int,
    sample: SpotCheck,
    sample_seed: int,
    own_runs: int,
    training: ExecutorChoice,
    source: SourceChoice,
) -> Result:
    """Score CONTEST again from public data alone, and compare with the chain.

    Reports are their authors' word: where one is missing or cannot be read, the scores are made again all the same. Of
    each member of the panel it says whether it has trained.

    Where the holdout was in the future, name a price source of your own to check the evaluator's prices too.

    Exit codes: 0 the scores are equal or within the tolerance, 1 a score differs, 3 it could not be checked.
    """
    from evaluator.bounty.progress import training_progress
    from evaluator.bounty.scoring import training_by_queue
    from hyperbounty.bounty.own_prices import gather_with
    from hyperbounty.bounty.verification import Drawn
    from hyperbounty.bounty.verification import verify as verify_scores

    contract = contract_of(session)
    scoring = gather_with(contract, session.store, contest, source, session.home)
    drawn = Drawn(sample.draw([each.index for each in scoring.trainable], sample_seed), own_runs, sample_seed)
    # Apart from the evaluator's own results, which would only be compared with themselves; kept until the end, so that
    # an interrupted verification continues.
    folder = session.home / "verification" / scoring.contest.report.hex()
    with training_progress(scoring) as on_progress, open_queue(None, folder) as queue:
        train = training_by_queue(
            scoring, queue, executor=training, contest=contract.contest_name(contest), on_progress=on_progress
        )
        facts = verify_scores(contract, session.store, scoring, train, drawn)
    shutil.rmtree(folder, ignore_errors=True)
    return _shown(session, facts, contract.contest(contest), contract.dispute(contest).panel)


def _shown(session: Session, facts: Verification, contest: Contest, panel: Panel) -> Result:
    from hyperbounty.bounty.show.verification import (
        VERIFICATION_COLUMNS,
        after_verification,
        verification_lines,
        verification_rows,
    )

    return Result(
        facts.json(),
        verification_lines(facts),
        VERIFICATION_COLUMNS,
        verification_rows(facts),
        [next_line(session, *after_verification(facts, contest, panel))],
        _EXIT_CODES[facts.answer],
    )
