"""A study that is run: its samples, its rows, and that they are the same however it came to them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.models.datasets import DataSet
from hyperbounty.models.encoders import vocabulary_of, words_of
from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.market import MarketTerms, Payout
from hyperbounty.models.rules import Terms
from hyperbounty.models.simulation.agents import bad, good
from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.events import NONE, Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.markets import Batch, MarketDesign, PlayedMarket
from hyperbounty.models.simulation.results import Measured, Run
from hyperbounty.models.simulation.running import run
from hyperbounty.study.file import made_study
from hyperbounty.study.folder import ABOUT
from hyperbounty.study.outcome import design_of, market_row, outcome, row_of
from hyperbounty.study.plan import Case, Planned, Study
from hyperbounty.study.rows import COLUMNS, FILE, Row, parsed, read_rows, write_rows
from hyperbounty.study.running import run_study
from hyperbounty.study.samples import Encoded, Texts, read_texts
from tests.study.made_rows import ROW

TEXTS: Final = Texts(
    DataSet("letters", "made up", ("no", "yes"), ("a b", "b c", "a", "c d", "d", "a b c d"), (0, 1, 0, 1, 1, 0)),
    DataSet("letters", "made up", ("no", "yes"), ("a", "d", "z"), (0, 1, 1)),
)
SMALL: Final = {
    "title": "Does it run?",
    "seeds": 2,
    "base": {"data": "mail", "words": 20, "reviews": 60},
    "part": [{"name": "words", "words": [10, 20]}, {"name": "kind", "kind": ["naive-bayes", "sparse-centroid"]}],
}


@pytest.fixture(scope="module")
def study() -> Study:
    return made_study(SMALL)


@pytest.fixture(scope="module")
def whole(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the study, run at once."""
    folder = tmp_path_factory.mktemp("study") / "whole"
    run_study(study, folder)
    return folder


def test_fewer_words_are_what_a_vocabulary_of_fewer_would_give() -> None:
    encoded = Encoded.of(TEXTS, 4)
    for words in range(1, 5):
        known = vocabulary_of(map(str, TEXTS.train.raws), words).words
        expected = [
            (tuple(sorted(known.index(word) for word in set(words_of(str(raw))) if word in known)), label)
            for raw, label in zip(TEXTS.test.raws, TEXTS.test.labels, strict=True)
        ]
        _, test = encoded.chosen(words, 6, seed=1)
        found = [(test.sample(place), label) for place, label in enumerate(test.labels.tolist())]
        assert found == [(sample, label) for sample, label in expected if sample]


def test_fewer_texts_are_among_the_first_of_more() -> None:
    encoded = Encoded.of(TEXTS, 4)
    more, _ = encoded.chosen(4, 6, seed=3)
    for count in range(1, 6):
        fewer, _ = encoded.chosen(4, count, seed=3)
        assert fewer.labels.tolist() == more.labels.tolist()[: len(fewer)]
    other, _ = encoded.chosen(4, 6, seed=4)
    assert other.labels.tolist() != more.labels.tolist()
    for words, count in ((5, 6), (4, 7)):
        with pytest.raises(InvalidInput, match="are wanted"):
            encoded.chosen(words, count, seed=1)


def test_a_row_says_what_came_of_a_run_that_was_made_by_hand() -> None:
    day = 86_400
    shape = Shape(Kind.SPARSE_PERCEPTRON, 2, step=1)
    samples = Labelled.of([[0], [1], [0]], [0, 1, 1])
    planned = Planned("words", "2", Case(words=2, reviews=13, agents=3), seed=7)
    agents = (good("good-0"), good("good-1"), bad("bad-0"))
    start = agents[0].balance
    design = Design(
        shape, empty(shape).state(), Terms(1_000, 1, day, 9 * day, 9 * day), agents, samples, samples, seed=7
    )
    poor = start * 99 // 100 + 1
    # The bad one stakes nearly all of it, good-1 reports a part, and good-0 takes the rest; good-1 loses a sample.
    events = np.array(
        [
            [10, 0, Happened.ADDED, 0, 100],
            [20, 2, Happened.ADDED, 1, poor],
            [30, 1, Happened.ADDED, 2, 50],
            [day + 40, 0, Happened.REFUNDED, 0, 100],
            [day + 50, 1, Happened.REPORTED, 1, 20],
            [9 * day + 60, 0, Happened.CLAIMED, 1, poor - 20],
            [9 * day + 70, 0, Happened.CLAIMED, 2, 50],
            [9 * day + 80, 2, Happened.TOO_DEAR, NONE, 99],
        ],
        np.int64,
    )
    contributions = np.array([[0, 10, 0, 100, 0], [2, 20, 1, poor, 0], [1, 30, 1, 50, 0]], np.int64)
    balances = (start + poor - 20 + 50, start + 20 - 50, start - poor)
    measured = (Measured(0, 1, 3, 0, (start,) * 3), Measured(9 * day + 80, 2, 3, 3, balances))
    done = Run(design, events, contributions, measured, balances, (1, 0, 0), design.state, 9 * day + 80)
    done.check()
    alone = replace(done, measured=(measured[0], replace(measured[1], right=3)))
    row = row_of(planned, done, alone)
    assert (row.tests, row.right_before, row.right_after, row.right_alone, row.added) == (3, 1, 2, 3, 3)
    assert (row.ended_s, row.ruined_s) == (9 * day + 80, 20)
    assert (row.good_start, row.good_end) == (2 * start, 2 * start + poor)
    assert (row.bad_start, row.bad_end, row.honest_lost) == (start, start - poor, 30)
    assert (row.good_added, row.good_refunded, row.bad_added, row.bad_taken) == (2, 1, 1, 1)
    assert (row.part, row.level, row.seed, row.agents, row.words, row.reviews) == ("words", "2", 7, 3, 2, 13)


