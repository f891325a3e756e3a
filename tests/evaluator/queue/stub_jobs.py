"""What contests of the stub's specs want. Apart from the stub, whose workers need not load the queue."""

from __future__ import annotations

from dataclasses import replace

from evaluator.queue.queue import Wanted
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.spec.spec import Spec
from tests.compute.stub_training import DATA, SPEC


def stub_jobs(*specs: Spec, runs: int = 1, data: TrainingData = DATA) -> list[Wanted]:
    """What a contest of these specs wants."""
    return [
        Wanted(index, run, Job.of(spec.word, seed=1 + run, data=data))
        for index, spec in enumerate(specs)
        for run in range(runs)
    ]


def numbered_jobs(count: int, seed: int) -> list[Wanted]:
    """What the contest of `count` jobs wants, all with the seed `seed`: other seeds make another contest."""
    specs = (replace(SPEC, epochs=1 + i % 50, recurrent_units=(1 + i // 50,)) for i in range(count))
    return [Wanted(i, 0, Job.of(spec.word, seed=seed, data=DATA)) for i, spec in enumerate(specs)]
