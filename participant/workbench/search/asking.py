"""What is tried next: proposals of Optuna's sampler, each judged before it is trained.

Whether a spec is over a budget is known exactly and for nothing, so the sampler does not have to learn it from trials:
it is asked again until a proposal is within. In the beginning, where it draws at random, that is a random draw from
what is within; later it draws near the best, which are within. A spec that was tried already is refused too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import optuna
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState

from hyperbounty.spec.judge import Judged, judge
from hyperbounty.spec.memory import memory_refusal
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from participant.workbench.search.space import Space

MOST_PROPOSALS: Final = 300
"""For one trial. Where so many in a row cannot be trained, nobody knows whether there is another that can."""


class Refusal(StrEnum):
    """Why a proposal is not trained."""

    TRIED = "tried"
    BUDGET = "budget"
    RUN_TIME = "run_time"
    MEMORY = "memory"
    LIMITS = "limits"

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_WORDS: Final = {
    Refusal.TRIED: "tried before",
    Refusal.BUDGET: "over the budget of a run",
    Refusal.RUN_TIME: "over the run_time of [search]",
    Refusal.MEMORY: "over the memory of a run",
    Refusal.LIMITS: "outside the limits",
}


def counted(refused: Mapping[Refusal, int]) -> str:
    """How many proposals were refused and why, in words.

    >>> counted({Refusal.RUN_TIME: 1_200, Refusal.TRIED: 1})
    '1,200 over the run_time of [search], 1 tried before'
    """
    return ", ".join(f"{count:,} {reason.words}" for reason, count in refused.items())


class NothingFound(Exception):
    """Many proposals in a row cannot be trained.

    Attributes:
        refused: by reason.
    """

    def __init__(self, refused: Mapping[Refusal, int]) -> None:
        super().__init__(counted(refused))
        self.refused = refused


@dataclass(frozen=True)
class Rules:
    """What a spec must keep to be trained.

    Attributes:
        limits, shape, budget_seconds: of the contest.
        run_seconds: most that a run may take in this search.
    """

    limits: bytes
    shape: TaskShape
    budget_seconds: int
    run_seconds: int

    def judge(self, spec: Spec) -> tuple[Judged, Refusal | None]:
        """What the contest makes of `spec`, and why it is not trained here; None where it is."""
        judged = judge(spec.word, self.limits, self.shape, self.budget_seconds)
        if judged.seconds > self.budget_seconds:
            return judged, Refusal.BUDGET
        if memory_refusal(spec, self.shape) is not None:
            return judged, Refusal.MEMORY
        if judged.refusal is not None:
            return judged, Refusal.LIMITS
        return judged, Refusal.RUN_TIME if judged.seconds > self.run_seconds else None


@dataclass(frozen=True)
class Proposal:
    """What to try.

    Attributes:
        parameters: of the space.
        judged: the spec that they stand for.
        refused: proposals before it that are not trained, by reason.
    """

    parameters: Mapping[str, Any]
    judged: Judged
    refused: Mapping[Refusal, int]


def propose(
    space: Space, rules: Rules, trials: Sequence[FrozenTrial], tried: Collection[Spec], *, seed: int
) -> Proposal:
    """The next spec to try, by multivariate TPE.

    The same arguments give the same proposal.

    Args:
        space, rules: what may be tried.
        trials: that there are, finished or not, with parameters of the space.
        tried: their specs.
        seed: of the search. The number of trials is mixed in, so that each is drawn anew, also by another process.

    Raises:
        NothingFound: `MOST_PROPOSALS` in a row cannot be trained.
    """
    mixed = hashlib.sha256(f"search {seed} {len(trials)}".encode()).digest()
    sampler = TPESampler(seed=int.from_bytes(mixed[:4], "big"), multivariate=True, constant_liar=True)
    # A study in memory: what is asked in vain shall not stand in the journal.
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.add_trials([trial for trial in trials if trial.state != TrialState.FAIL])
    refused = Counter[Refusal]()
    for _ in range(MOST_PROPOSALS):
        trial = study.ask(space.distributions)
        spec = space.spec(trial.params)
        judged, refusal = rules.judge(spec)
        if spec in tried:
            refusal = Refusal.TRIED
        if refusal is None:
            return Proposal(trial.params, judged, refused)
        refused[refusal] += 1
        study.tell(trial, state=TrialState.FAIL)
    raise NothingFound(refused)
