"""What a training at home shows, as lines and a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from hyperbounty.format import about, duration, likely, moment, percent
from participant.workbench.curves import sparkline

if TYPE_CHECKING:
    from hyperbounty.bounty.prospects import Prospects
    from hyperbounty.bounty.rehearsal import Rehearsal, RehearsedSpec

_DAY_SECONDS: Final = 86_400

_POINT: Final = 10_000
"""A hundredth, in ppm."""


def rehearsal_lines(rehearsal: Rehearsal, runs: int) -> list[str]:
    """Each spec: what it scored, what it costs, its curves, and what they suggest.

    Args:
        rehearsal: what came of the trainings.
        runs: of a spec in the contest.
    """
    several = len(rehearsal.specs) > 1
    found: list[str] = []
    for number, spec in enumerate(rehearsal.specs, start=1):
        found += [
            f"{f'{number}: ' if several else ''}{spec.judged.spec.describe()}",
            *_spec_lines(rehearsal, spec, runs),
        ]
    return found


def _spec_lines(rehearsal: Rehearsal, spec: RehearsedSpec, runs: int) -> Iterator[str]:
    spreads = [
        f"{points(spread)} over {what}"
        for spread, what in ((spec.fold_spread_ppm, "the folds"), (spec.run_spread_ppm, "the seeds"))
        if spread is not None
    ]
    spread = f", spread {' and '.join(spreads)}" if spreads else ""
    metric = rehearsal.metric.replace("_", " ")
    bar = percent(rehearsal.minimum_ppm)
    yield _row("score", f"mean {metric} {about(spec.mean_ppm)}{spread}; this contest asks for {bar}")
    evaluator = spec.evaluator_seconds
    takes = "" if evaluator is None else f"; the evaluator takes at most {duration(evaluator)} for its {runs}"
    yield _row(
        "cost",
        f"{duration(spec.judged.seconds)} of the reference core a run, which may take "
        f"{duration(rehearsal.run_seconds)}{takes}",
    )
    if len(spec.loss_curve()) > 1:
        losses, scores = spec.loss_curve(), spec.score_curve()
        yield _row("loss", f"{sparkline(losses)} {losses[0]:.4g} to {losses[-1]:.4g}, by epoch")
        first, last = (about(round(score)) for score in (scores[0], scores[-1]))
        yield _row("curve", f"{sparkline(scores, 4 * _POINT)} {first} to {last}, by epoch")
    yield from (_row("hint", hint) for hint in spec.hints)


def rehearsal_columns(rehearsal: Rehearsal) -> list[str]:
    """What stands above `rehearsal_rows`."""
    several = ["spec"] if len(rehearsal.specs) > 1 else []
    seeds = [f"seed {seed}" for seed in rehearsal.seeds]
    return [*several, "fold", "until", "trained on", "scored on", "base rate", "noise (95%)", *seeds]


def rehearsal_rows(rehearsal: Rehearsal) -> list[Sequence[str]]:
    """Each fold of each spec: its data, what needs no skill, and the score of each seed; * where it diverged."""
    found: list[Sequence[str]] = []
    for number, spec in enumerate(rehearsal.specs, start=1):
        for fold, block, results in zip(rehearsal.folds, rehearsal.blocks, spec.results, strict=True):
            low, high = block.noise_ppm()
            found.append(
                [
                    *([str(number)] if len(rehearsal.specs) > 1 else []),
                    str(fold.number),
                    _until(*fold.times),
                    f"{len(fold.train):,}",
                    f"{block.windows:,}",
                    about(block.base_ppm),
                    f"{about(low)}-{about(high)}",
                    *(f"{about(run.score_ppm(rehearsal.metric))}{'*' if run.diverged_at else ''}" for run in results),
                ]
            )
    return found


def _until(first: int, last: int) -> str:
    """When a block ends: of one that takes days, the day."""
    return moment(last)[:10] if last - first >= _DAY_SECONDS else moment(last)


def odds_lines(found: Prospects) -> list[str]:
    """What the odds are about, and what a coin's are."""
    rehearsal, runs, tried = found.rehearsal, found.runs, found.tried
    trained = len(rehearsal.folds) * len(rehearsal.seeds)
    return [
        f"The chance to reach {percent(rehearsal.minimum_ppm)} with {runs} run{'s' if runs > 1 else ''}, by {trained} "
        f"training{'s' if trained > 1 else ''} of each spec on {len(rehearsal.folds)} folds:",
        _row(
            "holdout",
            f"{found.holdout_windows:,} windows, as good as {found.independent_outcomes:,} independent "
            "outcomes or more",
        ),
        _row("tried", f"{tried} spec{'s' if tried > 1 else ''}; what the best of them owes to luck is taken off"),
        _row("coin", f"without any skill the chance is at most {about(found.coin_ppm)}"),
    ]


def odds_rows(found: Prospects) -> list[Sequence[str]]:
    """Each spec: what the folds showed, what it is expected to score, give or take, and the chance."""
    return [
        [
            spec.judged.spec.describe(),
            about(spec.mean_ppm),
            about(made.expected_ppm),
            points(made.error_ppm),
            likely(made.chance),
        ]
        for spec, made in zip(found.rehearsal.specs, found.odds, strict=True)
    ]


def points(ppm: int) -> str:
    """A difference of scores.

    >>> points(21_300), points(10_000)
    ('2.1 points', '1.0 points')
    """
    return f"{ppm / _POINT:.1f} points"


def _row(label: str, text: str) -> str:
    return f"  {label:9}{text}"
