"""What a search shows: its leaderboard, what decided, and what was not trained, as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from optuna.trial import FrozenTrial, TrialState

from hyperbounty.format import about, duration, percent
from hyperbounty.statistics.ppm import PPM
from participant.workbench.search.asking import counted
from participant.workbench.search.finals import SEEDS
from participant.workbench.search.journal import spec_of
from participant.workbench.search.outcome import Outcome

_SHOWN: Final = 10
"""Trials of the leaderboard, and fields of those that decided: the first so many."""

_STATES: Final[Mapping[TrialState, str]] = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.RUNNING: "unfinished",
    TrialState.FAIL: "failed",
}
COLUMNS: Final = ("trial", "spec", "search", "again", "error", "ranked by")


def outcome_lines(outcome: Outcome, folds: int, minimum_ppm: int) -> Iterator[str]:
    """What came of it, in words."""
    count = len(outcome.trials)
    states = [
        (outcome.count(TrialState.COMPLETE), "on all folds" if folds > 1 else "trained"),
        (outcome.count(TrialState.PRUNED), "given up after a fold"),
        (outcome.count(TrialState.RUNNING), "not over, since the time was"),
        (outcome.count(TrialState.FAIL), "failed"),
    ]
    parts = [f"{number} {what}" for number, what in states if number]
    yield f"{count} trial{'s' if count != 1 else ''}: {', '.join(parts)}. This contest asks for {percent(minimum_ppm)}."
    if outcome.found_no_more:
        yield _row("space", "nothing more to try was found in it; widen [search] for more")
    if outcome.not_trained:
        yield _row("refused", f"proposals that were not trained: {counted(outcome.not_trained)}")
    if outcome.saved.trials:
        saved = outcome.saved
        yield _row(
            "given up",
            f"{saved.trainings:,} of {folds * count:,} trainings were left out, which saved some "
            f"{duration(round(saved.seconds))} of training",
        )
    if outcome.importances:
        parts = [f"{name} {share:.0%}" for name, share in list(outcome.importances.items())[:_SHOWN] if share >= 0.01]
        yield _row("decided", f"{', '.join(parts)}: what tells the best quarter of the trials from the others")
    if outcome.finalists:
        yield _row("ranked", f"by the mean of {SEEDS} new seeds on all folds (again), less its standard error")
    yield from (
        _row("failed", f"trial {trial.number}, {trial.user_attrs['described']}: {trial.user_attrs['reason']}")
        for trial in outcome.trials
        if trial.state == TrialState.FAIL
    )


def outcome_rows(outcome: Outcome) -> list[Sequence[str]]:
    """The leaderboard: those that were trained again first, then the next of the search."""
    rows: list[Sequence[str]] = [
        (
            *_searched(outcome.trial(each.trial)),
            about(each.mean_ppm),
            about(round(each.error_ppm, -2)),
            about(each.bound_ppm),
        )
        for each in outcome.finalists
    ]
    rows += [(*_searched(trial), "", "", "") for trial in outcome.others()[: _SHOWN - len(rows)]]
    return rows


def _searched(trial: FrozenTrial) -> tuple[str, str, str]:
    return str(trial.number), spec_of(trial).describe(), about(round(PPM * (trial.value or 0.0)))


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """The facts as JSON types."""
    return {
        "trials": [_trial_json(trial) for trial in outcome.trials],
        "finalists": [
            {
                "trial": each.trial,
                "mean_ppm": each.mean_ppm,
                "standard_error_ppm": each.error_ppm,
                "bound_ppm": each.bound_ppm,
            }
            for each in outcome.finalists
        ],
        "importances": [
            {"field": name, "importance_ppm": round(PPM * share)} for name, share in outcome.importances.items()
        ],
        "not_trained": [
            {"refused_as": str(reason), "proposals": number} for reason, number in outcome.not_trained.items()
        ],
        "pruning": {
            "trials_pruned": outcome.saved.trials,
            "trainings_saved": outcome.saved.trainings,
            "saved_seconds": round(outcome.saved.seconds),
        },
        "found_no_more": outcome.found_no_more,
    }


def _trial_json(trial: FrozenTrial) -> dict[str, Any]:
    return {
        "trial": trial.number,
        "spec": trial.user_attrs["spec"],
        "trial_state": _STATES[trial.state],
        "fold_scores_ppm": trial.user_attrs.get("scores_ppm", []),
    }


def _row(label: str, text: str) -> str:
    return f"  {label:9}{text}"
