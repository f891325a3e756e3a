"""What an organizer chooses about the task of a contest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import click

from hyperbounty.cli.options import option
from hyperbounty.cli.parameters import Duration, Ppm, PublishedText, Share
from hyperbounty.errors import InvalidInput
from hyperbounty.format import about, percent
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.statistics.luck import USUAL_LUCK, Lottery
from hyperbounty.statistics.metrics import DEFAULT_METRIC, MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.training.machine import BACKEND, MOST_LANES, Backend

_ROWS: Final = click.IntRange(1, 10_000)


@dataclass(frozen=True, kw_only=True)
class TaskSettings:
    """The task, in the order of `organizer open --help`, which is made from these fields.

    Attributes:
        coin: whose price is to be predicted.
        metric: what a score is.
        luck_ppm: most that the chance may be that luck alone is paid; makes the bar where that is not given.
        minimum_score_ppm: the bar; None for the one that `luck_ppm` makes.
        allow_luck: whether the bar may be one that luck passes with a chance above 5 %.
        runs: trainings per spec.
        sequence_length: rows of a window.
        future_periods: rows ahead that the target looks.
        holdout: whether the test window exists already and is encrypted, or lies after `revealEnds`.
        private_data: whether the organizer says that nobody else has the prices (`sealed`).
        holdout_fraction: share of the rows, at the end, that is held out (`sealed`).
        future_rows: rows after `revealEnds` that are the holdout (`future`); None for `publishing.FUTURE_ROWS`.
        backend: what the scores are made with.
        lanes: specs that train side by side in one program.
        title: of the contest; None for the question that it asks.
        run_seconds: most that one run may take of the reference core; None leaves room for
            `publishing.LARGEST_USUAL_SPEC`.
        tolerance_ppm: allowed distance of a score made elsewhere.
    """

    coin: str = field(metadata=option("Whose price is to be predicted."))
    metric: MetricName = field(default=DEFAULT_METRIC, metadata=option("What a score is: see docs/protocol.md, Score."))
    luck_ppm: int = field(
        default=round(USUAL_LUCK * PPM),
        metadata=option(
            "The bar is the least with which luck alone is paid with at most this chance.", name="luck", type=Ppm()
        ),
    )
    minimum_score_ppm: int | None = field(
        default=None,
        metadata=option(
            "The bar itself, such as 55%, for who knows better.",
            name="minimum",
            type=Ppm(),
            shown_default="what --luck makes it",
        ),
    )
    allow_luck: bool = field(default=False, metadata=option("Open even if luck alone is paid with a chance above 5%."))
    runs: int = field(
        default=3, metadata=option("Trainings of each spec; its score is their mean.", type=click.IntRange(1, 100))
    )
    sequence_length: int = field(
        default=60, metadata=option("Rows of prices in a window.", type=click.IntRange(2, 10_000))
    )
    future_periods: int = field(default=3, metadata=option("How many rows ahead the prediction looks.", type=_ROWS))
    holdout: Literal["future", "sealed"] = field(
        default="future", metadata=option("What specs are scored on: prices to come, or the sealed end of these.")
    )
    private_data: bool = field(
        default=False, metadata=option("With sealed: say that nobody else has these prices, as far as you know.")
    )
    holdout_fraction: float = field(
        default=0.2,
        metadata=option(
            "With sealed: the share of the prices that is kept for the scores.", type=Share(10_000, 900_000)
        ),
    )
    future_rows: int | None = field(
        default=None,
        metadata=option(
            "With future: how many rows of prices the scores are made on.",
            type=click.IntRange(2),
            shown_default="2000, or what comes in 30 days; on the sample, what it has",
        ),
    )
    backend: Backend = field(default=BACKEND, metadata=option("What the specs are trained with."))
    lanes: int = field(
        default=1,
        metadata=option(
            "With jax: how many specs train side by side in one program; more than 1 for an accelerator.",
            type=click.IntRange(1, MOST_LANES),
        ),
    )
    title: str | None = field(
        default=None,
        metadata=option("Title of the contest; left out, the question that it asks.", type=PublishedText(200)),
    )
    run_seconds: int | None = field(
        default=None,
        metadata=option(
            "The longest that one run of a spec may take on the reference core; docs/spec.md has the formula.",
            name="run-time",
            type=Duration(),
            shown_default="enough for two LSTM layers of 128 units and 30 epochs",
        ),
    )
    tolerance_ppm: int = 5_000

    def minimum_for(self, lottery: Lottery) -> int:
        """The bar of a contest that luck sees as `lottery`, in ppm.

        Raises:
            InvalidInput: luck has too good a chance and is not allowed to, or no bar keeps it from being paid.
        """
        least = lottery.bar_ppm(USUAL_LUCK)
        minimum = lottery.bar_ppm(self.luck_ppm / PPM) if self.minimum_score_ppm is None else self.minimum_score_ppm
        if self.allow_luck:
            return min(minimum, PPM)
        insist = Parameter("allow_luck")
        if least > PPM:
            raise InvalidInput(
                f"no minimum keeps luck from being paid: the holdout's {lottery.windows:,} windows are too few for "
                f"{lottery.entries:,} entries",
                NextStep("choose a longer holdout or fewer entries, or insist with {}", insist),
            )
        if minimum < least:
            chance = about(round(PPM * lottery.chance_of_any(minimum)))
            raise InvalidInput(
                f"with a minimum of {percent(minimum)}, one of {lottery.entries:,} entries without any skill may be "
                f"paid with a chance of {chance}",
                NextStep("take {} or more, or insist with {}", Parameter("minimum", percent(least)), insist),
            )
        return minimum

    def request_fields(self) -> dict[str, Any]:
        """What decides a contest, by field: what says nothing beside another value is None."""
        idle = {"luck_ppm"} if self.minimum_score_ppm is not None else set()
        idle |= {"private_data", "holdout_fraction"} if self.holdout == "future" else {"future_rows"}
        return {name: None if name in idle else value for name, value in vars(self).items()}
