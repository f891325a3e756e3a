"""What each section runs, and the ratios it takes of the numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from benchmarks.evaluator.mix import NAMED, ROOT, SEQUENCE_LENGTH, flops, specs
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.execution import XLA_FEWEST_TIMESTEPS
from hyperbounty.training.machine import packages_of

TARGETS: Final = {"the mix": 3.0, "LSTM 32": 6.0, "LSTM 64+64": 2.5, "LSTM 128+128": 1.8}
FIT_EPOCHS: Final = 4
"""Of `fit`, whose epochs take as long in a short training as in a long one."""
FEW_JOBS: Final = 500
MANY_JOBS: Final = 10_000


@dataclass(frozen=True)
class Settings:
    """How to measure: see the command's options."""

    folder: Path
    windows: int
    features: int
    epochs: int
    repeats: int
    processes: int
    backend: str

    @property
    def sequence_length(self) -> int:
        """Rows of a window."""
        return SEQUENCE_LENGTH

    @property
    def specs(self) -> list[Spec]:
        """The mix."""
        return specs(self.epochs)

    @property
    def task(self) -> dict[str, Any]:
        """A task to train the mix."""
        return self.task_of(self.specs)

    def task_of(self, specs: list[Spec]) -> dict[str, Any]:
        """The part of a task that all programs have in common."""
        words = [spec.word.hex() for spec in specs]
        return {"folder": str(self.folder), "specs": words, "processes": self.processes, "backend": self.backend}


def say(what: str) -> None:
    """Show on standard error what was measured, as it is there: the tables come at the end."""
    sys.stderr.write(f"{what}\n")


