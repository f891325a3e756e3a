"""The leaderboard and the entries of a report: from revealed specs and published predictions to what is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hyperbounty.bounty.gathering import FAULTS, gather
from hyperbounty.bounty.published import bring_details, fetch_details
from hyperbounty.bounty.report import RunDetails, SpecDetails
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.show.contest import ContestFacts
from hyperbounty.bounty.show.entries import OwnEntry
from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.types import Outcome, Phase, RevealedSpec
from hyperbounty.errors import InvalidInput, ManifestError, PriceDataError, SpecError, StoreError, TrainingError
from hyperbounty.format import moment, percent
from hyperbounty.money import format_amount
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import HALF_PPM, METRICS, Confusion
from hyperbounty.statistics.ppm import PPM
from hyperbounty.statistics.strategy import deepest_fall, follow
from hyperbounty.store import ContentStore
from hyperbounty.training.predictions import unpacked
from hyperbounty.training.windows import Dataset, Windows, window_starts
from participant.bounty.board import fate, in_order
from participant.workbench.report.facts import Block, Blocks, Entry, Missing, Run, Standing, Strategy
from participant.workbench.stated import KeptStatements, Statement, stated_before

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

_UNREADABLE = (ManifestError, SpecError, StoreError, TrainingError)


@dataclass
class Reported:
    """The leaderboard and the entries of a report: what they are made from is read once, at first use.

    Attributes:
        kept: what was said at home before.
        cost_ppm: of a trade, for the strategy.
        remarks: what is to be said beside; the entries add to them.
        details: the runs of specs by index, or why they could not be read.
    """

    contract: BountyContract
    store: ContentStore
    kept: KeptStatements
    facts: ContestFacts
    cost_ppm: int
    remarks: list[str]
    details: dict[int, SpecDetails | Missing] = field(default_factory=dict)

    @cached_property
    def scoring(self) -> Scoring | Missing:
        """What the scores are made from; why it is not to be had, where it is not."""
        try:
            return gather(self.contract, self.store, self.facts.contest.number)
        except (InvalidInput, StoreError, *FAULTS) as error:
            return Missing(f"The holdout cannot be shown: {error.what}.")

    @cached_property
    def dataset(self) -> Dataset | Missing:
        """The windows that were trained on, and those that were predicted."""
        if isinstance(self.scoring, Missing):
            return self.scoring
        try:
            return self.scoring.dataset()
        except PriceDataError as error:
            return Missing(f"The holdout cannot be shown: {error.what}.")

    @property
    def holdout(self) -> Windows | Missing:
        """The windows that were predicted, with what came."""
        if isinstance(self.dataset, Missing):
            return self.dataset
        assert self.dataset.holdout is not None
        return self.dataset.holdout

    @property
    def skilless_ppm(self) -> int:
        """What a constant model scores."""
        manifest, report = self.facts.manifest, self.facts.report
        if not METRICS[manifest.metric].follows_base_rate:
            return HALF_PPM
        if report is not None:
            return report.holdout.base_rate_ppm
        rises = manifest.estimates.rise_rate_ppm
        return max(rises, PPM - rises)

    def bring(self, indexes: Sequence[int]) -> None:
        """Read the runs of these specs, all asked for at once."""
        report = self.facts.report
        if report is None or not self.facts.scores:
            return
        bring_details(self.store, report, indexes)
        for index in indexes:
            try:
                found = fetch_details(self.store, report.specs[index], self.facts.manifest)
            except _UNREADABLE as error:
                found = None
                self.details[index] = Missing(f"The runs of this spec could not be read: {error.what}.")
            if found is not None:
                self.details[index] = found

    def board(self, participant: str) -> tuple[Standing, ...] | Missing:
        """Every scored spec by place."""
        facts = self.facts
        if not facts.scores:
            return Missing(_no_scores(facts))
        ordered = sorted(facts.specs, key=lambda spec: in_order(facts, spec, facts.standing_of(spec)))
        return tuple(self._standing(spec, participant) for spec in ordered)

    @cached_property
    def _on_place(self) -> Mapping[int, int]:
        """How many specs have each place."""
        return Counter(each.place for spec in self.facts.specs if (each := self.facts.standing_of(spec)) is not None)

    def _standing(self, spec: RevealedSpec, participant: str) -> Standing:
        scored = self.facts.standing_of(spec)
        return Standing(
            place=None if scored is None else scored.place,
            shared=scored is not None and self._on_place[scored.place] > 1,
            spec=Spec.from_word(spec.spec).describe(),
            who=spec.participant,
            own=spec.participant == participant,
            score_ppm=self.facts.scores[spec.index],
            interval_ppm=None if scored is None else scored.interval_ppm,
            fate=fate(self.facts, spec, scored),
            prize=self._prize(spec.index),
            note="" if scored is None else scored.note,
        )

    def _prize(self, index: int) -> str:
        contest = self.facts.contest
        if contest.outcome in (Outcome.VOID, Outcome.CANCELLED) or index not in contest.winners:
            return ""
        return format_amount(prize_of(contest, contest.winners.index(index)), contest.asset)

    def entry(self, own: OwnEntry, participant: str) -> Entry:
        """One slot of the account."""
        revealed = None if own.index is None else self.facts.specs[own.index]
        standing = None
        if revealed is not None and self.facts.scores:
            standing = self._standing(revealed, participant)
        stated = self._stated(own)
        runs = self._runs(own)
        logits = self._logits(own)
        return Entry(
            slot=own.slot,
            state=f"{own.state[:1].upper()}{own.state[1:]}.",
            # A sealed spec is not written where a file may be passed on.
            spec=None if own.sealed or own.spec is None else Spec.from_word(own.spec).describe(),
            standing=standing,
            runs=runs,
            strategy=logits if isinstance(logits, Missing) else self._strategy(logits),
            blocks=self._blocks(stated, runs),
            stated=stated,
        )

    def _stated(self, own: OwnEntry) -> Statement | Missing:
        if own.spec is None:
            return Missing(
                "The spec is sealed, and its account is not open here: nothing that was said of it is found."
            )
        name = self.contract.contest_name(own.contest.number)
        found = stated_before(self.kept.all(name, own.spec), own.contest.submit_ends)
        return found or Missing("Nothing was kept at home: no folds were trained for this spec, and no odds asked for.")

    def _runs(self, own: OwnEntry) -> tuple[Run, ...] | Missing:
        found = self._found(own)
        if isinstance(found, Missing):
            return found
        return tuple(self._run(run) for run in found.runs)

    def _found(self, own: OwnEntry) -> SpecDetails | Missing:
        if own.index is None:
            return Missing("It is sealed: runs, curves and predictions are there once it is revealed and scored.")
        if not self.facts.scores:
            return Missing(_no_scores(self.facts))
        if self.facts.report is None:
            return Missing(
                "The evaluator's report cannot be read, so its runs are not known. Its scores stand on chain."
            )
        scored = self.facts.report.specs[own.index]
        if scored.spec != "0x" + self.facts.specs[own.index].spec.hex():
            return Missing("The evaluator's report is about other specs than were revealed: do not trust its author.")
        if scored.details is None:
            return Missing(f"It was not trained: {scored.note}{f', {scored.reason}' if scored.reason else ''}.")
        return self.details[own.index]

    def _run(self, run: RunDetails) -> Run:
        confusion = recomputed = None
        logits = self._logits_of(run)
        if not isinstance(logits, Missing) and not isinstance(self.holdout, Missing):
            rises = self.holdout.labels.astype(bool)
            confusion = Confusion.of(rises, logits)
            recomputed = METRICS[self.facts.manifest.metric].score(rises, logits)
            if recomputed != run.score_ppm:
                self.remarks.append(
                    f"The published predictions of run {run.run} score {percent(recomputed)}, and the report says "
                    f"{percent(run.score_ppm)}: do not trust its author."
                )
        return Run(
            number=run.run,
            seed=run.seed,
            score_ppm=run.score_ppm,
            diverged_at=run.diverged_at,
            seconds=run.seconds,
            losses=run.losses,
            scores_ppm=run.holdout_scores_ppm,
            confusion=confusion,
            recomputed_ppm=recomputed,
        )

    def _logits_of(self, run: RunDetails) -> NDArray[np.float32] | Missing:
        """The predictions of a run, as many as the holdout has windows."""
        if isinstance(self.holdout, Missing):
            return self.holdout
        if run.diverged_at is not None:
            return Missing(f"Run {run.run} diverged, so it predicts nothing.")
        try:
            logits = unpacked(run.predictions)
        except TrainingError as error:
            return Missing(f"The predictions of run {run.run} cannot be read: {error.what}.")
        if len(logits) != len(self.holdout):
            return Missing(f"Run {run.run} has {len(logits):,} predictions for {len(self.holdout):,} windows.")
        return logits

    def _logits(self, own: OwnEntry) -> list[NDArray[np.float32]] | Missing:
        """The predictions of all runs; why there are none, where one is missing."""
        found = self._found(own)
        if isinstance(found, Missing):
            return found
        logits = []
        for run in found.runs:
            each = self._logits_of(run)
            if isinstance(each, Missing):
                return each
            logits.append(each)
        return logits

    def _strategy(self, logits: Sequence[NDArray[np.float32]]) -> Strategy | Missing:
        if isinstance(self.scoring, Missing) or isinstance(self.holdout, Missing):
            return Missing("The holdout cannot be shown.")
        task, table = self.facts.manifest.task, self.scoring.holdout
        prices = np.asarray(table.column(f"{task.coin}.close"), dtype=np.float64)
        ends = self.holdout.starts + self.holdout.length - 1
        predictions = np.mean([each > 0 for each in logits], axis=0)
        costs = (self.cost_ppm / PPM, 0.0)
        paid, free = (follow(prices, ends, predictions, periods=task.future_periods, cost=each) for each in costs)
        return Strategy(
            coin=task.coin,
            periods=task.future_periods,
            interval=self.facts.manifest.interval,
            times=[int(table.times[row]) for row in paid.rows],
            strategy=paid.strategy.tolist(),
            hold=paid.hold.tolist(),
            cost_ppm=self.cost_ppm,
            free_ppm=round(PPM * (float(free.strategy[-1]) - 1)),
            invested=paid.invested,
            turnover=paid.turnover,
            strategy_fall=deepest_fall(paid.strategy),
            hold_fall=deepest_fall(paid.hold),
        )

    def _blocks(self, stated: Statement | Missing, runs: tuple[Run, ...] | Missing) -> Blocks | Missing:
        if isinstance(stated, Missing):
            return stated
        if isinstance(runs, Missing):
            return runs
        if isinstance(self.scoring, Missing) or isinstance(self.dataset, Missing) or isinstance(self.holdout, Missing):
            return Missing("The holdout cannot be shown.")
        training, table = self.scoring.training, self.scoring.holdout
        folds = []
        for fold in stated.folds:
            first, last = (int(training.times.searchsorted(at)) for at in (fold.first_time, fold.last_time))
            try:
                rows = training.rows(first, min(last + 1, len(training)))
                rises = self._rises(rows)
            except (PriceDataError, InvalidInput):
                return Missing("What was kept of the folds is not of this contest's prices.")
            folds.append(
                Block(
                    name=f"fold {fold.number}",
                    first_time=fold.first_time,
                    last_time=fold.last_time,
                    training_windows=fold.training_windows,
                    windows=fold.windows,
                    scores_ppm=fold.scores_ppm,
                    rises=rises,
                    **self._moved(rows),
                )
            )
        holdout = Block(
            name="holdout",
            first_time=int(table.times[0]),
            last_time=int(table.times[-1]),
            training_windows=len(self.dataset.train),
            windows=len(self.holdout),
            scores_ppm=tuple(run.score_ppm for run in runs),
            rises=self.holdout.rise_rate,
            **self._moved(table),
        )
        return Blocks(tuple(folds), holdout)

    def _rises(self, rows: PriceTable) -> float:
        """Share of the windows of these rows after which the price rose."""
        task = self.facts.manifest.task
        ends = window_starts(rows, task.sequence_length, task.future_periods) + task.sequence_length - 1
        prices = rows.column(f"{task.coin}.close")
        return float((prices[ends + task.future_periods] > prices[ends]).mean())

    def _moved(self, rows: PriceTable) -> dict[str, float]:
        prices = rows.column(f"{self.facts.manifest.task.coin}.close")
        steps = prices[1:] / prices[:-1] - 1
        return {"volatility": float(steps.std()), "change": float(prices[-1] / prices[0] - 1)}


def _no_scores(facts: ContestFacts) -> str:
    contest = facts.contest
    if contest.unscorable:
        return f"The evaluator says that this contest cannot be scored: {facts.reason or 'it gives no reason'}."
    if contest.phase <= Phase.REVEAL:
        return "No scores stand yet: the specs are still sealed, or being revealed."
    if contest.phase is Phase.SCORE and contest.score_ends is not None:
        return f"No scores stand yet: the evaluator has until {moment(contest.score_ends)}."
    return "No scores stand: nobody recorded any in time, or the contest is void."
