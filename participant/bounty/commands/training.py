"""`hyperbounty participant train`: how a spec does, before any money is put on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.following import next_line
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import Share
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.format import about, percent
from hyperbounty.next_steps import Action, Parameter

if TYPE_CHECKING:
    from hyperbounty.bounty.show.rehearsal import Rehearsal


@click.argument("contest", type=click.IntRange(1))
@click.option("--spec", "spec_text", required=True, metavar="FILE|WORD", help="A spec as JSON, or its 32-byte word.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--validation", type=Share(50_000, 500_000), default="20%", show_default=True)
def train(session: Session, contest: int, spec_text: str, seed: int, validation: float) -> Result:
    """Train a spec at home: the end of the training prices stands in for the holdout."""
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices
    from hyperbounty.bounty.show.rehearsal import Rehearsal
    from hyperbounty.spec.file import read_spec
    from hyperbounty.training.arithmetic import require

    found = contract_of(session).contest(contest)
    manifest = fetch_manifest(session.store, found.manifest)
    spec = manifest.judge(read_spec(spec_text).word, found.limits).accepted()
    require(manifest.arithmetic, manifest.backend)
    table = fetch_prices(session.store, manifest.training, manifest)
    # Brings in the training backend: seconds that other commands do not need.
    from participant.workbench.rehearsal import rehearse

    # The first epoch comes with the compilation, which takes longer than a short one.
    with progress("compiling, then training", spec.epochs, unit="epochs", is_long=True) as work:
        result, windows = rehearse(
            spec,
            manifest,
            table,
            validation_fraction=validation,
            seed=seed,
            on_epoch=lambda at: work.update(done=at.epoch, what="training"),
        )
    task = manifest.task
    facts = Rehearsal(spec, result, windows, manifest.metric, found.minimum_score, task.future_periods)
    submit = Action("participant.submit", (contest, Parameter("spec", spec_text)))
    return Result(facts.json(), [*_lines(facts), next_line(session, "submit it sealed: {}", submit, own=False)])


def _lines(facts: Rehearsal) -> list[str]:
    result = facts.result
    interval = facts.standing.interval_ppm
    sure = f" (95%: {about(interval[0])} to {about(interval[1])})" if interval else ""
    lines = [
        facts.spec.describe(),
        f"validation: {facts.metric.replace('_', ' ')} {percent(facts.score_ppm)}{sure} on {len(facts.validation):,} "
        f"windows; this contest asks for {percent(facts.minimum_ppm)}",
    ]
    if result.diverged_at:
        lines.append(f"training diverged in epoch {result.diverged_at}: such a spec scores 0")
    if result.constant:
        lines.append("it predicted one class throughout")
    return lines
