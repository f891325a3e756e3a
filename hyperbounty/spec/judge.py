"""Whether a contest takes a spec, decided once: its limits, its budget, and the bound on memory, in this order."""

from __future__ import annotations

from dataclasses import dataclass

from hyperbounty.errors import SpecError
from hyperbounty.spec.cost import budget_refusal, parameters, seconds
from hyperbounty.spec.memory import memory_refusal
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import refusal


@dataclass(frozen=True)
class Judged:
    """What a contest makes of a spec.

    Attributes:
        parameters: numbers in its model.
        seconds: of the reference core that one run takes, by formula.
        refusal: why it is not trained, with what to do about it; None where it is.
    """

    spec: Spec
    parameters: int
    seconds: int
    refusal: SpecError | None

    @property
    def reason(self) -> str:
        """Why it is refused, as reports have it; empty where it is not."""
        return "" if self.refusal is None else self.refusal.what

    def accepted(self) -> Spec:
        """The spec.

        Raises:
            SpecError: it is refused.
        """
        if self.refusal is not None:
            raise self.refusal
        return self.spec


def judge(word: bytes, limits: bytes, shape: TaskShape, run_seconds: int) -> Judged:
    """What a contest with these `limits`, `shape` of its task and `run_seconds` for a run makes of the spec in `word`.

    >>> from hyperbounty.spec.word import SPEC_MAXIMA
    >>> shape = TaskShape(features=8, rows=1000, sequence_length=60)
    >>> judge(Spec().word, SPEC_MAXIMA, shape, run_seconds=60).reason
    ''
    >>> judge(Spec().word, SPEC_MAXIMA, shape, run_seconds=1).reason
    'a run of this spec takes 3s of the reference core, and it may take 1s'

    Raises:
        SpecError: the word is no model in any contest.
    """
    outside = refusal(word, limits)
    if outside is not None and refusal(word) is not None:
        raise outside
    spec = Spec.from_word(word)
    return Judged(
        spec,
        parameters(spec, shape.features),
        seconds(spec, shape),
        outside or budget_refusal(spec, shape, run_seconds) or memory_refusal(spec, shape),
    )
