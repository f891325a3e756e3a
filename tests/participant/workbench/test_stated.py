"""What was said of a spec comes back as it was said, in order; what cannot be read says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participant.workbench.stated import (
    MOST_KEPT,
    KeptStatements,
    StatedFold,
    StatedOdds,
    Statement,
    stated_before,
)

CONTEST, SPEC = "31337/0xab/1", b"\x07" * 32
FOLD = StatedFold(number=1, first_time=0, last_time=9, training_windows=90, windows=10, scores_ppm=(510_000, 530_000))
ODDS = StatedOdds(chance_ppm=600_000, expected_ppm=1, error_ppm=2, coin_chance_ppm=3, tried=4)


def said(at: int, odds: StatedOdds | None = None) -> Statement:
    return Statement(stated_at=at, metric="accuracy", minimum_ppm=550_000, folds=(FOLD,), odds=odds)


def test_statements_come_back_in_order_and_the_oldest_go_first(tmp_path: Path) -> None:
    kept = KeptStatements(tmp_path / "odds")
    assert kept.all(CONTEST, SPEC) == ()
    for at in range(MOST_KEPT + 5):
        kept.add(CONTEST, SPEC, said(at, ODDS))
    again = KeptStatements(tmp_path / "odds").all(CONTEST, SPEC)
    assert again == tuple(said(at, ODDS) for at in range(5, MOST_KEPT + 5))
    assert again[0].mean_ppm == 520_000
    assert kept.all(CONTEST, b"\x08" * 32) == kept.all("31337/0xab/2", SPEC) == ()


def test_what_is_kept_names_no_spec(tmp_path: Path) -> None:
    KeptStatements(tmp_path).add(CONTEST, SPEC, said(1, ODDS))
    [file] = tmp_path.iterdir()
    assert SPEC.hex() not in file.name + file.read_text()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": "other/1", "statements": []}', b"\xff"])
def test_a_damaged_file_says_nothing_and_is_replaced(tmp_path: Path, damage: bytes) -> None:
    kept = KeptStatements(tmp_path)
    kept.add(CONTEST, SPEC, said(1))
    [file] = tmp_path.iterdir()
    file.write_bytes(damage)
    assert kept.all(CONTEST, SPEC) == ()
    kept.add(CONTEST, SPEC, said(2))
    assert kept.all(CONTEST, SPEC) == (said(2),)


@given(times=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=8), ends=st.none() | st.integers(0, 20))
def test_what_counts_was_said_before_the_end_with_odds_if_any_had_them(
    times: list[tuple[int, bool]], ends: int | None
) -> None:
    statements = tuple(said(at, ODDS if odds else None) for at, odds in sorted(times))
    found = stated_before(statements, ends)
    if found is None:
        assert not statements
        return
    before = [each for each in statements if ends is None or each.stated_at <= ends]
    if before:
        assert found in before
    among = before or list(statements)
    if any(each.odds for each in among):
        assert found == [each for each in among if each.odds][-1]
    else:
        assert found == among[-1]
