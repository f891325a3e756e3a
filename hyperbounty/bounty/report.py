"""The evaluation report: what every score rests on, fixed by its SHA-256 on chain when the scores are recorded.

The report itself stays small enough for one raw block at thousands of specs; the curves of a spec are a document of
their own, linked by CID.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from hyperbounty.bounty.manifest import CidText, Count, Hex32, Ppm, PricePart
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.store.documents import Document

FORMAT: Final = "hyperbounty/report/2"
DETAILS_FORMAT: Final = "hyperbounty/report-details/3"

Address = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{40}$")]

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Predictions = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$")]

Note = Literal["", "diverged", "constant predictor", "over budget"]
"""Why a spec scored 0 (diverged in some run, over the budget of compute or memory), or is worth nothing whatever it
scored (constant)."""


class RunDetails(Document):
    """One training of a spec. Curves have one entry an epoch; None stands for a number that was not finite.

    `holdout_scores_ppm` is the score by the contest's metric after each epoch. `predictions` are the logits of the
    holdout windows after the last one, as of `hyperbounty.training.predictions`; none where training diverged.
    `checkpoints` has the SHA-256 of all weights after each epoch, so that whoever trains to something else finds the
    first epoch that differs; `machine` is what the run was trained on.
    """

    run: int
    seed: int
    score_ppm: Ppm
    diverged_at: int | None
    seconds: float
    losses: tuple[float | None, ...]
    accuracies: tuple[float | None, ...]
    holdout_scores_ppm: tuple[Ppm, ...]
    predictions: Predictions
    checkpoints: tuple[Digest, ...]
    weights: CidText
    machine: dict[str, str]


class SpecDetails(Document):
    """The runs of one spec."""

    format: Literal["hyperbounty/report-details/3"] = DETAILS_FORMAT
    spec: Hex32
    runs: tuple[RunDetails, ...]


class SpecScore(Document):
    """One revealed spec, in the contract's index order.

    `interval_ppm`, `p_value_ppm` and `place` are those of `hyperbounty.statistics.standings`: they tell skill from
    luck, and decide nothing.
    """

    index: int
    participant: Address
    spec: Hex32
    score_ppm: Ppm
    run_scores_ppm: tuple[Ppm, ...]
    interval_ppm: tuple[Ppm, Ppm] | None
    p_value_ppm: Ppm
    place: Annotated[int, Field(ge=1)]
    parameters: int
    run_seconds: int
    note: Note
    reason: str = ""
    details: CidText | None = None


class OwnRun(Document):
    """The run of spec `index` that one member of the panel made with a seed of its own (`seeds.own_run_seed`).

    `weights` is the SHA-256 of all weights after the last epoch, as in `RunDetails.checkpoints`.
    """

    index: int
    seed: int
    score_ppm: Ppm
    weights: Digest


class OwnRuns(Document):
    """The runs that only `member` of the panel has made: they show that it trained. One for each trained spec."""

    member: Address
    runs: tuple[OwnRun, ...]


class HoldoutFacts(Document):
    """The holdout once it was open: its plain rows in the store, and how its classes fell."""

    prices: PricePart
    windows: Count
    rises: Annotated[int, Field(ge=0)]

    @property
    def base_rate_ppm(self) -> int:
        """The share of the commoner class, rounded down: what a constant model scores by accuracy."""
        return max(self.rises, self.windows - self.rises) * PPM // self.windows


class Report(Document):
    """The report of an evaluation. `seed` is the contest's; `machine` wrote the report, and each run names its own.

    `own` is there where a member of the panel wrote it.
    """

    format: Literal["hyperbounty/report/2"] = FORMAT
    chain_id: int
    contract: Address
    contest: int
    manifest: CidText
    seed: Hex32
    metric: MetricName
    holdout: HoldoutFacts
    specs: tuple[SpecScore, ...]
    machine: dict[str, str]
    versions: dict[str, str]
    own: OwnRuns | None = None

    @property
    def scores(self) -> list[int]:
        """The array that `recordScores` takes: ppm by index."""
        return [spec.score_ppm for spec in self.specs]
