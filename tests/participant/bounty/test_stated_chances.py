"""The odds of an entry are those that were stated when it was submitted, and need no key to be shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from participant.bounty.stating import keep_at_submission, odds_at_submission
from participant.workbench.stated import ODDS, KeptStatements, StatedOdds, Statement
from tests.bounty.shown_contest import CONTEST

CONTRACT: Any = SimpleNamespace(chain=SimpleNamespace(chain_id=31337), address="0xab")
NAME = f"31337/0xab/{CONTEST.number}"
SPEC, FIRST, SECOND = b"s" * 32, b"1" * 32, b"2" * 32
ENDS = 1_000
IN_TIME = replace(CONTEST, submit_ends=ENDS)


def state(home: Path, chance_ppm: int | None, at: int) -> None:
    odds = None
    if chance_ppm is not None:
        odds = StatedOdds(chance_ppm=chance_ppm, expected_ppm=1, error_ppm=1, coin_chance_ppm=1, tried=1)
    KeptStatements(home / ODDS).add(
        NAME, SPEC, Statement(stated_at=at, metric="accuracy", minimum_ppm=1, folds=(), odds=odds)
    )


def submit(home: Path, commitment: bytes) -> None:
    keep_at_submission(home, CONTRACT, CONTEST.number, SPEC, commitment)


def shown(home: Path, *commitments: bytes, spec: bytes | None = None) -> int | None:
    return odds_at_submission(home, CONTRACT, IN_TIME, commitments, spec)


def test_what_was_stated_last_before_a_submission_is_shown_without_the_spec(tmp_path: Path) -> None:
    state(tmp_path, 300_000, 1)
    state(tmp_path, 400_000, 2)
    state(tmp_path, None, 3)
    submit(tmp_path, FIRST)
    state(tmp_path, 900_000, 4)
    submit(tmp_path, FIRST)
    assert shown(tmp_path, FIRST) == 400_000, "the same submission again is that of before"
    submit(tmp_path, SECOND)
    assert shown(tmp_path, SECOND) == 900_000
    assert shown(tmp_path, b"3" * 32) is None


def test_a_spec_that_is_known_has_what_was_stated_while_it_could_be_submitted(tmp_path: Path) -> None:
    assert shown(tmp_path, spec=SPEC) is None
    state(tmp_path, 300_000, ENDS)
    state(tmp_path, 900_000, ENDS + 1)
    assert shown(tmp_path, spec=SPEC) == 300_000


def test_without_odds_nothing_is_kept_of_a_submission(tmp_path: Path) -> None:
    state(tmp_path, None, 1)
    submit(tmp_path, FIRST)
    assert shown(tmp_path, FIRST, spec=SPEC) is None


def test_a_disk_that_takes_nothing_does_not_undo_a_submission(tmp_path: Path) -> None:
    (tmp_path / ODDS).write_bytes(b"no folder")
    submit(tmp_path, FIRST)
    assert (tmp_path / ODDS).is_file()
