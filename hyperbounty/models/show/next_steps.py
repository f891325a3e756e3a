"""What somebody can do about a model, as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.show.own import OwnPart


def next_steps(model: SharedModel, *, encodes: bool = True) -> tuple[NextStep, ...]:
    """What anybody can do about a model.

    Args:
        model: as it stands.
        encodes: its encoder is known; else the features themselves are given.
    """
    number = (model.number,)
    sample = ("SAMPLE",) if encodes else (Parameter("features", "NUMBERS"),)
    if model.stage is Stage.DRAFT:
        return (NextStep("it is a draft: its creator publishes it when it is complete"),)
    predict = NextStep("ask it, for free: {}", Action("model.predict", (*number, *sample)))
    if model.stage is Stage.CLOSED:
        return predict, NextStep("it takes no more samples; what you have in it: {}", Action("model.status", number))
    if model.rests:
        return predict, NextStep(
            "it takes no samples until the market on it has ended; see that, and what a batch can win: {}",
            Action("model.market.show", number),
        )
    add = Action("model.add", (*number, Parameter("label", "CLASS"), *sample))
    return predict, NextStep("add a sample: {}", add)


def own_step(part: OwnPart) -> NextStep | None:
    """What an account does next about its part in a model; None where there is nothing to do, now or later."""
    number = (part.model.number,)
    if part.refunds:
        return NextStep("have your stakes back: {}", Action("model.refund", number))
    if part.reports:
        return NextStep("take your share of what the model contradicts: {}", Action("model.report", number))
    if part.claims:
        return NextStep("take what is left, before others do: {}", Action("model.claim", number))
    if part.next_at is not None:
        return NextStep("have all of it done in time: {}", Action("model.watch", number))
    return None