def run(
    module: str,
    task: dict[str, Any],
    *,
    accelerator: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """What the program `benchmarks.evaluator.<module>` answers to `task`, which sees an `accelerator` only if told.

    It answers with `wall`, too: the seconds from its start to its end, imports and all. Programs that an earlier run
    compiled are not found, unless `environment` says where: every side begins from nothing.
    """
    began = time.perf_counter()
    hidden = {} if accelerator else {"CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(  # noqa: S603 - a module of this package.
        [sys.executable, "-m", f"benchmarks.evaluator.{module}"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"HYPERBOUNTY_COMPILED": "", "KERAS_BACKEND": "tensorflow"} | hidden | dict(environment),
    )
    if done.returncode != 0:
        raise SystemExit(f"benchmarks.evaluator.{module} failed:\n{done.stderr[-3000:]}")
    # The last line: tuners print above it what they please.
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer | {"wall": time.perf_counter() - began}


def against_fit(settings: Settings, repeats: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Section a: the evaluator against `fit`, at equal scores."""
    ratios = {"the mix": [fit["wall"] / ours["wall"] for fit, ours in repeats], **named_shapes(settings)}
    lines = ["| | ratio | target | least | most |", "|---|---|---|---|---|"]
    for name, values in ratios.items():
        spread = f"{min(values):.2f} | {max(values):.2f}"
        lines.append(f"| {name} | **{median(values):.2f}** | {TARGETS[name]} | {spread} |")
    fit, ours = (median(side["wall"] for side in sides) for sides in zip(*repeats, strict=True))
    lines += ["", f"The mix took `fit` {fit:.0f} s and the evaluator {ours:.0f} s (medians), from start to end."]
    return [*lines, "", *_equal_scores(settings, repeats[-1][1])]


def named_shapes(settings: Settings) -> dict[str, list[float]]:
    """How many times as many epochs a second the evaluator trains as `fit`, from the second epoch on, by shape.

    A training is long enough for XLA to be chosen where it pays. All processes are busy with the same shape.
    """
    batches = -(-settings.windows // Spec().batch_size)
    epochs = max(settings.epochs, -(-XLA_FEWEST_TIMESTEPS // (batches * SEQUENCE_LENGTH)))
    few = [Spec(recurrent_units=units, epochs=FIT_EPOCHS) for units in NAMED.values()]
    ours = [Spec(recurrent_units=units, epochs=epochs) for units in NAMED.values() for _ in range(settings.processes)]
    ratios: dict[str, list[float]] = {name: [] for name in NAMED}
    for _ in range(settings.repeats):
        fit = run("fitting", settings.task_of(few) | {"weights": None})
        mine = run("engine", settings.task_of(ours))
        for place, name in enumerate(NAMED):
            each = range(place * settings.processes, (place + 1) * settings.processes)
            rate = sum(1 / _epoch(mine, i) for i in each)
            ratios[name].append(_epoch(fit, place) * rate)
            say(f"{name}: {ratios[name][-1]:.2f}")
    return ratios


def share_of_the_machine(settings: Settings, repeats: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Section c: what training reaches of the rate at which one core multiplies large matrices."""
    rate = median(run("rate", settings.task)["rate"] for _ in range(settings.repeats))
    lines = [
        f"A core multiplies two matrices of 1,024 x 1,024 at {rate / 1e9:.0f} GFLOP/s with all cores at work.",
        "",
        "| spec | `fit`, of all cores | engine, of its core |",
        "|---|---|---|",
    ]
    for place, spec in enumerate(settings.specs):
        work = flops(spec, settings.windows, settings.features)
        fit, ours = (median(_epoch(side, place) for side in sides) for sides in zip(*repeats, strict=True))
        shares = (work / fit / rate / settings.processes, work / ours / rate)
        lines.append(f"| {spec.describe()} | {shares[0]:.0%} | {shares[1]:.0%} |")
    return lines


def against_tuners(settings: Settings) -> list[str]:
    """Section b: the evaluator against the execution of KerasTuner and of Ray Tune."""
    times: dict[str, list[float]] = {"evaluator": [], "KerasTuner": [], "Ray Tune": []}
    missing: dict[str, str] = {}
    for _ in range(settings.repeats):
        for name, seconds in times.items():
            if name in missing:
                continue
            answer = run(
                *("engine", settings.task) if name == "evaluator" else ("tuners", settings.task | {"tuner": name})
            )
            if "missing" in answer:
                missing[name] = answer["missing"]
                continue
            seconds.append(answer["wall"])
            say(f"{name}: {seconds[-1]:.0f} s")
    lines = ["| | seconds | the evaluator is faster by | least | most |", "|---|---|---|---|---|"]
    for name, seconds in times.items():
        if name in missing:
            lines.append(f"| {name} | skipped: {missing[name]} is not installed | | | |")
            continue
        ratios = [theirs / ours for theirs, ours in zip(seconds, times["evaluator"], strict=True)]
        shown = (
            "| | |" if name == "evaluator" else f"**{median(ratios):.2f}** | {min(ratios):.2f} | {max(ratios):.2f} |"
        )
        lines.append(f"| {name} | {median(seconds):.0f} | {shown}")
    return lines


def on_a_cluster(settings: Settings) -> list[str]:
    """Section e: what a job costs on Ray and in the local pool, over one in the evaluator's own process."""
    tasks = [("in-process", 1), *((name, n) for name in ("local", "ray") for n in (1, 2, 4))]
    lines = [
        f"{FEW_JOBS:,} jobs with a trainer that answers at once.",
        "",
        "| executor | workers | ms a job | times in process |",
        "|---|---|---|---|",
    ]
    own = 0.0
    for executor, workers in tasks:
        task = {"jobs": FEW_JOBS, "executor": executor, "workers": workers}
        answers = [run("queueing", task)]
        if "missing" in answers[0]:
            return [*lines, f"| {executor} | | skipped: {answers[0]['missing']} | |"]
        answers += [run("queueing", task) for _ in range(settings.repeats - 1)]
        each = median(answer["seconds"] / answer["jobs"] for answer in answers)
        own = own or each
        lines.append(f"| {executor} | {workers} | {1000 * each:.1f} | {each / own:.2f} |")
    return lines


def through_the_queue(settings: Settings) -> list[str]:
    """Section f: many jobs with a stub trainer."""
    task = {"jobs": MANY_JOBS, "executor": "in-process", "workers": 1}
    answers = [run("queueing", task) for _ in range(settings.repeats)]
    rows = {
        "jobs a second": [answer["jobs"] / answer["seconds"] for answer in answers],
        "time of the last tenth / the second": [answer["slowing"] for answer in answers],
        "memory at the end / after a tenth": [answer["bytes"][1] / answer["bytes"][0] for answer in answers],
        "MB at the end": [answer["bytes"][1] / 1e6 for answer in answers],
    }
    lines = [f"{MANY_JOBS:,} jobs.", "", "| | median | least | most |", "|---|---|---|---|"]
    return lines + [f"| {name} | {median(v):.2f} | {min(v):.2f} | {max(v):.2f} |" for name, v in rows.items()]


def how_far_scores_part(settings: Settings) -> list[str]:
    """Section g: the mix with the same seeds on the other backend, and where libraries are told to use other levels.

    The scores repeat, so each is made once. The engine holds the libraries to the manifest's instructions, whatever the
    environment says: the two last ways are to give what is compared with.
    """
    levels = {
        name: {"XLA_FLAGS": f"--xla_cpu_max_isa={xla}", "ONEDNN_MAX_CPU_ISA": onednn}
        for name, xla, onednn in (("AVX-512", "AVX512", "ALL"), ("SSE 4", "SSE4_2", "SSE41"))
    }
    ways = {
        "JAX": ("jax", {}),
        "TensorFlow, told to use AVX-512": ("tensorflow", levels["AVX-512"]),
        "TensorFlow, told to stop at SSE 4": ("tensorflow", levels["SSE 4"]),
    }
    here = run("engine", settings.task | {"backend": "tensorflow"})["specs"]
    windows = here[0]["windows"]
    lines = [
        f"Against TensorFlow, over {len(here)} specs; one window of the holdout of {windows:,} is "
        f"{1e6 / windows:,.0f} ppm.",
        "",
        "| | equal | median, ppm | most, ppm |",
        "|---|---|---|---|",
    ]
    for name, (backend, environment) in ways.items():
        try:
            packages_of(backend)
        except TrainingError as error:
            lines.append(f"| {name} | skipped: {error.what} | | |")
            continue
        there = run("engine", settings.task | {"backend": backend}, environment=environment)["specs"]
        apart = [1e6 * abs(a["score"] - b["score"]) for a, b in zip(here, there, strict=True)]
        lines.append(f"| {name} | {apart.count(0)} of {len(apart)} | {median(apart):,.0f} | {max(apart):,.0f} |")
    return lines


def with_programs_kept(settings: Settings) -> list[str]:
    """Section h: the mix where an earlier run kept what it compiled, against the mix where none did."""
    kept = {"HYPERBOUNTY_COMPILED": str(settings.folder / "compiled")}
    run("engine", settings.task, environment=kept)
    pairs = []
    for _ in range(settings.repeats):
        pairs.append((run("engine", settings.task), run("engine", settings.task, environment=kept)))
        say(f"nothing kept: {pairs[-1][0]['wall']:.0f} s, kept: {pairs[-1][1]['wall']:.0f} s")
    nothing, found = (median(side["wall"] for side in sides) for sides in zip(*pairs, strict=True))
    ratios = [a["wall"] / b["wall"] for a, b in pairs]
    same = all([one["score"] for one in a["specs"]] == [one["score"] for one in b["specs"]] for a, b in pairs)
    return [
        "| | seconds | faster by | least | most |",
        "|---|---|---|---|---|",
        f"| nothing kept | {nothing:.0f} | | | |",
        f"| programs kept | {found:.0f} | **{median(ratios):.2f}** | {min(ratios):.2f} | {max(ratios):.2f} |",
        "",
        "All scores are the same." if same else "**Scores differ.**",
    ]


def _epoch(side: dict[str, Any], place: int) -> float:
    """Seconds of an epoch of a spec, but for its first, which is compiled."""
    epochs = side["specs"][place]["epochs"]
    return float(np.median(epochs[1:]))


def _equal_scores(settings: Settings, ours: dict[str, Any]) -> list[str]:
    """That the two train to the same scores: `fit` once more from the engine's weights and in its order, untimed."""
    run("start", settings.task)
    same = run("fitting", settings.task | {"weights": str(settings.folder)})
    pairs = [(fit["score"], mine["score"]) for fit, mine in zip(same["specs"], ours["specs"], strict=True)]
    drawn = [abs(a - b) for (a, b), spec in zip(pairs, settings.specs, strict=True) if spec.dropout]
    exact = [abs(a - b) for (a, b), spec in zip(pairs, settings.specs, strict=True) if not spec.dropout]
    return [
        f"Started from the engine's weights and fed in its order, `fit` scores within {1e6 * max(exact):,.0f} ppm of "
        f"the engine on the {len(exact)} specs without dropout ({1e6 * median(exact):,.0f} in the median), and within "
        f"{1e6 * max(drawn):,.0f} ppm on the {len(drawn)} with, whose masks are drawn otherwise."
    ]