def test_a_row_of_a_market_is_measured_on_samples_that_decided_nothing() -> None:
    shape = Shape(Kind.SPARSE_PERCEPTRON, 2, step=1)
    samples = Labelled.of([[0], [1], [0], [1]], [1, 0, 1, 0])
    terms = MarketTerms(1_000, 1_000, stake=100, batch_size=2, pieces=1)
    hidden = Labelled.of([[0]] * terms.hidden, [1] * terms.hidden)
    agents = (good("good-0"), bad("bad-0"))
    start = agents[0].balance
    market = MarketDesign(shape, empty(shape).state(), terms, agents, samples, hidden, seed=1, contribute_s=100)
    batches = (Batch(0, 10, 0, (1, 0)), Batch(1, 20, 2, (0, 1)))
    paid = Payout((1_100, 40), 1_060, 0)
    learned = empty(shape)
    learned.learn([0], 1)
    learned.learn([1], 0)
    done = PlayedMarket(market, "records", batches, (0, 256, 0), paid, (start + 1_000, start - 60), learned.state())
    done.check()
    alone = replace(done, batches=batches[:1], state=market.state)
    test = Labelled.of([[0], [1], [0], [0]], [1, 0, 0, 1])
    row = market_row(Planned("mechanism", "market", Case(words=2, mechanism="market"), seed=1), test, done, alone)
    # Before, and alone, it says 0 of all; at the end 1 of what has the first feature.
    assert (row.tests, row.right_before, row.right_after, row.right_alone) == (4, 2, 3, 2)
    assert (row.good_added, row.good_refunded, row.bad_added, row.bad_taken, row.added) == (2, 2, 2, 2, 4)
    assert (row.good_end, row.bad_end, row.honest_lost) == (start + 1_000, start - 60, 0)
    assert (row.ended_s, row.ruined_s, row.mechanism) == (20, None, "market")


@given(
    st.builds(
        replace,
        st.just(ROW),
        ruined_s=st.none() | st.integers(0, 2**62),
        seed=st.integers(0, 2**62),
        bad_end=st.integers(0, 2**62),
    )
)
def test_a_row_is_read_as_it_was_written(row: Any) -> None:
    assert parsed(row.line().rstrip("\n")) == row


def test_a_row_that_is_none_is_refused(tmp_path: Path) -> None:
    for line in ("", "a,b", ROW.line().replace("1000", "many"), ROW.line().rstrip("\n") + ",1"):
        with pytest.raises(InvalidInput, match="no row of a study"):
            parsed(line.rstrip("\n"))
    for content in (b"", b"other,columns\n", b"\xff\xfe"):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(InvalidInput):
            read_rows(tmp_path / FILE)


def test_the_rows_are_those_of_its_runs_and_conserve_all_units(study: Study, whole: Path) -> None:
    rows = read_rows(whole / FILE)
    assert [row.key for row in rows] == [planned.key for planned in study.runs]
    assert write_rows(rows) == (whole / FILE).read_bytes()
    assert (whole / FILE).read_text().splitlines()[0] == ",".join(COLUMNS)
    encoded = Encoded.of(read_texts("mail", None), 20)
    assert [outcome(planned, encoded) for planned in study.runs[:2]] == rows[:2]
    for row in rows:
        # What nobody claimed in the end is all that can be missing.
        assert row.good_end + row.bad_end <= row.good_start + row.bad_start
        assert row.added == row.good_added + row.bad_added
        assert 0 <= row.right_after <= row.tests


@pytest.mark.heavy
def test_more_processes_make_the_same_bytes(study: Study, whole: Path, tmp_path: Path) -> None:
    run_study(study, tmp_path / "two", processes=2)
    for name in (FILE, "one-run.csv", ABOUT):
        assert (tmp_path / "two" / name).read_bytes() == (whole / name).read_bytes()


