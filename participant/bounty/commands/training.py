"""`hyperbounty participant train` and `odds`: how specs do, before any money is put on them."""

from __future__ import annotations

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
from participant.bounty.commands.here import contest_argument, contest_here, contract_here, specs_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hyperbounty.api.contest import Contest
    from hyperbounty.bounty.rehearsal import Rehearsal
    from hyperbounty.spec.spec import Spec

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

    keep_statements(session.home, contract_here(session), contest, home.rehearsal)
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
        rehearsal_lines(home.rehearsal, home.contest.manifest.runs),
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
    from hyperbounty.bounty.prospects import prospects
    from participant.bounty.rehearsing import odds_lines, odds_rows
    from participant.bounty.stating import keep_statements

    found = prospects(home.rehearsal, home.contest.manifest, home.contest.data().prices, tried)
    keep_statements(session.home, contract_here(session), contest, home.rehearsal, found)
    return Result(
        found.json(),
        odds_lines(found),
        ("spec", "mean of folds", "expected", "error", "chance"),
        odds_rows(found),
        [
            next_line(
                session,
                "submit it sealed: {}",
                Action("participant.submit", (contest, Parameter("spec", spec_texts[found.best]))),
                own=False,
            )
        ],
    )


@dataclass(frozen=True)
class Rehearsed:
    """Specs that were trained at home, and what they were trained for."""

    rehearsal: Rehearsal
    contest: Contest


def rehearsed(session: Session, contest: int, spec_texts: Sequence[str], how: How) -> Rehearsed:
    """Train the specs on the published data of `contest`."""
    found = contest_here(session, contest)
    specs = [_accepted(found, text) for text in spec_texts]
    epochs = how.folds * how.seeds * sum(spec.epochs for spec in set(specs))
    # The first epoch comes with the compilation, which takes longer than a short one.
    with progress("compiling, then training", epochs, unit="epochs", is_long=True) as work:
        rehearsal = found.rehearse(
            specs,
            folds=how.folds,
            seeds=range(how.seed, how.seed + how.seeds),
            train_rows=how.train_rows,
            jobs=how.jobs,
            on_epochs=lambda done: work.update(done=done, what="training"),
        )
    return Rehearsed(rehearsal, found)


def _accepted(contest: Contest, text: str) -> Spec:
    """The spec of a file or a word, which the contest takes; what it refuses is named with the file."""
    from hyperbounty.spec.file import read_spec

    spec = read_spec(text)
    refusal = contest.judge(spec).refusal
    if refusal is not None:
        raise SpecError(f"{text}: {refusal.what}", refusal.next_step)
    return spec
