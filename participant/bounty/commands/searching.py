"""`hyperbounty participant search`: a good spec for the contest of this folder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperbounty.cli.following import next_line
from hyperbounty.cli.options import option, options_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.parameters import Duration
from hyperbounty.cli.progress import Work, progress
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.format import about
from hyperbounty.next_steps import Action, Parameter
from participant.bounty.commands.here import contract_here, place_here
from participant.workbench.folder import SPEC

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.types import Contest
    from participant.workbench.folder import Place
    from participant.workbench.search.outcome import Outcome
    from participant.workbench.search.searching import Plan
    from participant.workbench.search.trials import Progress

JOURNAL: Final = "search.journal"
"""Of the trials, in the folder of a contest."""

BEST: Final = "best.toml"
"""Of the winner, there too."""

_MADE: Final = "# The winner of `hyperbounty participant search`"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How long and how hard to search."""

    trials: int = field(
        default=30, metadata=option("Specs to try, with those of before.", type=click.IntRange(1, 10_000))
    )
    timeout: int = field(
        default=1_200,
        metadata=option("Begin no training of a trial after this time; the best train again then.", type=Duration()),
    )
    jobs: int | None = field(
        default=None, metadata=option("Trainings at a time; left out, one for each core.", type=click.IntRange(1))
    )
    folds: int = field(
        default=3,
        metadata=option(
            "Blocks of 12% at the end of the prices, each predicted from before it.", type=click.IntRange(1, 7)
        ),
    )
    train_rows: int | None = field(
        default=None, metadata=option("Rows before each block to train on; left out, all.", type=click.IntRange(1))
    )
    seed: int = field(
        default=0,
        metadata=option("Of what is tried, and of the trainings.", type=click.IntRange(0, 2**31 - 101)),
    )


@options_of({"Search": ["trials", "timeout", "jobs", "folds", "train_rows", "seed"]}, wanted=Wanted)
def search(session: Session, wanted: Wanted) -> Result:
    """Search a good spec for the contest of this folder, on folds of its training prices.

    It tries the spec of spec.toml and the suggested ones, then what Optuna proposes within the table [search] of that
    file. Trials that fall behind are given up after a fold. The five best train again with three new seeds, and the
    winner is written to best.toml. All trials stand in search.journal, which `optuna-dashboard search.journal` shows
    while it grows. The same command goes on with it.
    """
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.training.arithmetic import require
    from participant.bounty.searching import COLUMNS, outcome_json, outcome_lines, outcome_rows

    place = place_here()
    best = Path(BEST)
    if best.is_file() and not best.read_bytes().startswith(_MADE.encode()):
        raise InvalidInput(f"{best} exists already, and no search wrote it: nothing is overwritten", "move it away")
    found = contract_here(session).contest(place.contest)
    manifest = fetch_manifest(session.store, found.manifest)
    require(manifest.arithmetic, manifest.backend)
    plan = _plan(session, place, found, manifest, wanted)
    outcome = _searched(session, plan, wanted)
    if outcome.finalists:
        _write_best(best, outcome, plan, place.contest)
    return Result(
        {
            "contest": place.contest,
            "metric": manifest.metric,
            "minimum_ppm": found.minimum_score,
            "journal": JOURNAL,
            "training_seed": wanted.seed,
            "fold_count": wanted.folds,
            "file": BEST if outcome.finalists else None,
            **outcome_json(outcome),
        },
        list(outcome_lines(outcome, wanted.folds, found.minimum_score)),
        COLUMNS if outcome.finalists else (),
        outcome_rows(outcome),
        _after(session, outcome, wanted),
    )


def _plan(session: Session, place: Place, contest: Contest, manifest: Manifest, wanted: Wanted) -> Plan:
    from dataclasses import asdict

    from hyperbounty.bounty.published import fetch_prices
    from hyperbounty.compute.jobs import deciding_versions
    from hyperbounty.spec.file import read_spec
    from hyperbounty.spec.narrowing import Narrowed, read_narrowed
    from hyperbounty.spec.ranges import allowed
    from hyperbounty.training.folds import cut_folds
    from participant.workbench.search.journal import Subject
    from participant.workbench.search.searching import Plan
    from participant.workbench.search.trials import How

    within = allowed(contest.limits)
    file = Path(SPEC)
    narrowed, own = Narrowed(within, manifest.run_seconds), None
    if file.exists():
        narrowed, own = read_narrowed(file, within, manifest.run_seconds), read_spec(SPEC)
    table = fetch_prices(session.store, manifest.training, manifest)
    cut = cut_folds(table, wanted.folds, manifest.task.dataset, train_rows=wanted.train_rows)
    return Plan(
        Path(JOURNAL),
        Subject(**asdict(place), engine=deciding_versions(manifest.backend)),
        contest.limits,
        manifest.shape,
        manifest.run_seconds,
        narrowed,
        own,
        How(cut, manifest.metric, wanted.seed, manifest.backend, manifest.arithmetic),
        wanted.train_rows,
    )


def _searched(session: Session, plan: Plan, wanted: Wanted) -> Outcome:
    from hyperbounty.training.kept import TRAININGS, KeptTrainings
    from participant.workbench.search.searching import Listener, search

    with ExitStack() as shown:
        trials = shown.enter_context(progress("searching", wanted.trials, unit="trials", is_long=True))
        again: list[Work] = []

        def hear_trials(heard: Progress) -> None:
            what = "searching" if heard.best_ppm is None else f"searching, best {about(heard.best_ppm)}"
            trials.update(done=heard.trials, what=what)

        def hear_again(done: int, epochs: int) -> None:
            if not again:
                shown.close()
                what = "training the best again"
                again.append(shown.enter_context(progress(what, epochs, unit="epochs", is_long=True)))
            again[0].update(done=done)

        return search(
            plan,
            KeptTrainings(session.home / TRAININGS),
            trials=wanted.trials,
            timeout_s=wanted.timeout,
            jobs=wanted.jobs,
            listener=Listener(hear_trials, hear_again),
        )


def _write_best(path: Path, outcome: Outcome, plan: Plan, contest: int) -> None:
    from hyperbounty.spec.template import spec_template
    from participant.workbench.search.journal import spec_of

    winner = outcome.trial(outcome.finalists[0].trial)
    heading = [
        f"{_MADE[2:]} for contest {contest}: trial {winner.number} of {len(outcome.trials)}.",
        "The next search writes it anew. Copy it to change it.",
    ]
    text = spec_template(spec_of(winner), plan.limits, plan.shape, plan.budget_seconds, heading)
    write_atomic(path, text.encode())


def _after(session: Session, outcome: Outcome, wanted: Wanted) -> list[str]:
    if not outcome.finalists:
        longer = Action("participant.search", (Parameter("timeout", "1h"),))
        return [next_line(session, "no trial was trained on all folds; go on for longer: {}", longer, own=False)]
    spec, tried = Parameter("spec", BEST), Parameter("tried", str(len(outcome.trials)))
    return [
        f"The winner is in {BEST}.",
        next_line(
            session,
            "see the chance that it clears the bar: {}; submit it sealed: {}",
            Action("participant.odds", (spec, tried)),
            Action("participant.submit", (spec,)),
            own=False,
        ),
    ]
