"""Runs in files and on pages, also those that strangers wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.rules import DAY
from hyperbounty.models.simulation.agents import bad, good
from hyperbounty.models.simulation.design import Design, base_case
from hyperbounty.models.simulation.documents import RunShown, read_run, write_run
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.pages import LivePage, runs_page
from hyperbounty.models.simulation.running import run

REVIEWS = Labelled.of([[0], [1], [0, 2], [1, 2]] * 15, [0, 1, 0, 1] * 15)
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, features=3, step=4)
HOSTILE = "<script>alert(1)</script>\u202e\x1b[2J"


def design(seed: int, name: str = "good") -> Design:
    agents = (good(name, wait_mean_s=7_200), bad(wait_mean_s=14_400))
    return replace(base_case(REVIEWS, REVIEWS, SHAPE, seed, agents=agents), measure_s=DAY)


def test_a_run_comes_back_from_its_file(tmp_path: Path) -> None:
    done = run(design(1))
    for events in (False, True):
        write_run(done, tmp_path / "run.json", events=events)
        assert read_run(tmp_path / "run.json") == RunShown.of(done)
    first = (tmp_path / "run.json").read_bytes()
    write_run(run(design(1)), tmp_path / "run.json", events=True)
    assert (tmp_path / "run.json").read_bytes() == first
    assert len(json.loads(first)["events"]) == len(done.events)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "hyperbounty/simulation/2"}, "format"),
        ({"tests": 0}, "tests"),
        ({"agents": []}, "agents"),
        ({"accuracies": [[5, 1, 0], [4, 1, 0]]}, "rise"),
        ({"accuracies": [[5, 10**9, 0]]}, "right"),
        ({"held": "1e9"}, "held"),
        ({"seed": 2**64}, "seed"),
    ],
)
def test_a_file_that_is_no_run_says_where(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    shown = run(design(1)).document() | change
    path = tmp_path / "run.json"
    path.write_text(json.dumps(shown))
    with pytest.raises(InvalidInput, match=message):
        read_run(path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"format": 1', "[]"])
def test_a_file_that_is_nothing_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match="is no run") as caught:
        read_run(path)
    assert "\n" not in str(caught.value)


def test_a_page_shows_each_run_and_their_mean_and_asks_nobody() -> None:
    runs = [RunShown.of(run(design(seed))) for seed in (1, 2, 3)]
    one, all_ = runs_page(runs[:1], "one"), runs_page(runs, "three")
    assert all_.count('class="many"') - one.count('class="many"') >= 3
    assert "mean of the seeds" in all_
    assert "3 seeds" in all_
    for page in (one, all_):
        assert unescape(page).count("default-src 'none'") == 1
        assert "http://" not in page
        assert "https://" not in page
        assert "<script" not in page
        assert "never" in page or "day " in page


def test_runs_of_several_designs_are_not_combined() -> None:
    with pytest.raises(InvalidInput, match="not of one design"):
        runs_page([RunShown.of(run(design(1))), RunShown.of(run(design(1, "other")))], "both")
    with pytest.raises(InvalidInput, match="no run"):
        runs_page([], "none")


def test_names_of_strangers_do_no_harm(tmp_path: Path) -> None:
    live = LivePage(tmp_path / "live.html", design(1, HOSTILE), HOSTILE)
    shown = RunShown.of(run(design(1, HOSTILE), on_measured=live))
    for page in (runs_page([shown], HOSTILE), (tmp_path / "live.html").read_text(encoding="utf-8")):
        assert "<script" not in page
        assert "\u202e" not in page
        assert "\x1b" not in page


def test_a_live_page_says_how_far_it_is_and_loads_itself_again(tmp_path: Path) -> None:
    path = tmp_path / "live.html"
    seen = []
    live = LivePage(path, design(1), "live")

    def look(measured: Any) -> None:
        live(measured)
        seen.append(path.read_text(encoding="utf-8"))

    done = run(design(1), on_measured=look)
    assert len(seen) == len(done.measured) > 2
    assert "0 of 56 samples, 0%" in seen[0]
    assert "56 of 56 samples, 100%" in seen[-1]
    assert all('http-equiv="refresh"' in page for page in seen)


def test_a_live_page_is_written_no_more_often_than_is_asked(tmp_path: Path) -> None:
    path, clock = tmp_path / "live.html", iter(range(1_000))
    live = LivePage(path, design(1), "live", every_s=10, monotonic=lambda: float(next(clock)))
    seen = []

    def look(measured: Any) -> None:
        live(measured)
        seen.append(path.read_text(encoding="utf-8"))

    done = run(design(1), on_measured=look)
    assert len(set(seen)) == -(-len(done.measured) // 10)


def test_many_agents_are_drawn_as_the_good_and_the_bad() -> None:
    agents = [(good, bad)[number % 3 == 2](f"agent {number}", wait_mean_s=14_400) for number in range(9)]
    made = base_case(REVIEWS, REVIEWS, SHAPE, 1, agents=agents)
    page = runs_page([RunShown.of(run(made))], "many")
    assert "the good" in page
    assert "the bad" in page
