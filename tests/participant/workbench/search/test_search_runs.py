"""A search is the same whatever interrupts it: no trial is lost or doubled, and nothing trains twice."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState

from hyperbounty.compute.executor import Failed
from hyperbounty.compute.folds import FoldRun
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.spec.narrowing import Narrowed
from hyperbounty.spec.ranges import Names, Numbers, Ranges
from hyperbounty.spec.spec import Spec
from participant.workbench.search.asking import Refusal
from participant.workbench.search.journal import spec_of
from participant.workbench.search.outcome import Outcome
from participant.workbench.search.searching import Listener
from tests.participant.workbench.search.world import Counted, Ill, finals, plan, play

TRIALS = 16


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No real training, and no wait for the disk."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("participant.workbench.search.finals.train_on_folds", finals())


def facts(outcome: Outcome) -> list[tuple[Any, ...]]:
    """All that is to be equal of equal searches."""
    return [
        (
            trial.number,
            trial.state,
            trial.value,
            trial.params,
            trial.intermediate_values,
            {name: value for name, value in trial.user_attrs.items() if name != "seconds"},
        )
        for trial in outcome.trials
    ]


def test_equal_seeds_give_equal_trials_and_other_seeds_others(tmp_path: Path) -> None:
    first, second, other = (
        play(plan(tmp_path / name, seed), Counted(tmp_path / name / "trainings"), TRIALS)
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert facts(first) == facts(second)
    assert first.finalists == second.finalists
    assert facts(first) != facts(other)
    assert len(first.trials) == TRIALS
    assert {trial.state for trial in first.trials} == {TrialState.COMPLETE, TrialState.PRUNED}


def test_own_and_suggested_specs_go_first_and_no_spec_is_tried_twice(tmp_path: Path) -> None:
    made = plan(tmp_path, own=Spec(epochs=7))
    outcome = play(made, Counted(tmp_path / "trainings"), TRIALS)
    specs = [spec_of(trial) for trial in outcome.trials]
    assert specs[0] == Spec(epochs=7)
    assert specs[:4] == made.first
    assert len(set(specs)) == TRIALS
    within = made.narrowed.run_seconds
    assert all(outcome_seconds <= within for outcome_seconds in map(_seconds(made), specs))


def _seconds(made: Any) -> Callable[[Spec], int]:
    from hyperbounty.spec.cost import seconds

    return lambda spec: seconds(spec, made.shape)


@pytest.mark.heavy
@settings(max_examples=20)
@given(st.lists(st.integers(0, 30), max_size=6), st.sampled_from([1, 2]))
def test_after_any_interruptions_the_trials_are_those_of_one_run(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int], again: int
) -> None:
    whole = tmp_path_factory.mktemp("whole")
    expected = play(plan(whole), Counted(whole / "trainings"), 8)
    folder = tmp_path_factory.mktemp("broken-off")
    kept = Counted(folder / "trainings")
    for stop in stops:
        left = iter(range(stop))

        def hear(_: object, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            play(plan(folder), kept, 8, listener=Listener(trials=hear))
    for _ in range(again):
        outcome = play(plan(folder), kept, 8)
        assert facts(outcome) == facts(expected)
    assert max(Counter(kept.trained).values()) == 1, "nothing trains twice"


@pytest.mark.heavy
def test_a_search_that_is_killed_twenty_times_goes_on(tmp_path: Path) -> None:
    wanted = 24
    whole, folder = tmp_path / "whole", tmp_path / "killed"
    expected = play(plan(whole), Counted(whole / "trainings"), wanted)
    kills = 0
    for step in range(1, 200):
        # Killed after more and more writes: at the first ones of a run, which mend, as at those of trials.
        argv = [sys.executable, "-m", "tests.participant.workbench.search.world", str(folder), str(wanted), str(step)]
        ended = subprocess.run(argv, capture_output=True, text=True, check=False)
        if ended.returncode == 0:
            break
        assert ended.returncode == -9, ended.stderr
        kills += 1
    assert kills >= 20
    kept = Counted(folder / "trainings")
    outcome = play(plan(folder), kept, wanted)
    assert facts(outcome) == facts(expected)
    assert kept.trained == [], "the last run had done all"


def test_more_trials_go_on_with_those_that_are_there(tmp_path: Path) -> None:
    kept = Counted(tmp_path / "trainings")
    few = play(plan(tmp_path), kept, 5)
    many = play(plan(tmp_path), kept, 9)
    assert facts(many)[:5] == facts(few)
    assert len(many.trials) == 9
    assert len(play(plan(tmp_path), kept, 3).trials) == 9


def test_two_searches_stand_in_one_journal_and_share_trainings(tmp_path: Path) -> None:
    kept = Counted(tmp_path / "trainings")
    one = play(plan(tmp_path), kept, 4)
    trained = len(kept.trained)
    narrowed = Narrowed({**plan(tmp_path).narrowed.ranges, "dropout": Numbers(0, 10, 100)}, 12)
    other = play(plan(tmp_path, narrowed=narrowed), kept, 4)
    assert [spec_of(trial) for trial in one.trials] != [spec_of(trial) for trial in other.trials]
    assert len(kept.trained) < 2 * trained, "the specs that go first were trained before"
    assert facts(play(plan(tmp_path), kept, 4)) == facts(one)


def test_folds_that_were_trained_before_are_taken_also_in_the_middle_of_a_trial(tmp_path: Path) -> None:
    made, kept = plan(tmp_path / "one"), Counted(tmp_path / "trainings")
    play(made, kept, 1)
    first, *others = kept.trained
    (tmp_path / "trainings" / first[:2] / f"{first}.json").unlink()
    play(plan(tmp_path / "other"), kept, 1)
    assert kept.trained == [first, *others, first]


def test_time_that_is_over_leaves_trials_for_the_next_run(tmp_path: Path) -> None:
    kept = Counted(tmp_path / "trainings")
    none = play(plan(tmp_path), kept, TRIALS, timeout_s=0)
    assert (list(none.trials), list(none.finalists)) == ([], [])
    expected = play(plan(tmp_path / "whole"), Counted(tmp_path / "others"), TRIALS)
    assert facts(play(plan(tmp_path), kept, TRIALS)) == facts(expected)


def test_a_trial_below_the_median_is_given_up_after_a_fold(tmp_path: Path) -> None:
    outcome = play(plan(tmp_path), Counted(tmp_path / "trainings"), 30)
    pruned = [trial for trial in outcome.trials if trial.state == TrialState.PRUNED]
    complete = [trial for trial in outcome.trials if trial.state == TrialState.COMPLETE]
    assert pruned
    for trial in pruned:
        folds = max(trial.intermediate_values)
        earlier = [one.intermediate_values[folds] for one in complete if one.number < trial.number]
        assert folds < 3
        assert len(earlier) >= 5
        assert trial.intermediate_values[folds] < sorted(earlier)[len(earlier) // 2]
    left_out = sum(3 - len(trial.intermediate_values) for trial in pruned)
    assert (outcome.saved.trials, outcome.saved.trainings) == (len(pruned), left_out)
    assert outcome.saved.seconds == left_out, "each takes a second"
    assert sum(outcome.importances.values()) == pytest.approx(1)
    assert max(outcome.importances, key=outcome.importances.__getitem__) == "learning_rate"


def test_what_is_over_a_bound_is_counted_and_costs_no_trial(tmp_path: Path) -> None:
    ranges = {**plan(tmp_path).narrowed.ranges, "recurrent_units": Numbers(64, 1024), "batch_size": Numbers(1, 8192)}
    made = plan(tmp_path, narrowed=Narrowed(ranges, 60), budget_seconds=100)
    kept = Counted(tmp_path / "trainings")
    outcome = play(made, kept, 8)
    assert len(outcome.trials) == 8
    assert {Refusal.BUDGET, Refusal.RUN_TIME} <= set(outcome.not_trained)
    again = play(made, kept, 8)
    assert again.not_trained == outcome.not_trained


def test_a_space_that_is_used_up_ends_the_search(tmp_path: Path) -> None:
    ranges: Ranges = {"cell": Names(("GRU", "LSTM")), "epochs": Numbers(2, 3)}
    outcome = play(plan(tmp_path, narrowed=Narrowed(ranges, 12)), Counted(tmp_path / "trainings"), TRIALS)
    assert outcome.found_no_more
    assert len(outcome.trials) == 4
    dear = plan(tmp_path / "dear", narrowed=Narrowed({"epochs": Numbers(20, 100)}, 2), own=None)
    with pytest.raises(InvalidInput, match="300 over the run_time"):
        play(dear, Counted(tmp_path / "dear" / "trainings"), TRIALS)


def test_a_search_does_nothing_that_optuna_calls_experimental(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ExperimentalWarning)
        assert play(plan(tmp_path), Counted(tmp_path / "trainings"), 30).importances


def test_a_worker_that_dies_once_loses_no_trial_and_one_that_dies_again_one(tmp_path: Path) -> None:
    def once(run: FoldRun, attempt: int) -> Failed | None:
        return Failed((), "its worker died") if attempt == 1 else None

    expected = play(plan(tmp_path / "well"), Counted(tmp_path / "well"), 6)
    outcome = play(plan(tmp_path / "once"), Counted(tmp_path / "once"), 6, executor=lambda _: Ill(once))
    assert facts(outcome) == facts(expected)

    def never(run: FoldRun, attempt: int) -> Failed | None:
        return Failed((), "its worker died") if run.spec == Spec(epochs=7) and run.fold == 2 else None

    outcome = play(plan(tmp_path / "ill"), Counted(tmp_path / "ill"), 6, executor=lambda _: Ill(never))
    assert [trial.state for trial in outcome.trials].count(TrialState.FAIL) == 1
    assert outcome.trials[0].user_attrs["reason"] == "its worker died"
    with pytest.raises(TrainingError, match=r"3 trials after each other failed.*cannot"):
        play(
            plan(tmp_path / "broken"),
            Counted(tmp_path / "broken"),
            6,
            executor=lambda _: Ill(lambda *_: Failed((), "cannot", lasting=True)),
        )


def test_a_progress_is_told_that_ends_with_all_trials(tmp_path: Path) -> None:
    heard: list[Any] = []
    outcome = play(plan(tmp_path), Counted(tmp_path / "t"), 6, listener=Listener(trials=heard.append))
    assert heard[-1].trials == 6
    assert [each.trials for each in heard] == sorted(each.trials for each in heard)
    best = max(trial.value or 0 for trial in outcome.trials if trial.state == TrialState.COMPLETE)
    assert heard[-1].best_ppm == round(1e6 * best)
