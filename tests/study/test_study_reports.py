"""What is made of rows: trends, plateaus, ruin, and sentences that follow from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.study.advice import advice
from hyperbounty.study.analysis import parts_of, primary_tests
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


def test_the_first_paragraph_follows_from_the_rows() -> None:
    said = " ".join(advice(parts_of(made())))
    assert "Take 2 times the base price" in said
    assert "the price is the strongest lever: they cost 10.9 points of accuracy at 0.5, and 0.8 at 5" in said
    assert "Unsafe: at 0.5 times the base price, the bad agent was not always ruined" in said
    assert "surely ends worse" not in said
    lost = part("price", ("1", "2", "5"), 4, lambda place, seed: {"right_after": (690, 695, 760)[place] + seed % 2})
    assert "Unsafe: at 1 and 2 times the base price, the model surely ends worse than it began" in " ".join(
        advice(parts_of(lost))
    )
    assert "where bad samples come each 10m, the model becomes worse than it was (70.0 % to 60.0 %)" in said
    assert "honest ones without watchers lose 30.0 % of their money; with watchers they lose 0.2 %" in said
    assert "a bad agent costs 15.0 points of accuracy, with stakes 1.0" in said
    # Other rows, other sentences.
    safe = part(
        "price", ("1", "2", "5"), 4, lambda place, seed: {"ruined_s": DAY, "right_after": 800 - 30 * place + seed}
    )
    assert " ".join(advice(parts_of(safe))).startswith("Take 1 times the base price: with more, accuracy after fell")
    assert "Unsafe" not in " ".join(advice(parts_of(safe)))


def test_runs_that_end_too_soon_say_nothing_of_ruin() -> None:
    soon = part(
        "reviews",
        ("100", "200", "300"),
        4,
        lambda place, seed: {"ended_s": (10 + 40 * place) * DAY, "ruined_s": 80 * DAY + seed if place == 2 else None},
    )
    parts = parts_of(soon)
    assert parts["reviews"].ends_too_soon
    assert "Unsafe" not in " ".join(advice(parts))


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
    assert "The curve turns at 1000." in text
    assert "From 2 on it levels off" in text
    # No p-value without the size of its effect.
    rows = [line for line in text.splitlines() if line.count("|") == 6 and "accuracy" in line]
    assert rows
    assert all("ρ = " in line and "points" in line for line in rows)
    before = {path: path.read_bytes() for path in (report.file, *report.figures)}
    write_report(tmp_path)
    assert before == {path: path.read_bytes() for path in before}


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
