"""What the contract computes and its events do not say: who wins, and which members of a panel agree."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from hyperbounty.bounty.ranking import RevealedPlace, Rules, agreeing, rank
from hyperbounty.bounty.types import Verdict
from tests.web.indexing import differences, indexing
from tests.web.random_contests import Play


@pytest.mark.heavy
def test_who_agreed_is_what_the_contract_says(tmp_path: Path) -> None:
    game = Play(random.Random(3))
    found = Counter(game.dispute() for _ in range(8))
    # Not all of one kind.
    assert len(found.keys() - {Verdict.NONE}) >= 2
    with indexing(tmp_path / "index.sqlite", game.contract) as index:
        index.catch_up()
        assert differences(index, game.contract) == []


def test_a_participant_has_one_place_and_ties_go_to_the_earlier() -> None:
    places = [RevealedPlace("ada", 3), RevealedPlace("bob", 2), RevealedPlace("cem", 1), RevealedPlace("ada", 4)]
    assert rank([5, 5, 5, 9], places, Rules(minimum=5, prizes=8)) == [3, 2, 1]
    assert rank([5, 5, 5, 9], places, Rules(minimum=6, prizes=8)) == [3]
    assert rank([5, 5, 5, 9], places, Rules(minimum=5, prizes=1)) == [3]
    assert rank([], [], Rules(minimum=0, prizes=1)) == []


def test_most_of_the_whole_panel_has_to_agree() -> None:
    places = [RevealedPlace("ada", 1), RevealedPlace("bob", 2)]
    rules = Rules(minimum=0, prizes=1, tolerance=0)
    assert agreeing({0: [9, 1], 1: [8, 2]}, 3, places, rules, [0]) == {0, 1}
    assert agreeing({0: [9, 1], 1: [1, 9]}, 3, places, rules, [0]) == set()
    assert agreeing({0: [1, 9], 1: [2, 8], 2: [9, 1]}, 3, places, rules, [0]) == {0, 1}
    assert agreeing({0: [], 1: []}, 3, places, rules, [0]) == {0, 1}
    assert agreeing({0: [], 1: [9, 1]}, 3, places, rules, [0]) == set()
    # Nobody bears out that nobody is paid.
    assert agreeing({0: [1, 9], 1: [1, 9]}, 3, places, rules, None) == {0, 1}
