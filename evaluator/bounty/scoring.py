"""Scoring a contest: every revealed spec retrained with seeds nobody chose, its mean score on the holdout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from evaluator.queue.coordinator import POLL_S, Progress, run_jobs
from evaluator.queue.queue import Queue, Wanted
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.weights import Weights
from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.seeds import contest_seed, own_run_seed, run_seed
from hyperbounty.bounty.types import Contest, RevealedSpec
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.training import TrainingExecutor
from hyperbounty.errors import TrainingError
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.judge import Judged
from hyperbounty.statistics.metrics import MetricName, score_ppm
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Dataset

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract


@dataclass(frozen=True)
class Scoring:
    """All that the scores of a contest are made from, and nothing else.

    Attributes:
        holdout: the opened holdout; its rows end the evidence.
        key: the published holdout key, None in `future` mode.
        specs: every revealed spec, in index order.
        prevrandao: of the first block at or after `revealEnds`, 32 bytes.
    """

    contest: Contest
    manifest: Manifest
    training: PriceTable
    holdout: PriceTable
    key: bytes | None
    specs: Sequence[RevealedSpec]
    prevrandao: bytes

    @cached_property
    def seed(self) -> bytes:
        """The contest's seed. Every run of every spec asks for it, and it takes a hash of each salt."""
        return contest_seed(self.key, (revealed.salt for revealed in self.specs), self.prevrandao)

    @cached_property
    def judged(self) -> dict[bytes, Judged]:
        """What the contest makes of each revealed word: only its cost or its memory can still stand against it."""
        return {each.spec: self.manifest.judge(each.spec, self.contest.limits) for each in self.specs}

    @cached_property
    def holdout_csv(self) -> bytes:
        """The holdout in canonical form, written once."""
        return self.holdout.to_csv()

    def data_name(self) -> str:
        """What `dataset()` is made from, as SHA-256 (hexadecimal): equal names mean equal windows, in any contest."""
        manifest = self.manifest
        facts = {
            "training": manifest.training.cid,
            "holdout": hashlib.sha256(self.holdout_csv).hexdigest(),
            "interval": manifest.interval,
            "task": manifest.task.model_dump(mode="json"),
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def dataset(self) -> Dataset:
        """Windows for training and for scoring; the scaler knows the training rows only."""
        return self.manifest.task.dataset(self.training, self.holdout)


class Trained(Mapping[int, Sequence[StoredResult]]):
    """The runs of every trained spec, by index. They stay in the queue and are read when asked for, spec by spec.

    Args:
        queue: where they are.
        keys: of the runs, by index.
        own_keys: of the runs that one member of the panel makes, by its address and the index.
    """

    def __init__(
        self,
        queue: Queue,
        keys: Mapping[int, Sequence[str]],
        own_keys: Mapping[tuple[str, int], str],
    ) -> None:
        self._queue = queue
        self._keys = keys
        self._own_keys = own_keys

    def own(self, member: str, index: int) -> StoredResult:
        """The run of the spec with this index that is the member's own; errors as for the others."""
        return self._whole(index, [self._own_keys[member, index]])[0]

    def __getitem__(self, index: int) -> Sequence[StoredResult]:
        """The runs of the spec with this index.

        Raises:
            TrainingError: a result was damaged since it was made.
        """
        return self._whole(index, self._keys[index])

    def _whole(self, index: int, keys: Sequence[str]) -> list[StoredResult]:
        stored = [self._queue.result(key) for key in keys]
        whole = [result for result in stored if result is not None]
        if len(whole) < len(stored):
            raise TrainingError(f"a result of spec {index} was damaged in the queue", "run again: it is trained anew")
        return whole

    def __iter__(self) -> Iterator[int]:
        """The indexes."""
        return iter(self._keys)

    def __len__(self) -> int:
        """How many specs."""
        return len(self._keys)


def train_all(
    scoring: Scoring,
    dataset: Dataset,
    queue: Queue,
    *,
    executor: TrainingExecutor,
    weights: Weights,
    contest: str,
    indexes: Collection[int] | None = None,
    own: Mapping[str, Collection[int]] = MappingProxyType({}),
    on_progress: Callable[[Progress], None] | None = None,
    poll_s: float = POLL_S,
) -> Trained:
    """The runs of every spec within budget, or of those with these `indexes`; see `run_jobs` for the rest.

    Equal specs are trained once, and what has a result in the queue is not trained again.

    Args:
        scoring, dataset: of the contest.
        queue, executor, weights, contest, on_progress, poll_s: see `run_jobs`.
        indexes: specs to train; all where None.
        own: by the address of a member of the panel, the specs whose run of its own is trained too. Those that no
            contest trains are left out.
    """
    assert dataset.holdout is not None
    data = TrainingData.of(scoring.data_name(), dataset.train, dataset.holdout)

    def job(spec: bytes, seed: int) -> Job:
        return Job.of(
            spec,
            seed=seed,
            data=data,
            backend=scoring.manifest.backend,
            device=executor.device,
            arithmetic=scoring.manifest.arithmetic,
        )

    runs = scoring.manifest.runs
    seed = scoring.seed
    wanted: dict[int, list[Wanted]] = {}
    wanted_own: dict[tuple[str, int], Wanted] = {}
    for revealed in scoring.specs:
        index, spec = revealed.index, revealed.spec
        if scoring.judged[spec].refusal:
            continue
        if indexes is None or index in indexes:
            wanted[index] = [Wanted(index, run, job(spec, run_seed(seed, spec, run))) for run in range(runs)]
        for place, (member, own_indexes) in enumerate(own.items()):
            if index in own_indexes:
                own_seed = own_run_seed(seed, spec, member)
                wanted_own[member, index] = Wanted(index, runs + place, job(spec, own_seed))
    run_jobs(
        queue,
        # Whoever shares the queue and wants no such runs, wants another list.
        "/".join((contest, *own)),
        data.name,
        [*(w for made in wanted.values() for w in made), *wanted_own.values()],
        executor=executor,
        weights=weights,
        on_progress=on_progress,
        poll_s=poll_s,
    )
    return Trained(
        queue,
        {index: [w.job.key for w in made] for index, made in wanted.items()},
        {place: w.job.key for place, w in wanted_own.items()},
    )


def spec_score(runs: Sequence[TrainingResult], metric: MetricName) -> int:
    """The mean score over runs in ppm, rounded down; 0 where any run diverged."""
    if any(run.diverged_at is not None for run in runs):
        return 0
    return score_ppm([run.score_ppm(metric) for run in runs])


def contest_name(contract: BountyContract, scoring: Scoring) -> str:
    """What the queue calls a contest: its chain, contract and number."""
    return f"{contract.chain.chain_id}/{contract.address}/{scoring.contest.number}"
