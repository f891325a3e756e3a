"""A study as a file: what its runs are, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind
from hyperbounty.models.rules import DAY
from hyperbounty.models.simulation.agents import UNIT
from hyperbounty.models.simulation.design import BASE_TERMS
from hyperbounty.study.file import made_study, read_study
from hyperbounty.study.plan import Case

STUDIES: Final = Path(__file__).parents[2] / "studies"
PLAIN: Final[dict[str, Any]] = {"title": "Why?", "seeds": 2, "part": [{"name": "words", "words": [10, 20]}]}


def test_the_primary_design_is_that_of_the_base_case() -> None:
    study = read_study(STUDIES / "incentives.toml")
    assert study.base == Case()
    assert study.base.terms == BASE_TERMS
    good, bad = (*study.base.good, *study.base.bad)
    assert (good.balance, good.cap_mean, good.cap_deviation, good.wait_mean_s) == (
        10_000 * UNIT,
        50 * UNIT,
        10 * UNIT,
        600,
    )
    assert (good.good, good.mistakes, good.willing) == (True, 0.0001, 0.15)
    assert (bad.balance, bad.cap_mean, bad.cap_deviation, bad.wait_mean_s) == (
        10_000 * UNIT,
        100 * UNIT,
        3 * UNIT,
        3_600,
    )
    assert (bad.good, bad.willing) == (False, 1.0)
    primary = {part.name: part for part in study.parts[:3]}
    assert [level for level, _ in primary["words"].levels] == ["100", "200", "500", "1000", "2000", "5000", "10000"]
    assert [case.reviews for _, case in primary["reviews"].levels] == [2_500, 5_000, 10_000, 15_000, 25_000]
    assert [case.weight_ppm for _, case in primary["price"].levels] == [
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
    ]
    assert all(part.seeds == tuple(range(1, 21)) for part in primary.values())
    assert all(len(part.seeds) >= 5 for part in study.parts)


def test_two_factors_are_combined_and_a_part_has_a_base_of_its_own() -> None:
    made = made_study(
        {
            **PLAIN,
            "base": {"data": "mail", "words": 30},
            "part": [
                {"name": "both", "seeds": 1, "words": [10, 20], "weight": [0.5, 2]},
                {"name": "waits", "base": {"kind": "naive-bayes"}, "refund_wait": ["6h", "1d"]},
                {"name": "crowds", "agents": [2, 70], "watched": [True]},
            ],
        }
    )
    both, waits, crowds = made.parts
    assert [level for level, _ in both.levels] == ["10 0.5", "10 2", "20 0.5", "20 2"]
    assert len(both.runs) == 4
    assert [(case.kind, case.words, case.refund_wait_s) for _, case in waits.levels] == [
        (Kind.NAIVE_BAYES, 30, DAY // 4),
        (Kind.NAIVE_BAYES, 30, DAY),
    ]
    two, many = (case for _, case in crowds.levels)
    assert (len(two.good), len(two.bad), len(many.good), len(many.bad)) == (1, 1, 60, 10)
    # All together they come as often.
    for case in (two, many):
        assert sum(1 / agent.wait_mean_s for agent in case.good) == pytest.approx(1 / 600)
        assert sum(1 / agent.wait_mean_s for agent in case.bad) == pytest.approx(1 / 3_600)
        assert {agent.watch_s for agent in case.good} == {3_600}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seeds": 0}, "seeds"),
        ({"seeds": None}, "seeds"),
        ({"part": []}, "part"),
        ({"colour": 1}, "colour"),
        ({"part": [{"name": "words"}]}, "it varies 0 factors"),
        ({"part": [{"name": "words", "words": [1], "step": [1], "weight": [1]}]}, "it varies 3 factors"),
        ({"part": [{"words": [1]}]}, "its name is a word"),
        ({"part": [{"name": "a,b", "words": [1]}]}, "its name is a word"),
        ({"part": [{"name": "words", "words": [1, 1]}]}, "each once"),
        ({"part": [{"name": "words", "words": 5}]}, "list of levels"),
        ({"part": [{"name": "words", "words": []}]}, "list of levels"),
        ({"part": [{"name": "a", "words": [1]}, {"name": "a", "words": [2]}]}, "two parts have the name 'a'"),
        ({"part": [{"name": "luck", "luck": [1]}]}, "there is no factor 'luck'"),
        ({"part": [{"name": "words", "seeds": 0, "words": [1]}]}, "seeds is a whole number"),
        ({"base": {"words": 70_000}}, "words is a whole number from 1 to 65,536"),
        ({"base": {"words": True}}, "words is a whole number"),
        ({"base": {"weight": float("nan")}}, "weight is a number"),
        ({"base": {"weight": -1}}, "weight is a number"),
        ({"base": {"refund_wait": "10d"}}, "refund_wait has"),
        ({"base": {"refund_wait": 5}}, "refund_wait is a time in quotes"),
        ({"base": {"refund_wait": "soon"}}, "soon"),
        ({"base": {"data": "reviews"}}, "data is one of"),
        ({"base": {"kind": "dense-perceptron"}}, "kind is one of"),
        ({"base": {"mechanism": "market", "words": 2_000}}, "a market takes"),
        ({"base": {"watched": 1}}, "watched is true or false"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(change: dict[str, Any], says: str) -> None:
    document = {key: value for key, value in {**PLAIN, **change}.items() if value is not None}
    with pytest.raises(InvalidInput) as caught:
        made_study(document)
    assert says in caught.value.what
    assert "\n" not in str(caught.value)
    assert caught.value.next_step


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(InvalidInput, match=path.name):
            read_study(path)
    (tmp_path / "bad.toml").write_text("seeds = [")
    with pytest.raises(InvalidInput, match=r"bad\.toml"):
        read_study(tmp_path / "bad.toml")
