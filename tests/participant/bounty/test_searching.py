"""What a search shows, in words and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.compute.executor import Failed
from hyperbounty.spec.narrowing import Narrowed
from hyperbounty.spec.ranges import Numbers
from participant.bounty.searching import COLUMNS, outcome_json, outcome_lines, outcome_rows
from participant.workbench.search.outcome import Outcome
from tests.participant.workbench.search.world import Counted, Ill, finals, plan, play


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No real training, and no wait for the disk."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("participant.workbench.search.finals.train_on_folds", finals())


@pytest.fixture
def outcome(tmp_path: Path) -> Outcome:
    """One with trials that were given up, and refused proposals."""

    ranges = {**plan(tmp_path).narrowed.ranges, "recurrent_units": Numbers(16, 512)}
    made = plan(tmp_path, narrowed=Narrowed(ranges, 12))
    return play(made, Counted(tmp_path / "trainings"), 30)


def test_words_and_json_say_the_same(outcome: Outcome) -> None:
    said = "\n".join(outcome_lines(outcome, 3, 550_000))
    found = outcome_json(outcome)
    states = [trial["trial_state"] for trial in found["trials"]]
    complete, pruned = states.count("complete"), states.count("pruned")
    assert said.startswith(
        f"30 trials: {complete} on all folds, {pruned} given up after a fold. This contest asks for 55%."
    )
    assert found["pruning"]["trials_pruned"] == pruned
    saved = found["pruning"]["trainings_saved"]
    assert saved == sum(3 - len(trial["fold_scores_ppm"]) for trial in found["trials"])
    assert f"{saved} of 90 trainings were left out" in said
    [refused] = [each for each in found["not_trained"] if each["refused_as"] == "run_time"]
    assert f"{refused['proposals']:,} over the run_time of [search]" in said
    assert f"{found['importances'][0]['field']} " in said
    assert sum(each["importance_ppm"] for each in found["importances"]) == pytest.approx(1e6, abs=20)


def test_the_board_has_those_that_trained_again_and_then_the_next(outcome: Outcome) -> None:
    rows = outcome_rows(outcome)
    assert len(rows) == 10
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [row[0] for row in rows[:5]] == [str(each.trial) for each in outcome.finalists]
    bounds = [each.bound_ppm for each in outcome.finalists]
    assert bounds == sorted(bounds, reverse=True)
    assert all(row[3:] == ("", "", "") for row in rows[5:])
    searched = [trial.value for trial in outcome.others()]
    assert searched == sorted(searched, key=lambda value: -(value or 0))


def test_a_trial_that_failed_is_named_with_its_reason(tmp_path: Path) -> None:
    def fails(run: object, _: int) -> Failed | None:
        return Failed((), "its worker died", lasting=True) if getattr(run, "fold", 0) == 2 else None

    made = plan(tmp_path)
    outcome = play(made, Counted(tmp_path / "trainings"), 2, executor=lambda _: Ill(fails))
    said = "\n".join(outcome_lines(outcome, 3, 550_000))
    assert said.startswith("2 trials: 2 failed.")
    assert "failed   trial 0, LSTM 32 · adam 0.001 · batch 64 · 7 epochs: its worker died" in said
    assert outcome_rows(outcome) == []
