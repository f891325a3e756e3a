"""The manifest of a contest: everything that decides a score, fixed by its SHA-256 on chain when the contest opens."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.judge import Judged, judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store.documents import Document
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.machine import Backend
from hyperbounty.training.windows import Dataset, prepare

CidText = Annotated[str, StringConstraints(pattern=r"^b[a-z2-7]{20,120}$")]
Hex32 = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{64}$")]
Ppm = Annotated[int, Field(ge=0, le=PPM)]
Count = Annotated[int, Field(ge=1, le=2**53 - 1)]

FORMAT: Final = "hyperbounty/manifest/2"


class PricePart(Document):
    """A table of prices in the store: canonical CSV of `rows` rows under `cid`.

    >>> PricePart(cid="bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", rows=6_000).rows
    6000
    """

    cid: CidText
    rows: Count


class SealedHoldout(Document):
    """A holdout that exists already: AES-256-GCM ciphertext under `cid`, `rows` rows once opened.

    `key_commitment` is the SHA-256 of the key. The organizer knows this holdout: `future` is the mode for strangers.
    """

    mode: Literal["sealed"] = "sealed"
    cid: CidText
    rows: Count
    windows: Count
    key_commitment: Hex32


class FutureHoldout(Document):
    """A holdout that does not exist yet: the first `rows` rows of `source` from the contest's `revealEnds` on."""

    mode: Literal["future"] = "future"
    rows: Count
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PriceRises(Document):
    """A task: does the close of `coin` stand higher `future_periods` rows after a window than at its end?

    Another kind of task is a class of its own, told from this one by `kind`, and `Manifest.task` their union.

    Attributes:
        sequence_length: rows of a window.
    """

    kind: Literal["price-rises"] = "price-rises"
    coin: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,12}$")]
    future_periods: Annotated[int, Field(ge=1, le=10_000)]
    sequence_length: Annotated[int, Field(ge=2, le=10_000)]

    def dataset(self, training: PriceTable, holdout: PriceTable | None) -> Dataset:
        """Windows and labels of the task on these prices; the scaler knows the training rows only.

        Raises:
            PriceDataError: a table leaves no window, or the holdout does not follow the training prices.
        """
        return prepare(
            training,
            holdout,
            target=self.coin,
            sequence_length=self.sequence_length,
            future_periods=self.future_periods,
        )


class Estimates(Document):
    """What a participant must know to judge the bar, as estimated when the contest opened: see `estimates`.

    Attributes:
        rise_rate_ppm: share of the training windows after which the price rises.
        training_windows: that a run learns from.
        holdout_windows: predictions that a run is scored on.
        independent_outcomes: how many outcomes these come to, since neighbouring labels overlap.
        entries: most that the contest takes.
        chance_of_one_ppm: most that the chance of one skill-less entry to reach the minimum can be.
        chance_of_any_ppm: most that the chance can be that any of so many does.
        bar_ppm: least minimum with which that chance is at most 5 %; a whole where no minimum does it.
    """

    rise_rate_ppm: Ppm
    training_windows: Count
    holdout_windows: Count
    independent_outcomes: Count
    entries: Count
    chance_of_one_ppm: Ppm
    chance_of_any_ppm: Ppm
    bar_ppm: Ppm


class Manifest(Document):
    """The task of a contest. Amounts, deadlines and the evaluator stand in the contract and are not repeated here.

    >>> Manifest.parse(b"{}")
    Traceback (most recent call last):
    hyperbounty.errors.ManifestError: ...

    Attributes:
        synthetic: the prices were made by a generator, not by a market.
        columns: of the price tables, without time.
        interval: seconds between neighbouring rows; a larger step is a gap that no window crosses.
        task: what is predicted; its `kind` says what the other fields are.
        metric: what a score is.
        runs: trainings of a spec, each with its own seed; the score is their mean, rounded down to a ppm.
        run_seconds: most seconds of the reference core that one run may take by the formula of docs/spec.md.
        backend, versions: what the scores are made with.
        arithmetic: instructions and lanes that they are made with.
        tolerance_ppm: how far a score made on another machine may lie from the recorded one.
    """

    format: Literal["hyperbounty/manifest/2"] = FORMAT
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    synthetic: bool
    training: PricePart
    columns: tuple[str, ...]
    interval: Count
    task: PriceRises
    holdout: Annotated[SealedHoldout | FutureHoldout, Field(discriminator="mode")]
    metric: MetricName
    minimum_score_ppm: Ppm
    runs: Annotated[int, Field(ge=1, le=100)]
    run_seconds: Count
    backend: Backend = "tensorflow"
    versions: dict[str, str]
    arithmetic: Arithmetic = Arithmetic()
    tolerance_ppm: Ppm
    estimates: Estimates

    @model_validator(mode="after")
    def _coin_is_a_column(self) -> Manifest:
        if f"{self.task.coin}.close" not in self.columns:
            raise ValueError(f"the coin {self.task.coin} has no close among the columns")
        return self

    @model_validator(mode="after")
    def _lanes_are_the_backends(self) -> Manifest:
        if self.backend == "tensorflow" and self.arithmetic.lanes != 1:
            raise ValueError(f"tensorflow trains one spec at a time, not {self.arithmetic.lanes}")
        return self

    @property
    def shape(self) -> TaskShape:
        """How large the task is, with all rows of the prices for windows."""
        return TaskShape(len(self.columns), self.training.rows, self.task.sequence_length, self.holdout.rows)

    @property
    def entry_seconds(self) -> int:
        """Most seconds of the reference core that all runs of one entry take."""
        return self.runs * self.run_seconds

    @property
    def holdout_windows(self) -> int:
        """Most windows that the holdout can have: what its rows leave without a gap, or the fewer that it announces."""
        most = max(self.holdout.rows - self.task.sequence_length - self.task.future_periods, 1)
        return min(self.holdout.windows, most) if isinstance(self.holdout, SealedHoldout) else most

    def judge(self, word: bytes, limits: bytes) -> Judged:
        """What this contest, whose limits stand in the contract, makes of the spec in `word`.

        Raises:
            SpecError: the word is no model in any contest.
        """
        return judge(word, limits, self.shape, self.run_seconds)
