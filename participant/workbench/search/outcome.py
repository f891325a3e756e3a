"""What a search came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from participant.workbench.search.asking import Refusal
from participant.workbench.search.finals import Finalist
from participant.workbench.search.importance import importances
from participant.workbench.search.journal import Journal, not_trained
from participant.workbench.search.pruning import Saved, saved


@dataclass(frozen=True)
class Outcome:
    """A search, so far.

    Attributes:
        trials: all of them, in order.
        finalists: the best, with new seeds, by rank; none where no trial was trained on all folds.
        importances: share of 1 that each field has in being good; empty where too few trials tell.
        saved: by giving up trials.
        not_trained: proposals, by the reason why they were not.
        found_no_more: nothing more to try was found.
    """

    trials: Sequence[FrozenTrial]
    finalists: Sequence[Finalist]
    importances: Mapping[str, float]
    saved: Saved
    not_trained: Mapping[Refusal, int]
    found_no_more: bool

    @classmethod
    def of(cls, journal: Journal, finalists: Sequence[Finalist], folds: int, *, found_no_more: bool) -> Outcome:
        """What stands in the journal of a search on so many folds."""
        trials = journal.trials()
        return cls(
            trials, finalists, importances(journal.study), saved(trials, folds), not_trained(trials), found_no_more
        )

    def trial(self, number: int) -> FrozenTrial:
        """The trial with this number."""
        return next(trial for trial in self.trials if trial.number == number)

    def count(self, state: TrialState) -> int:
        """Trials in a state."""
        return sum(trial.state == state for trial in self.trials)

    def others(self) -> list[FrozenTrial]:
        """Trials on all folds that are not among the finalists, the best first."""
        chosen = {each.trial for each in self.finalists}
        whole = [trial for trial in self.trials if trial.state == TrialState.COMPLETE and trial.number not in chosen]
        return sorted(whole, key=lambda trial: (-(trial.value or 0.0), trial.number))
