"""A journal that is damaged, or about something else, is told apart in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hyperbounty.errors import InvalidInput
from participant.workbench.search.journal import opened
from tests.participant.workbench.search.world import SUBJECT, Counted, finals, plan, play


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No real training, and no wait for the disk."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("participant.workbench.search.finals.train_on_folds", finals())


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """That of a search of three trials."""
    play(plan(tmp_path), Counted(tmp_path / "trainings"), 3)
    return tmp_path / "search.journal"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contest": 4}, "line 2: this search is for contest 3 of 0xabab.* on chain 31337, and .* for contest 4"),
        ({"chain_id": 1}, "on chain 31337, and this folder is for contest 3 of .* on chain 1"),
        ({"manifest": "bafy"}, "line 2: this search is for the manifest bafk, and contest 3 has bafy"),
        (
            {"engine": {"engine": "7", "keras": "3"}},
            "line 2: this search was trained with engine 6, and here is engine 7",
        ),
        ({"engine": {"engine": "6", "jax": "1"}}, "trained with keras 3, no jax, and here is no keras, jax 1"),
    ],
)
def test_one_about_something_else_is_refused(journal: Path, changes: dict[str, object], said: str) -> None:
    before = journal.read_bytes()
    other = replace(SUBJECT, **changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=said) as error:
        play(plan(journal.parent, subject=other), Counted(journal.parent / "trainings"), 3)
    assert "\n" not in str(error.value)
    assert str(journal) in str(error.value)
    assert "move it away" in str(error.value)
    assert journal.read_bytes() == before


@pytest.mark.parametrize("damage", [b"\x00" * 20, b"{}", b"[1]", b"text", b"{" * 5_000, b"\xff", b'{"op_code": "4"}'])
def test_a_damaged_line_is_named(journal: Path, damage: bytes) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:5], damage + b"\n", *lines[5:]]))
    with pytest.raises(InvalidInput, match=r"search.journal, line 6 is damaged"):
        play(plan(journal.parent), Counted(journal.parent / "trainings"), 3)


def test_a_line_that_was_cut_off_is_taken_away(journal: Path) -> None:
    whole = journal.read_bytes()
    # The end of the last trial is lost: it is done again, from what is kept.
    journal.write_bytes(whole[:-20])
    kept = Counted(journal.parent / "trainings")
    outcome = play(plan(journal.parent), kept, 3)
    assert [trial.state.name for trial in outcome.trials] == ["COMPLETE"] * 3
    assert kept.trained == []
    journal.write_bytes(b"")
    assert len(play(plan(journal.parent), kept, 3).trials) == 3


def test_facts_that_say_nothing_and_trials_of_others_are_refused(journal: Path) -> None:
    lines = journal.read_bytes().splitlines(keepends=True)
    facts = json.loads(lines[1])
    del facts["user_attr"]["hyperbounty"]["engine"]
    journal.write_bytes(b"".join([lines[0], json.dumps(facts).encode() + b"\n", *lines[2:]]))
    with pytest.raises(InvalidInput, match="line 2 does not say which contest"):
        play(plan(journal.parent), Counted(journal.parent / "trainings"), 3)
    journal.write_bytes(b"".join([lines[0], *lines[3:]]))
    with pytest.raises(InvalidInput, match="line 2: these are trials of another program"):
        play(plan(journal.parent), Counted(journal.parent / "trainings"), 3)


def test_one_search_at_a_time(journal: Path) -> None:
    made = plan(journal.parent)
    with (
        opened(journal, SUBJECT, made.settings),
        pytest.raises(InvalidInput, match="another search is at work"),
    ):
        play(made, Counted(journal.parent / "trainings"), 3)
    assert len(play(made, Counted(journal.parent / "trainings"), 4).trials) == 4


def test_a_trial_that_somebody_added_by_another_program_is_passed_over(journal: Path) -> None:
    made = plan(journal.parent)
    with opened(journal, SUBJECT, made.settings) as at_work:
        at_work.study.enqueue_trial({"epochs": 3})
    outcome = play(made, Counted(journal.parent / "trainings"), 5)
    assert [trial.number for trial in outcome.trials] == [0, 1, 2, 4, 5]
    assert outcome.trial(5).state.is_finished()
