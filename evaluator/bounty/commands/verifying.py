"""`hyperbounty evaluator verify`: somebody else's scores, made again."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

import click

from evaluator.bounty.commands.gathering import gather_for
from evaluator.bounty.sample import Sample
from evaluator.queue.options import open_queue, training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.comparison import Comparison, Verification
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.format import percent
from hyperbounty.spec.spec import Spec

if TYPE_CHECKING:
    from hyperbounty.compute.choice import ExecutorChoice


def _sample(_context: click.Context, _parameter: click.Parameter, text: str) -> Sample:
    return Sample.parse(text)


@click.argument("contest", type=click.IntRange(1))
@click.option(
    "--sample",
    callback=_sample,
    default="100%",
    show_default=True,
    help="How many specs to train again, drawn at random: 10%, or a number.",
)
@click.option(
    "--sample-seed",
    type=click.IntRange(0),
    default=lambda: secrets.randbits(32),
    show_default="a new one",
    help="The same seed draws the same specs again.",
)
@training_options
@source_options
def verify(
    session: Session,
    contest: int,
    sample: Sample,
    sample_seed: int,
    training: ExecutorChoice,
    source: SourceChoice,
) -> Result:
    """Score CONTEST again from public data alone and compare with the chain; exit code 1 if a score differs.

    Where the holdout was in the future, name a price source of your own to check the evaluator's prices too.
    """
    from evaluator.bounty.progress import training_progress
    from evaluator.bounty.verification import verify as verify_scores

    scoring = gather_for(session, contest, source)
    trained = [revealed.index for revealed in scoring.specs if not scoring.judged[revealed.spec].refusal]
    drawn = sample.draw(trained, sample_seed)
    # Apart from the evaluator's own results, which would only be compared with themselves; kept until the end, so that
    # an interrupted verification continues.
    folder = session.home / "verification" / scoring.contest.report.hex()
    with training_progress(scoring) as on_progress, open_queue(None, folder) as queue:
        compared = verify_scores(
            contract_of(session),
            session.store,
            scoring,
            queue,
            executor=training,
            indexes=drawn,
            on_progress=on_progress,
        )
    shutil.rmtree(folder, ignore_errors=True)
    return _result(Verification(compared, drawn, sample_seed, len(drawn) < len(trained)))


def _result(facts: Verification) -> Result:
    text = ["The recorded scores stand."]
    if not facts.agrees:
        text = ["The recorded scores do NOT stand: see which differ."]
    if facts.is_partial:
        text.append(f"Specs {', '.join(map(str, facts.sampled))}, drawn with --sample-seed {facts.sample_seed}.")
    columns = ("index", "participant", "spec", "recorded", "scored here", "verdict", "weights differ from")
    rows = [_row(comparison) for comparison in facts.comparisons]
    return Result(facts.json(), text, columns, rows, exit_code=0 if facts.agrees else 1)


def _row(comparison: Comparison) -> tuple[str, ...]:
    parted = comparison.difference
    return (
        str(comparison.index),
        comparison.participant,
        Spec.from_word(comparison.spec).describe(),
        percent(comparison.recorded_ppm),
        percent(comparison.scored_ppm),
        comparison.verdict,
        "" if parted is None else f"run {parted.run}, epoch {parted.epoch}",
    )
