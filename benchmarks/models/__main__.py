"""How fast shared models are simulated, in CPU seconds, which other work on the machine changes little.

    python -m benchmarks.models ../shared/data/imdb            # results.md has what came
    python -m benchmarks.models ../shared/data/imdb --words 200 --kept reviews

Rates say as much about the machine as about the code; the ratio of the last line does not. With --kept, encoded reviews
are kept in that folder, and read from there the next time.
"""

from __future__ import annotations

import argparse
import datetime
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from hyperbounty.models.datasets import imdb
from hyperbounty.models.encoders.texts import vocabulary_of
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.simulation.agents import UNIT, bad, good
from hyperbounty.models.simulation.compiled import COMPILED
from hyperbounty.models.simulation.design import Design, base_case
from hyperbounty.models.simulation.events import Happened
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.results import Run
from hyperbounty.models.simulation.running import run
from hyperbounty.store.embedded import EmbeddedStore
from hyperbounty.training.machine import describe_machine

T = TypeVar("T")

AGENTS = 1_000
PLAIN_SAMPLES = 600
"""Of a run that is also made step by step."""


def main() -> None:
    """Measure, and print tables as Markdown."""
    options = _options()
    machine = describe_machine()["cpu"]
    numba = "with numba" if COMPILED else "without numba"
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine}; NumPy {np.__version__}, {numba}.\n")
    with TemporaryDirectory() as folder:
        kept = options.kept or Path(folder)
        _encode(options.data, options.words, kept)
        shape = Shape(Kind.SPARSE_PERCEPTRON, options.words, step=4)
        # What numba compiles, it compiles once for a machine.
        train, test = _read(kept, options.words)
        run(base_case(train.take(range(500)), test.take(range(50)), shape, 1))
        _base(kept, options.words, shape)
        _many(train, test, shape)
        _plain(train, test, shape)


def _base(kept: Path, words: int, shape: Shape) -> None:
    print("| the base case | CPU s | contributions a CPU s | accuracy before, after | ruin of the bad, day |")
    print("|---|---|---|---|---|")
    for seed in (1, 2, 3):
        (train, test), loading = _timed(partial(_read, kept, words))
        design, pretraining = _timed(partial(base_case, train, test, shape, seed))
        done, running = _timed(partial(run, design))
        count, ruined = len(done.contributions), done.ruined(1)
        whole = loading + pretraining + running
        print(
            f"| seed {seed}: run alone; with loading and pre-training | {running:.2f}; {whole:.2f} "
            f"| {count / running:,.0f}; {count / whole:,.0f} "
            f"| {done.measured[0].accuracy:.1%}, {done.measured[-1].accuracy:.1%} "
            f"| {'never' if ruined is None else round(ruined / 86_400)} |"
        )


def _many(train: Labelled, test: Labelled, shape: Shape) -> None:
    """Agents who each come about once a week, every seventh of them bad."""
    print(f"\n| {AGENTS:,} rare agents | CPU s | events | a CPU s |")
    print("|---|---|---|---|")
    for name, watch_s in (("nobody has a watcher", 0), ("each has a daily one", 86_400)):
        agents = [
            (good, bad)[number % 7 == 6](
                f"agent {number}",
                wait_mean_s=600 * AGENTS,
                wait_deviation_s=60 * AGENTS,
                least_report=UNIT // 10,
                watch_s=watch_s,
            )
            for number in range(AGENTS)
        ]
        done, running = _timed(partial(run, base_case(train, test, shape, 1, agents=agents)))
        events = len(done.events)
        print(f"| {name}; {_kinds(done)} | {running:.2f} | {events:,} events | {events / running:,.0f} |")


def _plain(train: Labelled, test: Labelled, shape: Shape) -> None:
    small: Design = replace(
        base_case(train, test, shape, 1), stream=train.take(range(PLAIN_SAMPLES)), test=test.take(range(200))
    )
    fast, quick = _timed(partial(run, small, "fast"))
    plain, slow = _timed(partial(run, small, "plain"))
    assert np.array_equal(fast.events, plain.events)
    print(f"\n{PLAIN_SAMPLES} samples by the ledger and the reference model take {slow / quick:,.0f} times as long.")


def _kinds(done: Run) -> str:
    counts = [(kind, int((done.events[:, 2] == kind).sum())) for kind in Happened]
    return ", ".join(f"{count:,} {kind.name.lower().replace('_', ' ')}" for kind, count in counts if count)


def _encode(data: Path, words: int, kept: Path) -> None:
    if all(_name(kept, part, words).exists() for part in ("train", "test")):
        return
    sets = {part: imdb(data / f"{part}.jsonl.gz") for part in ("train", "test")}
    vocabulary = vocabulary_of(map(str, sets["train"].raws), words)
    encode = vocabulary.ready(Shape(Kind.SPARSE_PERCEPTRON, words, step=4), EmbeddedStore(kept / "store"))
    for part, reviews in sets.items():
        Labelled.of(*reviews.encoded(encode)).write(_name(kept, part, words))


def _read(kept: Path, words: int) -> tuple[Labelled, Labelled]:
    return Labelled.read(_name(kept, "train", words)), Labelled.read(_name(kept, "test", words))


def _name(kept: Path, part: str, words: int) -> Path:
    return kept / f"{part}-{words}.npz"


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with train.jsonl.gz and test.jsonl.gz")
    parser.add_argument("--words", type=int, default=1_000, help="of the vocabulary (1,000)")
    parser.add_argument("--kept", type=Path, help="folder for encoded reviews")
    return parser.parse_args()


main()
