"""`hyperbounty participant train` and `odds`: how specs do, before any money is put on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.options import option, options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import require_free
from hyperbounty.errors import SpecError
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.statistics.ppm import PPM
from participant.bounty.commands.here import contest_argument, contract_here, specs_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.rehearsal import Rehearsal
    from hyperbounty.bounty.types import Contest
    from hyperbounty.prices.table import PriceTable
    from hyperbounty.spec.judge import Judged

_OTHER_PICTURE: Final = "another file with --png"


@dataclass(frozen=True, kw_only=True)
class How:
    """How specs are trained at home."""

    folds: int = field(
        default=4,
        metadata=option(
            "Blocks of 12% at the end of the prices, each predicted from before it.", type=click.IntRange(1, 7)
        ),
    )
    seeds: int = field(default=2, metadata=option("Trainings of each fold.", type=click.IntRange(1, 100)))
    seed: int = field(
        default=0, metadata=option("The first seed; others follow it.", type=click.IntRange(0, 2**31 - 101))
    )
    train_rows: int | None = field(
        default=None, metadata=option("Rows before each block to train on; left out, all.", type=click.IntRange(1))
    )
    jobs: int | None = field(
        default=None, metadata=option("Trainings at a time; left out, one for each core.", type=click.IntRange(1))
    )


_ORDER: Final = {"Training": [each.name for each in fields(How)]}


@contest_argument
@specs_option
@options_of(_ORDER, how=How)
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Draw the curves to this new file.")
def train(session: Session, contest: int, spec_texts: Sequence[str], how: How, png: Path | None) -> Result:
    """Train specs at home, on the training prices: blocks at their end stand in for the holdout.

    The noise of a fold is where 95% of all models without skill score. What was trained is kept, and not trained again.
    """
    if png is not None:
        from participant.workbench.curves import require_drawing

        require_drawing()
        require_free(png, _OTHER_PICTURE)
    home = rehearsed(session, contest, spec_texts, how)
    from participant.bounty.rehearsing import rehearsal_columns, rehearsal_lines, rehearsal_rows
    from participant.bounty.stating import keep_statements
    from participant.workbench.curves import save_curves

    keep_statements(session.home, contract_here(session), home.contest, home.rehearsal)
    after = []
    if png is not None:
        save_curves(home.rehearsal, png)
        after.append(f"The curves are drawn in {png}.")
    best = Parameter("spec", spec_texts[home.rehearsal.best])
    after.append(
        next_line(
            session,
            "see the chances that they clear the bar: {}; submit the best sealed: {}"
            if len(spec_texts) > 1
            else "see the chance that it clears the bar: {}; submit it sealed: {}",
            Action("participant.odds", (contest, *(Parameter("spec", text) for text in spec_texts))),
            Action("participant.submit", (contest, best)),
            own=False,
        )
    )
    return Result(
        {**home.rehearsal.json(), "file": None if png is None else str(png)},
        rehearsal_lines(home.rehearsal, home.manifest.runs),
        rehearsal_columns(home.rehearsal),
        rehearsal_rows(home.rehearsal),
        after,
    )


@contest_argument
@specs_option
@click.option(
    "--tried",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Specs that you tried before you chose these; these count in any case.",
)
@options_of(_ORDER, how=How)
def odds(session: Session, contest: int, spec_texts: Sequence[str], tried: int, how: How) -> Result:
    """Say how likely specs are to clear the bar of CONTEST, by what they did on folds; and how likely a coin is.

    Give all specs that you compare, since whoever takes the best of many has chosen luck too. The specs are trained as
    `participant train` trains them, as far as they are not yet.
    """
    home = rehearsed(session, contest, spec_texts, how)
    from hyperbounty.bounty.estimates import lottery_of
    from hyperbounty.statistics.luck import independent_outcomes
    from participant.bounty.rehearsing import odds_lines, odds_rows
    from participant.bounty.stating import keep_statements

    rehearsal, manifest = home.rehearsal, home.manifest
    windows, periods = manifest.holdout_windows, manifest.task.future_periods
    tried = max(tried, len({each.judged.spec for each in rehearsal.specs}))
    found = rehearsal.odds(windows, manifest.runs, tried)
    train = manifest.task.dataset(home.training, None).train
    coin = lottery_of(manifest.metric, train, windows, periods, entries=1)
    coin_ppm = math.ceil(PPM * coin.chance_of_one(rehearsal.minimum_ppm))
    keep_statements(
        session.home, contract_here(session), home.contest, rehearsal, found, coin_ppm=coin_ppm, tried=tried
    )
    best = max(range(len(found)), key=lambda index: found[index].chance)
    return Result(
        {
            "metric": manifest.metric,
            "minimum_ppm": rehearsal.minimum_ppm,
            "tried": tried,
            "holdout_windows": windows,
            "independent_outcomes": independent_outcomes(windows, periods),
            "coin_chance_ppm": coin_ppm,
            "specs": [
                {
                    "spec": "0x" + each.judged.spec.word.hex(),
                    "mean_ppm": each.mean_ppm,
                    "expected_ppm": made.expected_ppm,
                    "error_ppm": made.error_ppm,
                    "drawn_ppm": made.drawn_ppm,
                    "chance_ppm": round(PPM * made.chance),
                }
                for each, made in zip(rehearsal.specs, found, strict=True)
            ],
        },
        odds_lines(rehearsal, windows, manifest.runs, tried, coin_ppm),
        ("spec", "mean of folds", "expected", "error", "chance"),
        odds_rows(rehearsal, found),
        [
            next_line(
                session,
                "submit it sealed: {}",
                Action("participant.submit", (contest, Parameter("spec", spec_texts[best]))),
                own=False,
            )
        ],
    )


@dataclass(frozen=True)
class Rehearsed:
    """Specs that were trained at home, and what they were trained for."""

    rehearsal: Rehearsal
    contest: Contest
    manifest: Manifest
    training: PriceTable


def rehearsed(session: Session, contest: int, spec_texts: Sequence[str], how: How) -> Rehearsed:
    """Train the specs on the published data of `contest`."""
    from hyperbounty.bounty.published import fetch_manifest, fetch_prices
    from hyperbounty.bounty.rehearsal import rehearse
    from hyperbounty.training.arithmetic import require
    from hyperbounty.training.kept import TRAININGS, KeptTrainings

    found = contract_here(session).contest(contest)
    manifest = fetch_manifest(session.store, found.manifest)
    judged = [_judged(text, manifest, found) for text in spec_texts]
    require(manifest.arithmetic, manifest.backend)
    table = fetch_prices(session.store, manifest.training, manifest)
    epochs = how.folds * how.seeds * sum(spec.epochs for spec in {each.spec for each in judged})
    # The first epoch comes with the compilation, which takes longer than a short one.
    with progress("compiling, then training", epochs, unit="epochs", is_long=True) as work:
        rehearsal = rehearse(
            judged,
            found,
            manifest,
            table,
            folds=how.folds,
            seeds=range(how.seed, how.seed + how.seeds),
            train_rows=how.train_rows,
            jobs=how.jobs,
            kept=KeptTrainings(session.home / TRAININGS),
            on_epochs=lambda done: work.update(done=done, what="training"),
        )
    return Rehearsed(rehearsal, found, manifest, table)


def _judged(text: str, manifest: Manifest, contest: Contest) -> Judged:
    """The spec of a file or a word, as the contest takes it; what it refuses is named with the file."""
    from hyperbounty.spec.file import read_spec

    judged = manifest.judge(read_spec(text).word, contest.limits)
    if judged.refusal is not None:
        raise SpecError(f"{text}: {judged.refusal.what}", judged.refusal.next_step)
    return judged