def test_a_study_that_was_killed_anywhere_goes_on(study: Study, whole: Path, tmp_path: Path) -> None:
    done = (whole / "done.csv").read_bytes()
    lines = done.splitlines(keepends=True)
    for place, kept in enumerate((b"", lines[0], lines[0] + lines[1][:17], done[:-1])):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / ABOUT).write_bytes((whole / ABOUT).read_bytes())
        (folder / "done.csv").write_bytes(kept)
        told: list[int] = []

        def hear(done: int, _: int, told: list[int] = told) -> None:
            told.append(done)

        run_study(study, folder, on_done=hear)
        assert told[0] == kept.count(b"\n")
        assert told[-1] == len(study.runs)
        assert (folder / FILE).read_bytes() == (whole / FILE).read_bytes()


def test_equal_runs_are_played_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[Planned] = []

    def counted(planned: Planned, encoded: Encoded) -> Row:
        played.append(planned)
        return outcome(planned, encoded)

    monkeypatch.setattr("hyperbounty.study.running.outcome", counted)
    parts = [{"name": "words", "words": [10, 20]}, {"name": "step", "seeds": 1, "step": [4, 8]}]
    study = made_study({**SMALL, "part": parts})
    rows = run_study(study, tmp_path / "whole")
    assert [row.key for row in rows] == [planned.key for planned in study.runs]
    # 20 words and a step of 4 are the base case of both parts.
    assert len(rows) == 6
    assert len(played) == 5
    base = next(row for row in rows if row.key == ("step", "4", 1))
    assert replace(base, part="words", level="20") in rows
    # A killed process came to one of two equal runs: the other is not played either.
    (tmp_path / "killed").mkdir()
    (tmp_path / "killed" / ABOUT).write_bytes((tmp_path / "whole" / ABOUT).read_bytes())
    (tmp_path / "killed" / "done.csv").write_text("".join(row.line() for row in rows if row.key != base.key))
    played.clear()
    assert run_study(study, tmp_path / "killed") == rows
    assert not played


def test_a_study_that_is_done_runs_nothing_again(study: Study, whole: Path) -> None:
    before = (whole / "done.csv").stat().st_mtime_ns
    run_study(study, whole)
    assert (whole / "done.csv").stat().st_mtime_ns == before


def test_the_folder_of_something_else_is_left_alone(study: Study, whole: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="holds no study"):
        run_study(study, tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine.txt"]
    with pytest.raises(InvalidInput, match="is a file"):
        run_study(study, tmp_path / "mine.txt")
    before = (whole / FILE).read_bytes()
    with pytest.raises(InvalidInput, match="of another design"):
        run_study(made_study({**SMALL, "seeds": 3}), whole)
    about = json.loads((whole / ABOUT).read_text())
    old = tmp_path / "old"
    old.mkdir()
    (old / "done.csv").write_bytes((whole / "done.csv").read_bytes())
    (old / ABOUT).write_text(json.dumps({**about, "versions": {**about["versions"], "numpy": "1.0"}}))
    with pytest.raises(InvalidInput, match="of other versions"):
        run_study(study, old)
    assert (whole / FILE).read_bytes() == before


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    for data, says in ((None, "imdb"), (tmp_path, "train")):
        with pytest.raises(InvalidInput, match=says):
            run_study(made_study({**SMALL, "base": {"data": "imdb"}}), tmp_path / "out", data)
    assert not (tmp_path / "out").exists()
    for base, says in (({"words": 10_000, "reviews": 60}, "are wanted"), ({"reviews": 6_000}, "wants")):
        with pytest.raises(InvalidInput, match=says):
            run_study(
                made_study({**SMALL, "part": [{"name": "seeds", "step": [4]}], "base": {"data": "mail", **base}}),
                tmp_path / "out",
            )


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(10))
def test_a_slow_plain_run_is_the_same_event_for_event(seed: int) -> None:
    random = np.random.default_rng(seed)
    case = Case(
        data="mail",
        kind=list(Kind)[[0, 2, 3][random.integers(3)]],
        words=int(random.integers(5, 60)),
        reviews=int(random.integers(20, 120)),
        step=int(random.integers(1, 65)),
        weight_ppm=int(random.integers(500_000, 10_000_000)),
        refund_wait_s=int(random.integers(3_600, 8 * 86_400)),
        bad_wait_s=int(random.integers(600, 60_000)),
        agents=int(random.integers(2, 12)),
        watched=bool(random.integers(2)),
        mechanism="points" if seed % 5 == 4 else "stake",
    )
    encoded = Encoded.of(read_texts("mail", None), 60)
    made = replace(design_of(Planned("any", "", case, seed), encoded), measure_s=10**6)
    made = replace(made, test=made.test.take(range(100)))
    fast, plain = run(made, "fast"), run(made, "plain")
    assert np.array_equal(fast.events, plain.events)
    assert (fast.balances, fast.state, fast.measured) == (plain.balances, plain.state, plain.measured)
