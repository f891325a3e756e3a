"""What is made of rows: trends, plateaus, ruin, and sentences that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.study.advice import advice
from hyperbounty.study.analysis import PartRows, parts_of, primary_tests
from hyperbounty.study.report import FILE, write_report
from hyperbounty.study.rows import FILE as ROWS
from hyperbounty.study.rows import Row, write_rows
from hyperbounty.study.series import FILE as SERIES
from hyperbounty.study.series import Series, write_series
from tests.study.made_rows import DAY, ROW, part


def price(place: int, seed: int) -> dict[str, Any]:
    """Accuracy rises and levels off; nobody is ruined at the lowest price, and later the sooner."""
    return {
        "right_after": (700, 780, 800, 801)[place] + seed % 3,
        "right_alone": 810,
        "ruined_s": None if place == 0 else (80 // place + seed % 5) * DAY,
    }


def words(place: int, seed: int) -> dict[str, Any]:
    """Accuracy rises, then falls again."""
    return {"right_after": (700, 760, 740)[place] + seed % 2, "right_alone": 800, "ruined_s": (50 - place) * DAY}


def made() -> list[Row]:
    return [
        *part("words", ("100", "1000", "9000"), 6, words),
        *part("price", ("0.5", "1", "2", "5"), 6, price),
        *part("bad-share", ("10m", "1h"), 5, lambda place, _: {"right_after": (600, 790)[place]}),
        *part(
            "agents",
            ("1000 false", "1000 true"),
            5,
            lambda place, seed: {"agents": 1_000, "watched": place, "honest_lost": (3_000, 20)[place] + seed},
        ),
        *part(
            "mechanism",
            ("stake", "points"),
            5,
            lambda place, _: {"mechanism": ("stake", "points")[place], "right_after": (840, 700)[place]},
        ),
        *part(
            "words-price",
            ("100 1", "100 2", "200 1", "200 2"),
            5,
            lambda place, seed: {"right_after": 700 + place + seed},
        ),
    ]


def test_trends_and_turns_are_found() -> None:
    parts = parts_of(made())
    assert parts["price"].plateau("after") == "2"
    assert parts["price"].turn("after") is None
    assert parts["words"].plateau("after") is None
    assert parts["words"].turn("after") == "1000"
    assert [round(each.mean, 1) for each in parts["price"].steps("after")] == [8.0, 2.0, 0.1]
    assert parts["price"].span("after").mean == pytest.approx(10.1)
    assert parts["price"].means("loss")[0].mean == pytest.approx(10.9)
    assert parts["price"].means("bad left")[0].mean == 10
    assert parts["price"].means("refunded")[0].mean == 75
    assert parts["price"].means("taken")[0].mean == 80
    tests = {(test.part, test.outcome): test for test in primary_tests(parts)}
    assert len(tests) == 6
    assert tests["price", "after"].trend is not None
    assert tests["price", "after"].trend.rho > 0.9
    ruin = tests["price", "ruin"].ruin
    assert ruin is not None
    assert ruin.z > 3
    assert all(test.p <= test.adjusted <= min(1, 6 * test.p) for test in tests.values())


def test_small_steps_that_add_up_are_no_plateau() -> None:
    """Each step is below a point, and the last level is two above the first."""
    slow = part("words", ("1", "2", "3", "4"), 6, lambda place, seed: {"right_after": 700 + 7 * place + seed % 2})
    assert parts_of(slow)["words"].plateau("after") == "3"
    wide = part("words", ("1", "2", "3"), 4, lambda place, seed: {"right_after": 700 + (place * seed * 37) % 50})
    # Nothing differs surely, and nothing is surely the same.
    assert parts_of(wide)["words"].plateau("after") is None


def test_the_first_paragraph_follows_from_the_rows() -> None:
    said = " ".join(advice(parts_of(made())))
    assert (
        "Choose 1,000 words (accuracy at the end is 70.0 % at 100 and 76.0 % at 1,000, more than at any other); "
        in said
    )
    assert "2 times the base price (accuracy at the end is 70.1 % at 0.5 and 80.1 % at 2; more changes less" in said
    assert "the price is the strongest lever: they cost 10.9 points of accuracy at 0.5, and 0.8 at 5" in said
    assert "Unsafe: the bad agent was not always ruined at 0.5 times the base price." in said
    assert "surely ends worse than it began at" not in said
    assert "with a bad sample each 10m, 5 of 5 models lost 5 points of accuracy or more (10 at worst)" in said
    assert (
        "of 1,000 agents that come rarely, honest ones lose 30.0 ± 0.0 % of their money, and 0.2 ± 0.0 % with" in said
    )
    assert "costs 1.0 ± 0.0 points of accuracy with stakes, 15.0 ± 0.0 without money: points alone are no" in said


def test_other_rows_are_other_sentences() -> None:
    lost = part("price", ("1", "2", "5"), 4, lambda place, seed: {"right_after": (690, 695, 760)[place] + seed % 2})
    said = " ".join(advice(parts_of(lost)))
    assert "the model surely ends worse than it began at 1 and 2 times the base price." in said
    assert "Choose 5 times the base price or more" in said
    safe = part(
        "price", ("1", "2", "5"), 4, lambda place, seed: {"ruined_s": DAY, "right_after": 800 - 30 * place + seed}
    )
    said = " ".join(advice(parts_of(safe)))
    assert said == "Choose 1 times the base price (80.2 %, and 74.2 % at 5)."
    chance = part("words", ("1", "2", "3"), 4, lambda place, seed: {"right_after": 750 + place * (-39, 40)[seed % 2]})
    assert "which may be chance" in " ".join(advice(parts_of(chance)))


def test_what_a_market_keeps_out_it_also_does_not_learn() -> None:
    rows = part(
        "mechanism",
        ("stake", "points", "market"),
        5,
        lambda place, seed: {
            "right_after": (820, 760, 710)[place] + seed,
            "right_alone": (850, 850, 711)[place] + seed,
        },
    )
    said = " ".join(advice(parts_of(rows)))
    assert "3.0 ± 0.0 points of accuracy with stakes, 9.0 ± 0.0 without money, and 0.1 ± 0.0 in a market: " in said
    assert "But a market learns less: without the bad agent the model gains 1.4 ± 0.2 points there, and 15.3" in said


def test_of_a_mean_alone_nothing_is_said() -> None:
    """One run of five is far worse: the mean is below the beginning, and its interval is not."""
    gaps = (-150, 20, 20, 20, 20)
    shares = part("bad-share", ("10m", "1h"), 5, lambda _, seed: {"right_after": 700 + gaps[seed - 1]})
    crowds = part(
        "agents",
        ("10 false", "10 true"),
        5,
        lambda _, seed: {
            "agents": 10,
            "right_after": 700 + gaps[seed - 1],
            "honest_lost": 2_000 * (seed == 1),
            "bad_end": 10_000 + 50_000 * (seed == 1),
        },
    )
    said = advice(parts_of([*shares, *crowds]))
    assert said == [
        f"Unsafe: with a bad sample each {wait}, 1 of 5 models lost 5 points of accuracy or more (15 at worst)."
        for wait in ("10m", "1h")
    ]


def test_ruin_is_compared_only_where_runs_of_two_levels_lasted_as_long() -> None:
    def lasting(*days: int) -> PartRows:
        """Levels whose runs end on these days; in the last one the bad agent is ruined on day 80."""
        rows = part(
            "reviews",
            [str(100 * (place + 1)) for place in range(len(days))],
            4,
            lambda place, seed: {
                "ended_s": days[place] * DAY,
                "ruined_s": 80 * DAY + seed if place == len(days) - 1 else None,
            },
        )
        return parts_of(rows)["reviews"]

    soon, late = lasting(10, 50, 90), lasting(10, 85, 90)
    assert not soon.compares_ruin
    assert not soon.spared
    assert "not always ruined" not in " ".join(advice({"reviews": soon}))
    # Only the first level ends before anybody is ruined: the other two are compared.
    assert late.compares_ruin
    assert late.spared == ["200"]
    assert "not always ruined at 200 training reviews" in " ".join(advice({"reviews": late}))
    assert [(round(each.mean), each.high > 0) for each in late.ruined()] == [(0, True), (0, True), (100, True)]


def test_a_report_is_made_of_rows_alone_and_is_the_same_twice(tmp_path: Path) -> None:
    (tmp_path / ROWS).write_bytes(write_rows(made()))
    (tmp_path / SERIES).write_bytes(write_series([Series(0, 50, 100, 0, 9, 9), Series(DAY, 60, 100, 5, 10, 8)]))
    report = write_report(tmp_path)
    assert {path.name for path in report.figures} == {
        "factors.png", "ruin.png", "one-run.png", "words-price.png", "agents.png",
    }  # fmt: skip
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in report.figures)
    text = report.file.read_text()
    assert text.splitlines()[2] == report.finding
    assert "| 2 | 70.0 ± 0.0 | 80.1 ± 0.1 |" in text
    assert "The curve turns at 1,000." in text
    assert "From 2 on it levels off" in text
    # No p-value without the size of its effect.
    rows = [line for line in text.splitlines() if line.count("|") == 6 and "accuracy" in line]
    assert rows
    assert all("ρ = " in line and "points" in line for line in rows)
    before = {path: path.read_bytes() for path in (report.file, *report.figures)}
    write_report(tmp_path)
    assert before == {path: path.read_bytes() for path in before}


def test_the_page_of_the_study_is_the_report_of_its_rows(tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs"
    for name in (ROWS, SERIES):
        (tmp_path / name).write_bytes((docs / "study" / name).read_bytes())
    report = write_report(tmp_path)
    page, body = (docs / "study.md").read_text(), report.file.read_text()
    assert page.split("\n\n")[1] == report.finding
    begins = body.index("Each number is a mean")
    assert page.endswith(body[begins:].replace("](", "](study/"))


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file"):
        write_report(tmp_path)
    (tmp_path / ROWS).write_bytes(write_rows([ROW, *part("words", ("200",), 2, lambda place, seed: {})]))
    with pytest.raises(InvalidInput, match="not the same seeds"):
        write_report(tmp_path)
    assert not (tmp_path / FILE).exists()
    (tmp_path / ROWS).write_bytes(write_rows([ROW]))
    (tmp_path / SERIES).write_text("time_s\n1")
    with pytest.raises(InvalidInput, match="no run of a study"):
        write_report(tmp_path)
