"""A contest from Python: its data, specs trained on them, and their odds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from hyperbounty.api.data import Data
from hyperbounty.api.result import Odds, Result
from hyperbounty.bounty.prospects import prospects
from hyperbounty.bounty.published import fetch_manifest, fetch_prices
from hyperbounty.bounty.rehearsal import USUAL_FOLDS, USUAL_SEEDS, Rehearsal, rehearse
from hyperbounty.errors import InvalidInput, SpecError
from hyperbounty.extras import require as require_extra
from hyperbounty.spec.judge import Judged
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.suggestions import suggest
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store import Cid
from hyperbounty.training.arithmetic import require
from hyperbounty.training.kept import TRAININGS, KeptTrainings

if TYPE_CHECKING:
    from hyperbounty.bounty import types
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.session import Session


class Contest:
    """A contest as it stood when it was asked for. `Connection.contest` makes one.

    What it publishes is fetched at first use, checked against the hash on the chain, and kept.

    >>> contest
    Contest(1, phase='submit', minimum=0.5)
    >>> contest.terms.asset.shown(contest.terms.reward), contest.manifest.metric
    ('0.5 ETH', 'balanced_accuracy')

    Attributes:
        session: settings, chain, store and account.
        terms: as the contract has them: amounts in the smallest unit of the asset, deadlines in unix seconds, scores in
            ppm; also phase and outcome.
    """

    def __init__(self, session: Session, terms: types.Contest) -> None:
        self.session = session
        self.terms = terms

    def __repr__(self) -> str:
        return f"Contest({self.number}, phase={self.terms.phase.label!r}, minimum={self.minimum:g})"

    @property
    def number(self) -> int:
        """Of the contest, from 1."""
        return self.terms.number

    @property
    def minimum(self) -> float:
        """The score that an entry must reach to be paid, from 0 to 1."""
        return self.terms.minimum_score / PPM

    @property
    def manifest_cid(self) -> str:
        """The CID of the manifest, which fixes everything that decides a score."""
        return str(Cid.from_digest(self.terms.manifest))

    @cached_property
    def manifest(self) -> Manifest:
        """The task: title, columns, metric, runs, budget.

        Raises:
            ManifestError: what is published is no manifest.
            ContentNotFound, StoreUnavailable: nobody has it, or the store does not answer.
        """
        return fetch_manifest(self.session.store, self.terms.manifest)

    def data(self) -> Data:
        """The training prices, checked against the manifest's hash.

        >>> contest.data()
        Data(4,800 rows, columns=[...])

        Raises:
            ManifestError: they are not what was announced.
            ContentNotFound, StoreUnavailable: nobody has them, or the store does not answer.
        """
        return self._data

    @cached_property
    def _data(self) -> Data:
        manifest = self.manifest
        return Data(manifest, fetch_prices(self.session.store, manifest.training, manifest))

    def judge(self, spec: Spec) -> Judged:
        """What this contest makes of `spec`: what a run costs in seconds of the reference core, and why it is refused.

        Its `refusal` is None where the contest takes the spec.

        >>> contest.judge(Spec()).seconds, contest.judge(Spec()).refusal is None
        (3, True)
        >>> contest.judge(Spec(recurrent_units=(512,), epochs=1000)).refusal is None
        False
        """
        return self.manifest.judge(spec.word, self.terms.limits)

    def suggest(self) -> dict[str, Spec]:
        """A small, a middle and a large spec to begin with, by size; nothing of them is fitted to the prices.

        >>> list(contest.suggest())
        ['small', 'middle', 'large']

        Raises:
            SpecError: the budget pays for no spec that the limits allow.
        """
        found = suggest(self.terms.limits, self.manifest.shape, self.manifest.run_seconds)
        return {name: judged.spec for name, judged in found.items()}

    def train(
        self,
        spec: Spec,
        *,
        folds: int = USUAL_FOLDS,
        seeds: int = USUAL_SEEDS,
        first_seed: int = 0,
        train_rows: int | None = None,
        jobs: int | None = 1,
        on_epochs: Callable[[int], None] | None = None,
    ) -> Result:
        """Train `spec` at home, as the evaluator would, on blocks at the end of the training prices.

        What was trained is kept under the home, and shared with the command line: nothing trains twice.

        >>> result = contest.train(Spec(cell="GRU", recurrent_units=(8,), epochs=1), folds=2, seeds=1)
        >>> result.scores.shape, 0 <= result.mean <= 1
        ((2, 1), True)

        Args:
            spec: that the contest takes.
            folds: blocks of 12 % of the rows, 1 to 7, each predicted from the rows before it alone.
            seeds: trainings of each fold, with the seeds `first_seed`, `first_seed` + 1, …
            train_rows: rows before each block to train on; None takes all.
            jobs: trainings at a time. More than one starts processes, so a script calls this under
                `if __name__ == "__main__":`; None takes as many as there are cores. The scores are the same.
            on_epochs: hears how many epochs are over, of `folds` × `seeds` × `spec.epochs`.

        Raises:
            SpecError: the contest does not take the spec.
            InvalidInput, PriceDataError: the prices cannot be cut so.
            TrainingError: a training could not be carried out, or this machine cannot make scores of this contest.
            MissingExtra: no training backend is installed.
        """
        rehearsal = self.rehearse(
            [spec],
            folds=folds,
            seeds=range(first_seed, first_seed + seeds),
            train_rows=train_rows,
            jobs=jobs,
            on_epochs=on_epochs,
        )
        return Result(rehearsal)

    def rehearse(
        self,
        specs: Sequence[Spec],
        *,
        folds: int = USUAL_FOLDS,
        seeds: Sequence[int] = range(USUAL_SEEDS),
        train_rows: int | None = None,
        jobs: int | None = 1,
        on_epochs: Callable[[int], None] | None = None,
    ) -> Rehearsal:
        """Train several specs in one go; `train` has the arguments and errors, `seeds` are the seeds themselves."""
        require_extra("train")
        manifest = self.manifest
        judged = [self._accepted(spec) for spec in specs]
        require(manifest.arithmetic, manifest.backend)
        return rehearse(
            judged,
            self.terms,
            manifest,
            self.data().prices,
            folds=folds,
            seeds=seeds,
            train_rows=train_rows,
            jobs=jobs,
            kept=KeptTrainings(self.session.home / TRAININGS),
            on_epochs=on_epochs,
        )

    def odds(self, result: Result, *others: Result, tried: int = 1) -> Odds:
        """The chance that the spec of `result` clears the bar, and a coin's.

        >>> odds = contest.odds(result)
        >>> 0 <= odds.chance <= 1, odds.minimum, odds.tried
        (True, 0.5, 1)

        Args:
            result: of a training on this contest.
            others: what the spec was chosen from: whoever takes the best of many has chosen luck too, and that is taken
                off. They must have the same folds and as many seeds.
            tried: specs that were tried in all, where that is more than are given.

        Raises:
            InvalidInput: the results are of different folds, or of different numbers of seeds.
        """
        results = (result, *others)
        if len({(each.fold_names, len(each.seeds)) for each in results}) > 1:
            raise InvalidInput(
                "results of different folds, or of different numbers of seeds, cannot be compared",
                "train all of them with the same folds and seeds",
            )
        together = replace(result.rehearsal, specs=tuple(each.rehearsed for each in results))
        found = prospects(together, self.manifest, self.data().prices, tried)
        made = found.odds[0]
        return Odds(
            spec=result.spec,
            chance=made.chance,
            coin=found.coin_ppm / PPM,
            minimum=together.minimum_ppm / PPM,
            expected=made.expected_ppm / PPM,
            error=made.error_ppm / PPM,
            tried=found.tried,
            prospects=found,
        )

    def _accepted(self, spec: Spec) -> Judged:
        judged = self.judge(spec)
        if judged.refusal is not None:
            raise SpecError(f"{spec.describe()}: {judged.refusal.what}", judged.refusal.next_step)
        return judged
