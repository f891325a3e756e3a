"""What searches find, scored on the holdout as a contest would: three runs on all training prices."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import optuna

from benchmarks.search.plans import FIRST_SERIES, SAMPLE_SEED, Game
from hyperbounty.compute.folds import FoldRun, train_on_folds
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import DEFAULT_METRIC
from hyperbounty.training.kept import KeptTrainings
from participant.workbench.search.asking import Rules, propose
from participant.workbench.search.journal import spec_of
from participant.workbench.search.searching import Plan, search
from participant.workbench.search.space import Space

RUNS: Final = range(900, 903)
"""Seeds of the runs on the holdout: none of a search."""

EXAMPLE: Final = Spec()
"""What `participant example` writes."""


def on_the_sample(options: argparse.Namespace) -> None:
    """What searches of several seeds find on the sample, against random specs and the example."""
    game = Game.of(SAMPLE_SEED, sequence_length=options.rows)
    kept = KeptTrainings(options.keep / "trainings")
    found = {
        seed: spec for seed in range(options.seeds) if (spec := _winner(game, options, "sample", seed)) is not None
    }
    plan = game.plan(options.keep / "randoms", 0, 1)
    randoms = _randoms(plan, options.randoms)
    scores = _holdout(game, [EXAMPLE, *found.values(), *randoms], kept, options)
    among = [scores[spec] for spec in randoms if spec in scores]
    print(f"{len(found)} searches of {options.trials} trials on {options.folds} folds; {len(among)} random specs.\n")
    print("| search seed | spec | holdout | above of the random specs |\n|---|---|---|---|")
    places = []
    for seed, spec in found.items():
        if spec in scores:
            places.append(float(np.mean([scores[spec] > other for other in among])) if among else float("nan"))
            print(f"| {seed} | {spec.describe()} | {scores[spec]:.2%} | {places[-1]:.0%} |")
    if EXAMPLE not in scores or not places:
        return
    mean = float(np.mean([scores[spec] for spec in found.values() if spec in scores]))
    print(f"\nThe found specs average {mean:.2%}, the example has {scores[EXAMPLE]:.2%}", end="")
    if among:
        quarters = np.quantile(among, [0.25, 0.5, 0.75, 1])
        print(f"; the random specs {', '.join(f'{each:.2%}' for each in quarters)} (quartiles and best)", end="")
        print(f". {sum(place >= 0.75 for place in places)} of {len(places)} are in the top quarter", end="")
    print(". (goals: the top quarter; at most 0.3 points below the example)")


def on_series(options: argparse.Namespace) -> None:
    """What a search finds on each of several generated series, against the example there."""
    kept = KeptTrainings(options.keep / "trainings")
    print("| series | spec | holdout | example | difference, points |\n|---|---|---|---|---|")
    differences = []
    for number in range(options.series):
        game = Game.of(FIRST_SERIES + number, sequence_length=options.rows)
        spec = _winner(game, options, f"series-{number}", 0)
        scores = {} if spec is None else _holdout(game, [EXAMPLE, spec], kept, options)
        if spec is None or len(scores) < len({EXAMPLE, spec}):
            break
        differences.append(100 * (scores[spec] - scores[EXAMPLE]))
        print(
            f"| {number} | {spec.describe()} | {scores[spec]:.2%} | {scores[EXAMPLE]:.2%} | {differences[-1]:+.2f} |",
            flush=True,
        )
    if len(differences) > 1:
        error = float(np.std(differences, ddof=1)) / len(differences) ** 0.5
        print(
            f"\nOver {len(differences)} series the found spec is {np.mean(differences):+.2f} points above the example, "
            f"with a standard error of {error:.2f}. (goal: above it)"
        )


def _winner(game: Game, options: argparse.Namespace, name: str, seed: int) -> Spec | None:
    """What a search finds; None where the time is over before it is done."""
    left = options.until - time.monotonic()
    if left <= 0:
        return None
    folder: Path = options.keep / name / str(seed)
    outcome = search(
        game.plan(folder, seed, options.folds),
        KeptTrainings(options.keep / "trainings"),
        trials=options.trials,
        timeout_s=left,
        jobs=options.jobs,
    )
    is_done = all(trial.state.is_finished() for trial in outcome.trials) and len(outcome.trials) >= options.trials
    return spec_of(outcome.trial(outcome.finalists[0].trial)) if is_done else None


def _randoms(plan: Plan, count: int) -> Sequence[Spec]:
    """Random specs of what a search may try: its first proposals, when it knows of no trial, with other seeds."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space = Space(plan.narrowed.ranges, plan.limits)
    rules = Rules(plan.limits, plan.shape, plan.budget_seconds, plan.narrowed.run_seconds)
    return [propose(space, rules, [], (), seed=50_000 + number).judged.spec for number in range(count)]


def _holdout(
    game: Game, specs: Sequence[Spec], kept: KeptTrainings, options: argparse.Namespace
) -> Mapping[Spec, float]:
    """Mean score on the holdout of each spec that there was time for."""
    contest, scores = game.contest, dict[Spec, float]()
    some = options.jobs * 4
    for start in range(0, len(specs), some):
        if time.monotonic() > options.until:
            break
        part = specs[start : start + some]
        results = train_on_folds([contest], part, RUNS, jobs=options.jobs, kept=kept)
        for spec in part:
            runs = [results[FoldRun(contest.number, spec, seed)].score_ppm(DEFAULT_METRIC) for seed in RUNS]
            scores[spec] = sum(runs) / len(runs) / 1e6
    return scores
