"""`hyperbounty evaluator verify`: somebody else's scores, made again."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from evaluator.bounty.commands.gathering import gather_for
from evaluator.bounty.sample import Sample
from evaluator.queue.options import open_queue, training_options
from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.comparison import Answer, Comparison, MemberCheck, Verification
from hyperbounty.bounty.types import Contest, Panel, Phase
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.prices import SourceChoice, source_options
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.format import moment, percent
from hyperbounty.next_steps import Action
from hyperbounty.spec.spec import Spec

if TYPE_CHECKING:
    from hyperbounty.compute.choice import ExecutorChoice


def _sample(_context: click.Context, _parameter: click.Parameter, text: str) -> Sample:
    try:
        return Sample.parse(text)
    except InvalidInput as error:
        raise click.BadParameter(str(error)) from error


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
@click.option(
    "--own-runs",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    help="How many own runs of each member of the panel to train again.",
)
@training_options
@source_options
def verify(
    session: Session,
    contest: int,
    sample: Sample,
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
    from evaluator.bounty.verification import Drawn
    from evaluator.bounty.verification import verify as verify_scores

    scoring = gather_for(session, contest, source)
    trained = [revealed.index for revealed in scoring.specs if not scoring.judged[revealed.spec].refusal]
    drawn = Drawn(sample.draw(trained, sample_seed), own_runs, sample_seed)
    # Apart from the evaluator's own results, which would only be compared with themselves; kept until the end, so that
    # an interrupted verification continues.
    folder = session.home / "verification" / scoring.contest.report.hex()
    with training_progress(scoring) as on_progress, open_queue(None, folder) as queue:
        facts = verify_scores(
            contract_of(session),
            session.store,
            scoring,
            queue,
            executor=training,
            drawn=drawn,
            on_progress=on_progress,
        )
    shutil.rmtree(folder, ignore_errors=True)
    now = contract_of(session).contest(contest)
    panel = contract_of(session).dispute(contest).panel
    return shown_verification(facts, [_next_line(session, facts, now, panel)])


def _next_line(session: Session, facts: Verification, contest: Contest, panel: Panel) -> str:
    """What one can do about what was found."""
    number = (contest.number,)
    if facts.answer is Answer.DIFFERS and panel.members and contest.phase in (Phase.SCORE, Phase.CHALLENGE):
        opens = "" if contest.score_ends is None else f", from {moment(contest.score_ends)} on"
        challenge = Action("participant.challenge", number)
        return next_line(session, f"if others are to be paid by the right scores, stake on it{opens}: {{}}", challenge)
    if facts.answer is Answer.DIFFERS and not panel.members:
        return next_line(session, "nobody can challenge scores without a panel; see how it ends: {}", _show(contest))
    return next_line(session, "see how the contest goes on: {}", _show(contest))


def _show(contest: Contest) -> Action:
    return Action("participant.show", (contest.number,))


_ANSWERS: Final = {
    Answer.EQUAL: "The recorded scores stand.",
    Answer.DIFFERS: "The recorded scores do NOT stand: see which differ.",
    Answer.UNCHECKED: "Scores differ, which proves nothing: other versions are installed than the manifest names.",
}

_EXIT_CODES: Final = {
    Answer.EQUAL: ExitCode.DONE,
    Answer.DIFFERS: ExitCode.DIFFERS,
    Answer.UNCHECKED: ExitCode.UNAVAILABLE,
}


def shown_verification(facts: Verification, after: Sequence[str] = ()) -> Result:
    """What the command shows of a verification; `after` says what comes next."""
    text = [_ANSWERS[facts.answer]]
    if facts.other_versions:
        text.append(f"Other versions: {facts.other_versions}.")
    if facts.is_partial:
        text.append(f"Specs {', '.join(map(str, facts.sampled))}, drawn with --sample-seed {facts.sample_seed}.")
    text += [f"Remark: {remark}." for remark in facts.remarks]
    text += [_member(member) for member in facts.members]
    columns = ("index", "participant", "spec", "recorded", "scored here", "verdict", "weights differ from")
    rows = [_row(comparison) for comparison in facts.comparisons]
    return Result(facts.json(), text, columns, rows, after, _EXIT_CODES[facts.answer])


_TRAINED: Final = {"yes": "trained", "close": "may have trained", "no": "did NOT train", "not shown": "does not show"}


def _member(member: MemberCheck) -> str:
    scores = "the same scores" if member.agrees else "OTHER scores"
    return f"Member {member.member}: {scores}; {_TRAINED[member.trained]}: {member.reason}."


def _row(comparison: Comparison) -> tuple[str, ...]:
    parted = comparison.difference
    return (
        str(comparison.index),
        comparison.participant,
        Spec.from_word(comparison.spec).describe(),
        "none" if comparison.recorded_ppm is None else percent(comparison.recorded_ppm),
        percent(comparison.scored_ppm),
        comparison.verdict,
        "" if parted is None else f"run {parted.run}, epoch {parted.epoch}",
    )
