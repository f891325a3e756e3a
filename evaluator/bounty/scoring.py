"""Scoring a contest: every revealed spec trained again by way of the queue, with seeds nobody chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from evaluator.queue.coordinator import POLL_S, Progress, run_jobs
from evaluator.queue.queue import Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.weights import HashedWeights, Weights
from hyperbounty.bounty.scoring import Run, Scoring
from hyperbounty.bounty.verification import Train
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.training import TrainingExecutor, training_executor
from hyperbounty.errors import TrainingError
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Dataset


class TrainedRuns(Mapping[Run, StoredResult]):
    """Trainings that are done. They stay in the queue and are read when asked for, one by one.

    Args:
        queue: where they are.
        keys: of their jobs.
    """

    def __init__(self, queue: Queue, keys: Mapping[Run, str]) -> None:
        self._queue = queue
        self._keys = keys

    def __getitem__(self, run: Run) -> StoredResult:
        """The result of `run`.

        Raises:
            TrainingError: it was damaged since it was made.
        """
        stored = self._queue.result(self._keys[run])
        if stored is None:
            what = f"a result of spec {run.index} was damaged in the queue"
            raise TrainingError(what, "run again: it is trained anew")
        return stored

    def __iter__(self) -> Iterator[Run]:
        """The runs."""
        return iter(self._keys)

    def __len__(self) -> int:
        """How many runs."""
        return len(self._keys)


class Trained(Mapping[int, Sequence[StoredResult]]):
    """The runs of every trained spec, by its index, read when asked for as those of `TrainedRuns`."""

    def __init__(self, runs: TrainedRuns) -> None:
        self._runs = runs
        self._scored: dict[int, list[Run]] = {}
        self._own: dict[tuple[str, int], Run] = {}
        for run in runs:
            if run.member is None:
                self._scored.setdefault(run.index, []).append(run)
            else:
                self._own[run.member, run.index] = run

    def own(self, member: str, index: int) -> StoredResult:
        """The run of the spec with this index that is the member's own; errors as for the others."""
        return self._runs[self._own[member, index]]

    def __getitem__(self, index: int) -> Sequence[StoredResult]:
        """The runs of the spec with this index.

        Raises:
            TrainingError: a result was damaged since it was made.
        """
        return [self._runs[run] for run in self._scored[index]]

    def __iter__(self) -> Iterator[int]:
        """The indexes."""
        return iter(self._scored)

    def __len__(self) -> int:
        """How many specs."""
        return len(self._scored)


def train_all(
    scoring: Scoring,
    dataset: Dataset,
    queue: Queue,
    *,
    executor: TrainingExecutor,
    weights: Weights,
    contest: str,
    member: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    poll_s: float = POLL_S,
) -> Trained:
    """The runs of every spec within budget.

    Equal specs are trained once, and what has a result in the queue is not trained again.

    Args:
        scoring, dataset: of the contest.
        queue, executor, weights, contest, on_progress, poll_s: see `run_jobs`.
        member: address of the member of the panel that makes a run of its own of each spec.
    """
    runs = [run for revealed in scoring.trainable for run in scoring.runs(revealed)]
    if member is not None:
        runs += [scoring.own_run(revealed, member) for revealed in scoring.trainable]
    return Trained(
        train_runs(
            scoring,
            dataset,
            runs,
            queue,
            executor=executor,
            weights=weights,
            contest=contest,
            on_progress=on_progress,
            poll_s=poll_s,
        )
    )


def train_runs(
    scoring: Scoring,
    dataset: Dataset,
    runs: Sequence[Run],
    queue: Queue,
    *,
    executor: TrainingExecutor,
    weights: Weights,
    contest: str,
    on_progress: Callable[[Progress], None] | None = None,
    poll_s: float = POLL_S,
) -> TrainedRuns:
    """The results of these `runs`; see `run_jobs` for what else is given."""
    assert dataset.holdout is not None
    data = TrainingData.of(scoring.data_name(), dataset.train, dataset.holdout)
    wanted = {
        run: Wanted(
            run.index,
            run.number,
            Job.of(
                run.spec,
                seed=run.seed,
                data=data,
                backend=scoring.manifest.backend,
                device=executor.device,
                arithmetic=scoring.manifest.arithmetic,
            ),
        )
        for run in runs
    }
    # Whoever shares the queue and wants no such runs, wants another list.
    members = dict.fromkeys(run.member for run in runs if run.member is not None)
    run_jobs(
        queue,
        "/".join((contest, *members)),
        data.name,
        list(wanted.values()),
        executor=executor,
        weights=weights,
        on_progress=on_progress,
        poll_s=poll_s,
    )
    return TrainedRuns(queue, {run: each.job.key for run, each in wanted.items()})


def training_by_queue(
    scoring: Scoring,
    queue: Queue,
    *,
    executor: ExecutorChoice,
    contest: str,
    on_progress: Callable[[Progress], None] | None = None,
) -> Train:
    """What trains for a verification, by way of the queue.

    Args:
        scoring: of the contest.
        queue: not the evaluator's own, which would only be compared with itself.
        executor: where the trainings happen.
        contest: its name in the queue, see `contest_name`.
        on_progress: hears of every training.
    """

    def train(runs: Sequence[Run]) -> Callable[[Run], TrainingResult]:
        dataset = scoring.dataset()
        trained = train_runs(
            scoring,
            dataset,
            runs,
            queue,
            executor=training_executor(executor, dataset, scoring.manifest.backend, scoring.manifest.arithmetic),
            weights=HashedWeights(),
            contest=contest,
            on_progress=on_progress,
        )
        return lambda run: trained[run].result

    return train
