"""`python -m benchmarks.evaluator`: the evaluator against others, as ratios within one run on one machine.

    a  a mix of 24 specs against sequential Keras-TensorFlow `fit` in one process, at equal scores
    b  the same trainings by KerasTuner and by Ray Tune, where they are installed
    c  what training reaches of the rate at which the machine multiplies matrices
    d  on an accelerator, where there is one: lanes, memory, tolerance, and specs an hour against `fit`
    e  what a job costs on Ray and in the local pool with 1, 2 and 4 workers
    f  10,000 jobs through the queue
    g  how far scores part between backends, and between generations of processors
    h  the mix where an earlier run kept what it compiled
    i  the mix against `fit` and, where it is installed, PyTorch

A person with an accelerator and JAX for it runs one section alone, and needs nothing else:

    python -m benchmarks.evaluator --sections d --device accelerator

Each number is the median of the repeats, in which the sides take turns. Nothing else should run on the machine: the
load that was there before and after stands below the tables.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.evaluator.mix import DATA, dataset, save
from benchmarks.evaluator.on_device import MEMBERS, Missing, on_a_device, require_device
from benchmarks.evaluator.sections import (
    Settings,
    against_fit,
    against_tuners,
    how_far_scores_part,
    on_a_cluster,
    run,
    say,
    share_of_the_machine,
    through_the_queue,
    with_programs_kept,
)
from benchmarks.evaluator.short import against_pytorch
from hyperbounty.errors import PriceDataError
from hyperbounty.training.machine import BACKEND, BACKENDS, describe_machine, describe_versions


def main() -> None:
    """Measure, and print the tables as Markdown."""
    options = _options()
    try:
        data = dataset(options.data, options.windows)
    except PriceDataError as error:
        raise SystemExit(str(error)) from error
    with tempfile.TemporaryDirectory() as folder:
        save(data, Path(folder))
        settings = Settings(
            folder=Path(folder),
            windows=len(data.train),
            features=data.train.features.shape[1],
            epochs=options.epochs,
            repeats=options.repeats,
            processes=options.processes,
            backend=options.backend,
        )
        if "d" in options.sections and options.device is not None:
            try:
                require_device(settings, options.device)
            except Missing as missing:
                raise SystemExit(f"section d cannot be measured on the {options.device}: {missing}") from missing
        load_before = os.getloadavg()[0]
        repeats = []
        if set(options.sections) & set("ac"):
            for _ in range(options.repeats):
                fit, ours = run("fitting", settings.task | {"weights": None}), run("engine", settings.task)
                repeats.append((fit, ours))
                say(f"the mix: fit {fit['wall']:.0f} s, evaluator {ours['wall']:.0f} s")
        tables: dict[str, Callable[[], list[str]]] = {
            "a. Against `fit`": lambda: against_fit(settings, repeats),
            "b. Against other people's execution": lambda: against_tuners(settings),
            "c. Share of the machine": lambda: share_of_the_machine(settings, repeats),
            "d. On an accelerator": lambda: _on_an_accelerator(settings, options.device),
            "e. What a job costs": lambda: on_a_cluster(settings),
            "f. Many jobs": lambda: through_the_queue(settings),
            "g. How far scores part": lambda: how_far_scores_part(settings),
            "h. Programs kept": lambda: with_programs_kept(settings),
            "i. Against PyTorch": lambda: against_pytorch(settings),
        }
        print(_heading(settings, options.data))
        for title, table in tables.items():
            if title[0] in options.sections:
                print(f"\n## {title}\n", *table(), sep="\n")
        print(f"\nLoad before {load_before:.2f}, after {os.getloadavg()[0]:.2f}.")


def _on_an_accelerator(settings: Settings, device: str | None) -> list[str]:
    try:
        return on_a_device(settings, device or "accelerator")
    except Missing as missing:
        return [f"Skipped: {missing}."]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", default="abcdefghi", help="which to run (abcdefghi)")
    parser.add_argument("--data", choices=sorted(DATA), default="sample", help="the series to train on")
    parser.add_argument("--windows", type=int, default=8192, help="training windows (8,192)")
    parser.add_argument("--epochs", type=int, default=4, help="of each training, at least 2 (4)")
    parser.add_argument("--repeats", type=int, default=5, help="of each side (5)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="of the engine (one a core)")
    parser.add_argument("--backend", choices=BACKENDS, help="of the engine; of section d it is JAX")
    parser.add_argument("--device", choices=sorted(MEMBERS), help="of section d; left out, an accelerator or nothing")
    options = parser.parse_args()
    if options.backend is None:
        options.backend = "jax" if options.sections == "d" else BACKEND
    if options.epochs < 2 or options.repeats < 1:
        parser.error("an epoch is timed from the second on: choose at least 2 epochs and 1 repeat")
    return options


def _heading(settings: Settings, data: str) -> str:
    machine, versions = describe_machine(), describe_versions(settings.backend)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "hyperbounty")
    return (
        f"# {settings.backend}, {data}: {settings.windows:,} windows, {settings.epochs} epochs\n\n"
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine['cores']} cores ({machine['cpu']}), "
        f"{memory:.0f} GiB, {platform.system()}; {packages}. Median of {settings.repeats}, "
        f"{settings.processes} processes."
    )


if __name__ == "__main__":
    main()
