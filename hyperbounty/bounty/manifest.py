"""The manifest of a contest: everything that decides a score, fixed by its SHA-256 on chain when the contest opens."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from hyperbounty.spec.judge import Judged, judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.statistics.noise import PPM
from hyperbounty.store.documents import Document
from hyperbounty.training.arithmetic import Arithmetic

CidText = Annotated[str, StringConstraints(pattern=r"^b[a-z2-7]{20,120}$")]
Hex32 = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{64}$")]
Ppm = Annotated[int, Field(ge=0, le=PPM)]
Count = Annotated[int, Field(ge=1, le=2**53 - 1)]
Backend = Literal["tensorflow", "jax"]

FORMAT: Final = "hyperbounty/manifest/1"


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


class Target(Document):
    """What is predicted: does the close of `coin` stand higher `future_periods` rows after a window than at its end?"""

    coin: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,12}$")]
    future_periods: Annotated[int, Field(ge=1, le=10_000)]


class Estimates(Document):
    """What a participant must know to judge the bar, as estimated when the contest opened.

    Attributes:
        base_rate_ppm: accuracy of always naming the majority class of the training windows.
        holdout_windows: predictions that one run is scored on.
        coin_flip_pass_probability: chance that a coin-flipping model passes the minimum.
    """

    base_rate_ppm: Ppm
    holdout_windows: Count
    coin_flip_pass_probability: Annotated[float, Field(ge=0, le=1)]


class Manifest(Document):
    """The task of a contest. Amounts, deadlines and the evaluator stand in the contract and are not repeated here.

    >>> Manifest.parse(b"{}")
    Traceback (most recent call last):
    hyperbounty.errors.ManifestError: ...

    Attributes:
        synthetic: the prices were made by a generator, not by a market.
        columns: of the price tables, without time.
        interval: seconds between neighbouring rows; a larger step is a gap that no window crosses.
        sequence_length: rows of a window.
        runs: trainings of a spec, each with its own seed; the score is their mean, rounded down to a ppm.
        run_seconds: most seconds of the reference core that one run may take by the formula of docs/spec.md.
        backend, versions: what the scores are made with.
        arithmetic: instructions and lanes that they are made with.
        tolerance_ppm: how far a score made on another machine may lie from the recorded one.
    """

    format: Literal["hyperbounty/manifest/1"] = FORMAT
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    synthetic: bool
    training: PricePart
    columns: tuple[str, ...]
    interval: Count
    target: Target
    sequence_length: Annotated[int, Field(ge=2, le=10_000)]
    holdout: Annotated[SealedHoldout | FutureHoldout, Field(discriminator="mode")]
    metric: Literal["accuracy"] = "accuracy"
    minimum_score_ppm: Ppm
    runs: Annotated[int, Field(ge=1, le=100)]
    run_seconds: Count
    backend: Backend = "tensorflow"
    versions: dict[str, str]
    arithmetic: Arithmetic = Arithmetic()
    tolerance_ppm: Ppm
    estimates: Estimates

    @model_validator(mode="after")
    def _target_is_a_column(self) -> Manifest:
        if f"{self.target.coin}.close" not in self.columns:
            raise ValueError(f"the target coin {self.target.coin} has no close among the columns")
        return self

    @model_validator(mode="after")
    def _lanes_are_the_backends(self) -> Manifest:
        if self.backend == "tensorflow" and self.arithmetic.lanes != 1:
            raise ValueError(f"tensorflow trains one spec at a time, not {self.arithmetic.lanes}")
        return self

    @property
    def shape(self) -> TaskShape:
        """How large the task is, with all rows of the prices for windows."""
        return TaskShape(len(self.columns), self.training.rows, self.sequence_length, self.holdout.rows)

    @property
    def entry_seconds(self) -> int:
        """Most seconds of the reference core that all runs of one entry take."""
        return self.runs * self.run_seconds

    def judge(self, word: bytes, limits: bytes) -> Judged:
        """What this contest, whose limits stand in the contract, makes of the spec in `word`.

        Raises:
            SpecError: the word is no model in any contest.
        """
        return judge(word, limits, self.shape, self.run_seconds)
