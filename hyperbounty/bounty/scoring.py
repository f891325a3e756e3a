"""What the scores of a contest are made from, which trainings make them, and the score of a spec."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.seeds import contest_seed, own_run_seed, run_seed
from hyperbounty.bounty.types import Contest, RevealedSpec
from hyperbounty.errors import ManifestError
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.judge import Judged
from hyperbounty.statistics.metrics import MetricName, score_ppm
from hyperbounty.texts import escaped
from hyperbounty.training.machine import describe_versions
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Dataset


@dataclass(frozen=True)
class Run:
    """One training of a revealed spec.

    Attributes:
        index: of the spec.
        number: from 0 among the runs of the spec; those that members of a panel make for themselves come after the
            others.
        spec: its word.
        seed: of the training, 31 bits.
        member: of the panel, whose own run it is; None where the score rests on it.
    """

    index: int
    number: int
    spec: bytes
    seed: int
    member: str | None = None


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
    def trainable(self) -> tuple[RevealedSpec, ...]:
        """The specs that are trained; the others score 0."""
        return tuple(each for each in self.specs if not self.judged[each.spec].refusal)

    @cached_property
    def holdout_csv(self) -> bytes:
        """The holdout in canonical form, written once."""
        return self.holdout.to_csv()

    def runs(self, revealed: RevealedSpec) -> tuple[Run, ...]:
        """The trainings that the score of a spec is the mean of."""
        index, word = revealed.index, revealed.spec
        return tuple(
            Run(index, number, word, run_seed(self.seed, word, number)) for number in range(self.manifest.runs)
        )

    def own_run(self, revealed: RevealedSpec, member: str, place: int = 0) -> Run:
        """The training of a spec that only `member` of the panel makes; `place` tells members apart."""
        seed = own_run_seed(self.seed, revealed.spec, member)
        return Run(revealed.index, self.manifest.runs + place, revealed.spec, seed, member)

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


def spec_score(runs: Sequence[TrainingResult], metric: MetricName) -> int:
    """The mean score over runs in ppm, rounded down; 0 where any run diverged."""
    if any(run.diverged_at is not None for run in runs):
        return 0
    return score_ppm([run.score_ppm(metric) for run in runs])


def check_versions(manifest: Manifest) -> None:
    """Refuse to score with another engine than the manifest names: its numbers would be another contest's.

    Raises:
        ManifestError: names the first package that differs, or says that the manifest names one that decides no score.
        TrainingError: the contest's backend is not installed.
    """
    here = describe_versions(manifest.backend)
    unknown = sorted(manifest.versions.keys() - here.keys())
    if unknown:
        # Whoever wrote the manifest may have a package of this name in a registry.
        raise ManifestError(
            f"the manifest names {len(unknown)} packages that decide no score, one as {escaped(unknown[0], 40)!r}",
            "install nothing because of it, and do not score this contest",
        )
    for name, version in here.items():
        named = manifest.versions.get(name)
        if named not in (None, version):
            raise ManifestError(
                f"this contest is scored with {name} {escaped(named, 40)}, here is {version}",
                f"score it where that version of {name} is installed; take it from nowhere but its own project",
            )
